#pragma once

#include <array>
#include <cstdint>

namespace connector::domain {

/// 10 to the power of the index, up to the scale of Decimal.
inline constexpr std::array<std::int64_t, 7> powers_of_ten{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

}  // namespace connector::domain
