#pragma once

#include "domain/time.h"

namespace connector::flows {

/// Walmart lists the orders of the last 180 days, and the last 7 days only where no start is named (walmart.md 2.1).
inline constexpr domain::Milliseconds walmart_horizon = std::chrono::hours(24 * 179);

}  // namespace connector::flows
