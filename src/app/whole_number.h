#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace connector::app {

inline constexpr std::uint64_t largest_integer = std::numeric_limits<std::int64_t>::max();

/// Takes decimal digits alone, from `first` to `last`; else tells what is wrong. CLI11 by itself turns -1 into the
/// largest unsigned number, cuts what is too large, and tells its own ranges with all 300 digits of the largest double.
std::function<std::string(const std::string&)> whole_number(std::uint64_t first, std::uint64_t last = largest_integer);

}  // namespace connector::app
