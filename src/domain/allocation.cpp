#include "domain/allocation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "domain/mutation.h"
#include "domain/powers_of_ten.h"

namespace connector::domain {
namespace {

__extension__ using Wide = __int128;

/// Millionths in one minor unit.
std::int64_t minor_unit(int digits) {
  return powers_of_ten[static_cast<std::size_t>(Decimal::scale - std::clamp(digits, 0, Decimal::scale))];
}

Decimal to_minor(Decimal amount, int digits) {
  return proportion(amount, Decimal::from_units(1), Decimal::from_units(1), digits);
}

Wide floor_divide(Wide numerator, Wide denominator) {
  const Wide quotient = numerator / denominator;
  return numerator % denominator < 0 ? quotient - 1 : quotient;
}

Decimal share_up_to(Decimal total, Decimal whole, Decimal units, int digits) {
  if (units <= Decimal()) return Decimal();
  if (units >= whole) return to_minor(total, digits);
  return proportion(total, units, whole, digits);
}

/// For a whole number of units: at most two prices, one minor unit apart.
void price_whole_units(Wide minor_amount, std::int64_t count, std::int64_t unit,
                       std::vector<std::pair<Decimal, Decimal>>& pairs) {
  const Wide low = floor_divide(minor_amount, count);
  const auto dearer = static_cast<std::int64_t>(minor_amount - low * count);
  const auto price = [unit](Wide minor) { return Decimal::from_units(static_cast<std::int64_t>(minor * unit)); };
  if (dearer < count) pairs.emplace_back(Decimal::from_integer(count - dearer), price(low));
  if (dearer > 0) pairs.emplace_back(Decimal::from_integer(dearer), price(low + 1));
}

}  // namespace

int minor_digits(std::string_view currency) {
  // ISO 4217 list one; all currencies not named here have two.
  constexpr std::array<std::string_view, 16> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
  constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::find(none.begin(), none.end(), currency) != none.end()) return 0;
  if (std::find(three.begin(), three.end(), currency) != three.end()) return 3;
  return 2;
}

Decimal allocated(Decimal total, Decimal whole, Decimal from, Decimal to, int digits) {
  if (whole <= Decimal()) return Decimal();
  if (mutated(Mutation::each_shipment_rounded)) return share_up_to(total, whole, to - from, digits);
  return share_up_to(total, whole, to, digits) - share_up_to(total, whole, from, digits);
}

std::vector<std::pair<Decimal, Decimal>> priced_units(Decimal amount, Decimal quantity, int digits) {
  std::vector<std::pair<Decimal, Decimal>> pairs;
  if (quantity <= Decimal()) return pairs;
  if (mutated(Mutation::each_line_rounded)) {
    pairs.emplace_back(quantity, (amount / quantity).rounded(digits));
    return pairs;
  }
  const std::int64_t unit = minor_unit(digits);
  const Wide minor_amount = to_minor(amount, digits).units() / unit;
  if (quantity.is_integer()) {
    price_whole_units(minor_amount, quantity.whole(), unit, pairs);
    return pairs;
  }

  // One price for all, if it is a whole number of minor units.
  const Wide scaled = minor_amount * Decimal::one;
  if (scaled % quantity.units() == 0) {
    pairs.emplace_back(quantity, Decimal::from_units(static_cast<std::int64_t>(scaled / quantity.units() * unit)));
    return pairs;
  }
  // The broken part takes the nearest price below at which it costs whole minor units; whole units take the rest.
  const std::int64_t broken = quantity.units() % Decimal::one;
  const std::int64_t step = Decimal::one / std::gcd(broken, Decimal::one);
  const Wide price = floor_divide(scaled, static_cast<Wide>(quantity.units()) * step) * step;
  const Wide rest = minor_amount - price * broken / Decimal::one;
  pairs.emplace_back(Decimal::from_units(broken), Decimal::from_units(static_cast<std::int64_t>(price * unit)));
  if (quantity.whole() > 0) {
    price_whole_units(rest, quantity.whole(), unit, pairs);
  } else {
    pairs.emplace_back(Decimal::from_integer(1), Decimal::from_units(static_cast<std::int64_t>(rest * unit)));
    pairs.emplace_back(Decimal::from_integer(-1), Decimal());
  }
  return pairs;
}

std::vector<Decimal> split_by_weights(Decimal amount, const std::vector<Decimal>& weights, int digits) {
  if (weights.empty()) return {};
  std::vector<Wide> parts_of_sum(weights.size());
  std::transform(weights.begin(), weights.end(), parts_of_sum.begin(),
                 [](Decimal weight) { return static_cast<Wide>(std::max<std::int64_t>(weight.units(), 0)); });
  Wide sum = std::accumulate(parts_of_sum.begin(), parts_of_sum.end(), Wide{0});
  if (sum == 0) {
    std::fill(parts_of_sum.begin(), parts_of_sum.end(), Wide{1});
    sum = static_cast<Wide>(weights.size());
  }

  const std::int64_t unit = minor_unit(digits);
  const Wide minor_amount = to_minor(amount, digits).units() / unit;
  const Wide magnitude = minor_amount < 0 ? -minor_amount : minor_amount;
  std::vector<Wide> shares(weights.size());
  std::vector<Wide> remainders(weights.size());
  Wide left = magnitude;
  for (std::size_t index = 0; index < weights.size(); ++index) {
    shares[index] = magnitude * parts_of_sum[index] / sum;
    remainders[index] = magnitude * parts_of_sum[index] % sum;
    left -= shares[index];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t index = 0; left > 0; ++index, --left) ++shares[order[index]];

  std::vector<Decimal> amounts(weights.size());
  std::transform(shares.begin(), shares.end(), amounts.begin(), [&](Wide share) {
    return Decimal::from_units(static_cast<std::int64_t>((minor_amount < 0 ? -share : share) * unit));
  });
  return amounts;
}

}  // namespace connector::domain
