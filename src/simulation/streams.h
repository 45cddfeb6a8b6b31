#pragma once

#include <cstdint>

namespace connector::simulation {

/// The streams of chance that one seed is split into. No two purposes may share a number: they would draw the same
/// values, so that some of what they decide never meets. A number that is in use keeps its purpose, or old seeds tell
/// other stories.
enum class Stream : std::uint64_t {
  // What a seed makes of its run before it begins (scenario.cpp).
  scenario = 1,
  fault_factors = 2,
  late_lists = 11,
  price_settings = 13,
  mapping = 21,
  booking_dates = 22,
  replacement_prices = 23,
  exact_troubles = 24,
  acknowledging = 25,
  payouts = 26,
  // What happens in it (world.cpp).
  hourly_faults = 3,  ///< and what the processes do at each
  disk = 4,
  network = 5,
  desk = 6,
  people = 7,
  master_key = 9,
  notices = 10,
  price_changes = 12,
  full_at_tokens = 14,
  restocking = 15,
  spent_days = 27,
  restoring = 28,
};

}  // namespace connector::simulation
