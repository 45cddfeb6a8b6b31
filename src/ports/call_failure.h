#pragma once

#include <string>
#include <string_view>

#include "ports/call.h"

namespace connector::ports {

/// Whether a request only asks or changes something at the remote.
enum class CallKind { read, write };

/// The failure of a call that got no answer. A write that may have arrived becomes `unclear_outcome` with
/// `may_have_had_effect`; one that came too late to leave is `fenced`, because its lease has run out.
CallFailure from_transport_failure(const TransportFailure& failure, CallKind kind, std::string_view remote,
                                   std::string correlation_id);

/// A remote's own words as they may be kept: one line of at most 300 bytes, e-mail addresses masked.
std::string remote_words(std::string_view text);

}  // namespace connector::ports
