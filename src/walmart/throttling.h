#pragma once

#include <cstdint>
#include <optional>

#include "domain/time.h"
#include "ports/http.h"

namespace connector::walmart {

/// What an answer tells about the token bucket of its endpoint (walmart.md 1.5).
struct Throttling {
  std::optional<std::int64_t> calls_left;         ///< X-Current-Token-Count
  std::optional<domain::UtcTime> replenished_at;  ///< X-Next-Replenishment-Time or X-Next-Replenish-Time
  std::optional<domain::UtcTime> retry_at;        ///< Retry-After
};

/// Reads the throttling headers of any answer. A moment may be written as epoch milliseconds, epoch seconds,
/// seconds from now, ISO 8601 or an HTTP date; unreadable ones are ignored, past ones become `now`, and none lies more
/// than a day ahead.
Throttling read_throttling(const ports::HttpHeaders& headers, domain::UtcTime now);

/// When a call that was answered 429 may be repeated: Retry-After, else the replenishment time, else 60 s from now.
domain::UtcTime retry_time(const ports::HttpHeaders& headers, domain::UtcTime now);

}  // namespace connector::walmart
