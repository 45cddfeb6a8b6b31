#include "domain/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <stdexcept>

namespace connector::domain {
namespace decimal_test {

Decimal decimal(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal());
}

TEST(Decimal, ParsesJsonNumbersExactly) {
  EXPECT_EQ(decimal("0").units(), 0);
  EXPECT_EQ(decimal("-0").units(), 0);
  EXPECT_EQ(decimal("798").units(), 798'000'000);
  EXPECT_EQ(decimal("-12.50").units(), -12'500'000);
  EXPECT_EQ(decimal("0.000001").units(), 1);
  EXPECT_EQ(decimal("1e2").units(), 100'000'000);
  EXPECT_EQ(decimal("1.5E+3").units(), 1'500'000'000);
  EXPECT_EQ(decimal("125e-2").units(), 1'250'000);
  EXPECT_EQ(decimal("0e999999999999999999999").units(), 0);
  EXPECT_EQ(decimal("1e-999999999999999999999").units(), 0);
  EXPECT_EQ(decimal("9223372036854.775807").units(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(decimal("0." + std::string(400, '0') + "1e401").units(), 1'000'000);
  EXPECT_EQ(decimal("1" + std::string(400, '0') + "e-400").units(), 1'000'000);
}

TEST(Decimal, RoundsTextBeyondSixDigitsHalfToEven) {
  EXPECT_EQ(decimal("0.0000005").units(), 0);
  EXPECT_EQ(decimal("0.0000015").units(), 2);
  EXPECT_EQ(decimal("0.0000025").units(), 2);
  EXPECT_EQ(decimal("0.00000250001").units(), 3);
  EXPECT_EQ(decimal("-0.0000015").units(), -2);
  EXPECT_EQ(decimal("0.00000049999").units(), 0);
  EXPECT_EQ(decimal("5e-7").units(), 0);
  EXPECT_EQ(decimal("6e-7").units(), 1);
  EXPECT_EQ(decimal("9e-8").units(), 0);
}

TEST(Decimal, RefusesOtherText) {
  for (const std::string_view text : {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.",
                                      ".5",
                                      "1.e2",
                                      "1e",
                                      "1e+",
                                      "--1",
                                      "1,5",
                                      "0x10",
                                      "NaN",
                                      "01",
                                      "1.2.3",
                                      "1e2e3",
                                      "9223372036854.775808",
                                      "-9223372036854.775808",
                                      "9223372036854.7758075",
                                      "1e13",
                                      "1e999999999999"}) {
    const auto value = Decimal::parse(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().cause, Cause::bad_input);
  }
  EXPECT_FALSE(Decimal::parse(std::string(100'000, '9')).has_value());
  EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)).has_value());
}

TEST(Decimal, WritesShortestAndFixedText) {
  EXPECT_EQ(decimal("9.990").to_string(), "9.99");
  EXPECT_EQ(decimal("10").to_string(), "10");
  EXPECT_EQ(decimal("100").to_string(), "100");
  EXPECT_EQ(decimal("-0.1").to_string(), "-0.1");
  EXPECT_EQ(decimal("0").to_string(), "0");
  EXPECT_EQ(decimal("0.000001").to_string(), "0.000001");
  EXPECT_EQ(decimal("9.9").to_fixed(2), "9.90");
  EXPECT_EQ(decimal("9.995").to_fixed(2), "10.00");
  EXPECT_EQ(decimal("-9.995").to_fixed(2), "-10.00");
  EXPECT_EQ(decimal("-0.001").to_fixed(2), "0.00");
  EXPECT_EQ(decimal("-0.5").to_fixed(0), "-1");
  EXPECT_EQ(decimal("9223372036854.775807").to_fixed(2), "9223372036854.78");
  EXPECT_EQ(decimal("-9223372036854.775807").to_string(), "-9223372036854.775807");
}

TEST(Decimal, RoundsHalfAwayFromZero) {
  EXPECT_EQ(decimal("2.345").rounded(2), decimal("2.35"));
  EXPECT_EQ(decimal("-2.345").rounded(2), decimal("-2.35"));
  EXPECT_EQ(decimal("2.344999").rounded(2), decimal("2.34"));
  EXPECT_EQ(decimal("2.5").rounded(0), decimal("3"));
  EXPECT_EQ(decimal("1.234567").rounded(6), decimal("1.234567"));
  EXPECT_THROW((void)decimal("9223372036854.775807").rounded(2), std::overflow_error);
}

TEST(Decimal, CalculatesExactly) {
  EXPECT_EQ(decimal("0.1") + decimal("0.2"), decimal("0.3"));
  EXPECT_EQ(decimal("0.1") - decimal("0.3"), decimal("-0.2"));
  EXPECT_EQ(decimal("19.99") * decimal("3"), decimal("59.97"));
  EXPECT_EQ(decimal("1234567.89") * decimal("1000000"), decimal("1234567890000"));
  EXPECT_EQ(decimal("0.001") * decimal("0.0005"), decimal("0"));
  EXPECT_EQ(decimal("0.001") * decimal("0.0015"), decimal("0.000002"));
  EXPECT_EQ(decimal("10") / decimal("3"), decimal("3.333333"));
  EXPECT_EQ(decimal("-10") / decimal("3"), decimal("-3.333333"));
  EXPECT_EQ(decimal("10") / decimal("-4"), decimal("-2.5"));
  EXPECT_EQ(proportion(decimal("10"), decimal("1"), decimal("3"), 2), decimal("3.33"));
  EXPECT_EQ(proportion(decimal("0.05"), decimal("1"), decimal("2"), 2), decimal("0.02"));
  EXPECT_EQ(proportion(decimal("0.15"), decimal("1"), decimal("2"), 2), decimal("0.08"));
  EXPECT_EQ(proportion(decimal("9000000000000"), decimal("9000000000000"), decimal("9000000000000"), 2),
            decimal("9000000000000"));
  EXPECT_EQ(decimal("-7.9").whole(), -7);
  EXPECT_LT(decimal("-1"), decimal("0.5"));
}

TEST(Decimal, ComparesProductsAndSumsThatLieBeyondIt) {
  const Decimal top = Decimal::from_units(std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(is_product_larger(top, top, top, decimal("9000000000000")));
  EXPECT_FALSE(is_product_larger(top, decimal("9000000000000"), top, top));
  EXPECT_FALSE(is_product_larger(decimal("3"), decimal("4"), decimal("2"), decimal("6")));
  EXPECT_TRUE(is_product_larger(decimal("-1"), decimal("4"), decimal("-5"), decimal("1")));
  EXPECT_EQ(saturated_sum(top, decimal("0.000001")), top);
  EXPECT_EQ(saturated_sum(-top, -top), -top);
  EXPECT_EQ(saturated_sum(decimal("0.1"), decimal("-0.3")), decimal("-0.2"));
}

TEST(Decimal, OverflowAndDivisionByZeroAreExceptions) {
  const Decimal top = Decimal::from_units(std::numeric_limits<std::int64_t>::max());
  EXPECT_THROW((void)(top + Decimal::from_units(1)), std::overflow_error);
  EXPECT_THROW((void)(-top - Decimal::from_units(1)), std::overflow_error);
  EXPECT_THROW((void)(top * decimal("2")), std::overflow_error);
  EXPECT_THROW((void)(top / decimal("0.000001")), std::overflow_error);
  EXPECT_THROW((void)(top / Decimal()), std::overflow_error);
  EXPECT_THROW((void)Decimal::from_integer(10'000'000'000'000), std::overflow_error);
}

/// Any amount that leaves room for a sum.
Decimal any_decimal() {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 4;
  return Decimal::from_units(*rc::gen::inRange<std::int64_t>(-most, most));
}

TEST(Decimal, AnyAmountSurvivesItsText) {
  EXPECT_TRUE(rc::check([] {
    const Decimal value = any_decimal();
    RC_ASSERT(Decimal::parse(value.to_string()).value() == value);
    RC_ASSERT(Decimal::parse(value.to_fixed(6)).value() == value);
    RC_ASSERT((-value).to_string() ==
              (value.is_zero() ? "0" : (value.is_negative() ? "" : "-") + value.abs().to_string()));
  }));
}

TEST(Decimal, SumsOfAnyAmountsAreExact) {
  EXPECT_TRUE(rc::check([] {
    const Decimal a = any_decimal();
    const Decimal b = any_decimal();
    RC_ASSERT(a + b - b == a);
    RC_ASSERT(a + b == b + a);
    RC_ASSERT((a + b).units() == a.units() + b.units());
  }));
}

TEST(Decimal, RoundingMovesAnyAmountByHalfAUnitAtMost) {
  EXPECT_TRUE(rc::check([] {
    const Decimal value = any_decimal();
    const int digits = *rc::gen::inRange(0, 7);
    std::int64_t unit = 1;
    for (int digit = digits; digit < Decimal::scale; ++digit) unit *= 10;
    const Decimal rounded = value.rounded(digits);
    RC_ASSERT(rounded.units() % unit == 0);
    RC_ASSERT(2 * (rounded - value).abs().units() <= unit);
    RC_ASSERT((-value).rounded(digits) == -rounded);
    RC_ASSERT(rounded.rounded(digits) == rounded);
  }));
}

TEST(Proportion, IsWithinHalfAUnitOfTheExactShare) {
  EXPECT_TRUE(rc::check([] {
    const auto total = *rc::gen::inRange<std::int64_t>(-100'000'000, 100'000'000);
    const auto part = *rc::gen::inRange<std::int64_t>(0, 10'000);
    const auto whole = *rc::gen::inRange<std::int64_t>(1, 10'000);
    const Decimal share =
        proportion(Decimal::from_integer(total), Decimal::from_integer(part), Decimal::from_integer(whole), 2);
    // In hundredths, times the denominator, all is a whole number.
    const std::int64_t off = share.units() / 10'000 * whole - total * 100 * part;
    RC_ASSERT(2 * (off < 0 ? -off : off) <= whole);
  }));
}

}  // namespace decimal_test
}  // namespace connector::domain
