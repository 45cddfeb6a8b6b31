#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/time.h"

namespace connector::server {

/// One-time codes of RFC 6238 as authenticator apps make them: HMAC-SHA1, six digits, steps of thirty seconds.

/// Counted from 1970.
std::int64_t totp_step(domain::UtcTime time);
/// Six digits. `secret` is bytes, not text.
std::string totp_code(std::string_view secret, std::int64_t step);
/// The step whose code this is: the one of `now` or a neighbour, for clocks that differ a little; only steps above
/// `after`, so that no code works twice.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code, domain::UtcTime now,
                                       std::int64_t after);

/// RFC 4648 without padding.
std::string base32(std::string_view bytes);
/// Reads what base32() wrote; empty for anything else.
std::string base32_bytes(std::string_view text);

}  // namespace connector::server
