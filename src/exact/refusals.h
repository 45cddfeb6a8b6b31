#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/cause.h"
#include "ports/call_failure.h"

namespace connector::exact {

/// The cause for which Exact certainly refused a document, from the text of an HTTP 500 in English or Dutch
/// (exact.md 1.6 and 6). nullopt: the text is not known to be a refusal, so the outcome is unclear. "Already processed"
/// is unclear too, because an earlier attempt may have done it: the look-up tells.
std::optional<domain::Cause> refusal_cause(std::string_view text);

/// error.message.value of an error body; empty if there is none.
std::string error_text(std::string_view body);

/// What a 403 forbids.
enum class Forbidden {
  all,      ///< whatever is asked: the division, the user or the licence is closed to this sign-in
  scope,    ///< what the app was not given, whatever the edition has
  resource  ///< this alone, without a word that it is one of the above: the edition lacks it, or the user the right
};
/// `failure` has status 403.
Forbidden forbidden_by(const ports::CallFailure& failure);

/// The failure that an answer other than 2xx stands for; its message says what to do about a missing scope or a closed
/// division.
ports::CallFailure read_failure(const ports::HttpResponse& response, ports::CallKind kind, std::string correlation_id);
/// Whether the call was not made, because its endpoint rests: Exact refused it too often lately (exact.md 2).
bool is_rested(const ports::CallFailure& failure);

}  // namespace connector::exact
