#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::domain {

/// A signed decimal with exactly six fractional digits, range about ±9.2e12.
/// Amounts, unit prices and quantities; never passes through binary floating point.
/// Overflow throws std::overflow_error: a bug, or a number that was mistyped, which ends one flow's run and no process.
class Decimal {
 public:
  static constexpr int scale = 6;
  static constexpr std::int64_t one = 1'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal from_units(std::int64_t units_of_a_millionth) { return Decimal(units_of_a_millionth); }
  static Decimal from_integer(std::int64_t value);

  /// Parses JSON-style decimal text: "-12.50", "1e2", "798". More than six fractional
  /// digits are rounded half to even. Error: bad_input for other text or overflow.
  static Result<Decimal> parse(std::string_view text);

  constexpr std::int64_t units() const { return units_; }
  /// Shortest plain text: "9.99", "10", "-0.1".
  std::string to_string() const;
  /// Text with exactly `digits` (0..6) fractional digits, rounded half away from zero: "9.90".
  std::string to_fixed(int digits) const;
  /// Rounded half away from zero to `digits` (0..6) fractional digits, as invoices are.
  Decimal rounded(int digits) const;
  bool is_zero() const { return units_ == 0; }
  bool is_negative() const { return units_ < 0; }
  bool is_integer() const { return units_ % one == 0; }
  /// The integral part, truncated towards zero.
  std::int64_t whole() const { return units_ / one; }
  Decimal abs() const { return Decimal(units_ < 0 ? -units_ : units_); }

  Decimal operator-() const { return Decimal(-units_); }
  Decimal operator+(Decimal other) const;
  Decimal operator-(Decimal other) const;
  Decimal& operator+=(Decimal other) { return *this = *this + other; }
  Decimal& operator-=(Decimal other) { return *this = *this - other; }
  /// Product and quotient are exact inside (128 bits) and rounded half to even to six digits.
  Decimal operator*(Decimal other) const;
  Decimal operator/(Decimal other) const;
  // clang-tidy 14 takes what a defaulted comparison is made of for a null pointer.
  constexpr auto operator<=>(const Decimal&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  explicit constexpr Decimal(std::int64_t units) : units_(units) {}
  std::int64_t units_ = 0;
};

/// total * numerator / denominator rounded half to even to `digits` fractional digits, with
/// no intermediate rounding. Requires denominator != 0.
Decimal proportion(Decimal total, Decimal numerator, Decimal denominator, int digits);

/// Whether a * b > c * d, exact and without overflow.
bool is_product_larger(Decimal a, Decimal b, Decimal c, Decimal d);

/// The sum, or the largest or smallest number if it lies beyond: for totals that are shown and not booked.
Decimal saturated_sum(Decimal a, Decimal b);

}  // namespace connector::domain
