#pragma once

#include <cstdint>
#include <vector>

namespace connector::flows {

/// Whole numbers from `first` to `last`, both within.
struct NumberRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool holds(std::int64_t number) const { return first <= number && number <= last; }
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

/// Ranges in which more of the numbers lie than one filter names, and few others: one list of such a range takes fewer
/// calls than asking for each. In order, without overlap; numbers that lie too far apart are in none.
std::vector<NumberRange> dense_ranges(std::vector<std::int64_t> numbers);

}  // namespace connector::flows
