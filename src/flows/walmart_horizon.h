#pragma once

#include <optional>

#include "domain/time.h"

namespace connector::flows {

/// Walmart lists the orders of the last 180 days, and the last 7 days only where no start is named (walmart.md 2.1).
inline constexpr domain::Milliseconds walmart_horizon = std::chrono::hours(24 * 179);

/// Whether a run over what changed since then leaves out nothing that no run before it has read: all before `mark` was
/// read, nothing if there is none. Only then may it move the mark.
inline bool leaves_no_gap(const std::optional<domain::UtcTime>& since, const std::optional<domain::UtcTime>& mark,
                          domain::UtcTime now) {
  return !since || *since <= (mark ? *mark : now - walmart_horizon);
}

}  // namespace connector::flows
