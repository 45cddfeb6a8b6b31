#pragma once

#include <string>
#include <string_view>

#include "engine/target.h"
#include "ports/call.h"

namespace connector::flows {

/// What a failed write means for its posting: refused, not sent or unclear; only what certainly had no effect may be
/// repeated.
engine::SendOutcome send_failure(const ports::CallFailure& failure);
/// The failure of a call, with what was being done put before its message.
domain::Error with_context(const ports::CallFailure& failure, std::string_view what);
/// For a person: a list was empty without a word (walmart::OrdersPage::is_wordless).
std::string wordless_note();
/// A look-up that itself failed, or had no time left.
engine::LookUpOutcome look_up_failure(const ports::CallFailure& failure);
engine::LookUpOutcome look_up_outcome(engine::LookUpOutcome::Kind kind, std::string correlation_id);
/// Something with the posting's reference exists and is not what was planned.
engine::LookUpOutcome look_up_difference(std::string message, std::string correlation_id);

}  // namespace connector::flows
