#pragma once

#include <cstdint>
#include <optional>

#include "domain/time.h"
#include "ports/http.h"

namespace connector::exact {

/// One window of calls as an answer states it; members are absent when their header is.
struct RateWindow {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> remaining;
  std::optional<domain::UtcTime> reset;  ///< on Exact's clock; header in epoch milliseconds
};

/// Both windows. On a 429 only the exceeded one is stated (exact.md 2).
struct RateLimits {
  RateWindow day;
  RateWindow minute;
};

RateLimits read_rate_limits(const ports::HttpHeaders& headers);

}  // namespace connector::exact
