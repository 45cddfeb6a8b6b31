#include "engine/retry_policy.h"

#include <algorithm>
#include <cmath>

namespace connector::engine {

domain::Milliseconds RetryPolicy::delay(int failures, ports::Random& random) const {
  const double exponent = std::clamp(failures - 1, 0, 60);
  const double grown = static_cast<double>(initial.count()) * std::pow(factor, exponent);
  const double capped = std::min(grown, static_cast<double>(maximum.count()));
  const auto whole = std::max<std::int64_t>(1, static_cast<std::int64_t>(capped));
  const auto half = whole / 2;
  return domain::Milliseconds{whole - half +
                              static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(half) + 1))};
}

}  // namespace connector::engine
