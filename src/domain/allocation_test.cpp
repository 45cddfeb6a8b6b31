#include "domain/allocation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <numeric>

namespace connector::domain {
namespace allocation_test {

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }
Decimal cents(std::int64_t count) { return Decimal::from_units(count * 10'000); }

std::vector<std::pair<std::string, std::string>> texts(const std::vector<std::pair<Decimal, Decimal>>& pairs) {
  std::vector<std::pair<std::string, std::string>> result;
  result.reserve(pairs.size());
  for (const auto& [quantity, price] : pairs) result.emplace_back(quantity.to_string(), price.to_string());
  return result;
}

Decimal sum(const std::vector<Decimal>& parts) { return std::accumulate(parts.begin(), parts.end(), Decimal()); }

TEST(MinorDigits, FollowTheCurrency) {
  EXPECT_EQ(minor_digits("USD"), 2);
  EXPECT_EQ(minor_digits("JPY"), 0);
  EXPECT_EQ(minor_digits("KWD"), 3);
  EXPECT_EQ(minor_digits(""), 2);
}

TEST(Allocated, SpreadsOverUnitsAndCumulates) {
  EXPECT_EQ(allocated(decimal("10"), decimal("3"), decimal("0"), decimal("1"), 2), decimal("3.33"));
  EXPECT_EQ(allocated(decimal("10"), decimal("3"), decimal("1"), decimal("2"), 2), decimal("3.34"));
  EXPECT_EQ(allocated(decimal("10"), decimal("3"), decimal("2"), decimal("3"), 2), decimal("3.33"));
  EXPECT_EQ(allocated(decimal("-0.5"), decimal("3"), decimal("0"), decimal("1"), 2), decimal("-0.17"));
  EXPECT_EQ(allocated(decimal("10"), decimal("0"), decimal("0"), decimal("1"), 2), Decimal());
}

TEST(Allocated, PartsOfAnyPartitionAddUp) {
  EXPECT_TRUE(rc::check([] {
    const auto total = cents(*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000));
    const auto parts = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 50)));
    const auto whole = Decimal::from_integer(std::accumulate(parts.begin(), parts.end(), 0));
    RC_PRE(!whole.is_zero());
    Decimal position;
    Decimal added;
    for (const int part : parts) {
      const Decimal next = position + Decimal::from_integer(part);
      const Decimal amount = allocated(total, whole, position, next, 2);
      RC_ASSERT(amount.rounded(2) == amount);
      added += amount;
      position = next;
    }
    RC_ASSERT(added == total);
  }));
}

TEST(PricedUnits, WholeQuantitiesNeedAtMostTwoPrices) {
  using Texts = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(texts(priced_units(decimal("10"), decimal("3"), 2)), (Texts{{"2", "3.33"}, {"1", "3.34"}}));
  EXPECT_EQ(texts(priced_units(decimal("9"), decimal("3"), 2)), (Texts{{"3", "3"}}));
  EXPECT_EQ(texts(priced_units(decimal("-10"), decimal("3"), 2)), (Texts{{"1", "-3.34"}, {"2", "-3.33"}}));
  EXPECT_EQ(texts(priced_units(decimal("0.01"), decimal("3"), 2)), (Texts{{"2", "0"}, {"1", "0.01"}}));
  EXPECT_EQ(texts(priced_units(decimal("1000"), decimal("3"), 0)), (Texts{{"2", "333"}, {"1", "334"}}));
  EXPECT_TRUE(priced_units(decimal("10"), decimal("0"), 2).empty());
  EXPECT_TRUE(priced_units(decimal("10"), decimal("-1"), 2).empty());
}

TEST(PricedUnits, BrokenQuantitiesStayExact) {
  using Texts = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(texts(priced_units(decimal("3.33"), decimal("0.5"), 2)), (Texts{{"0.5", "6.66"}}));
  EXPECT_EQ(texts(priced_units(decimal("10.01"), decimal("2.5"), 2)), (Texts{{"0.5", "4"}, {"1", "4"}, {"1", "4.01"}}));
  EXPECT_EQ(texts(priced_units(decimal("3.34"), decimal("0.3"), 2)),
            (Texts{{"0.3", "11.1"}, {"1", "0.01"}, {"-1", "0"}}));
}

TEST(PricedUnits, ProductsAndQuantitiesAddUp) {
  EXPECT_TRUE(rc::check([] {
    const int digits = *rc::gen::element(0, 2, 3);
    const auto amount = Decimal::from_integer(*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000)) /
                        Decimal::from_integer(digits == 0   ? 1
                                              : digits == 2 ? 100
                                                            : 1000);
    const bool whole = *rc::gen::arbitrary<bool>();
    const auto quantity = whole ? Decimal::from_integer(*rc::gen::inRange(1, 5000))
                                : Decimal::from_units(*rc::gen::inRange<std::int64_t>(1, 9'000'000));
    const auto pairs = priced_units(amount, quantity, digits);
    Decimal added;
    Decimal units;
    for (const auto& [part, price] : pairs) {
      RC_ASSERT(price.rounded(digits) == price);
      added += part * price;
      units += part;
    }
    RC_ASSERT(added == amount);
    RC_ASSERT(units == quantity);
    if (quantity.is_integer()) RC_ASSERT(pairs.size() <= 2U);
  }));
}

TEST(SplitByWeights, LargestRemainderFirst) {
  EXPECT_EQ(split_by_weights(decimal("25.01"), {decimal("70"), decimal("30")}, 2),
            (std::vector<Decimal>{decimal("17.51"), decimal("7.50")}));
  EXPECT_EQ(split_by_weights(decimal("0.02"), {decimal("1"), decimal("1"), decimal("1")}, 2),
            (std::vector<Decimal>{decimal("0.01"), decimal("0.01"), decimal("0")}));
  EXPECT_EQ(split_by_weights(decimal("-0.01"), {decimal("0"), decimal("0")}, 2),
            (std::vector<Decimal>{decimal("-0.01"), decimal("0")}));
  EXPECT_TRUE(split_by_weights(decimal("5"), {}, 2).empty());
}

TEST(SplitByWeights, AddsUpAndStaysWithinAMinorUnit) {
  EXPECT_TRUE(rc::check([] {
    const auto amount = cents(*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000));
    const auto units = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1'000'000'000)));
    std::vector<Decimal> weights;
    weights.reserve(units.size());
    for (const auto unit : units) weights.push_back(Decimal::from_units(unit));
    const auto parts = split_by_weights(amount, weights, 2);
    RC_ASSERT(sum(parts) == amount);
    const Decimal total = sum(weights);
    for (std::size_t i = 0; i < parts.size() && !total.is_zero(); ++i) {
      RC_ASSERT((parts[i] - proportion(amount, weights[i], total, 6)).abs() <= decimal("0.010001"));
    }
  }));
}

}  // namespace allocation_test
}  // namespace connector::domain
