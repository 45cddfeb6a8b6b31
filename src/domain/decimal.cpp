#include "domain/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "domain/powers_of_ten.h"

namespace connector::domain {
namespace {

__extension__ using Wide = __int128;

// The most negative int64 is left out so that abs() and negation never overflow.
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

Decimal checked(Wide units) {
  if (units > largest || units < -static_cast<Wide>(largest)) throw std::overflow_error("decimal overflow");
  return Decimal::from_units(static_cast<std::int64_t>(units));
}

/// numerator / denominator rounded half to even; denominator > 0.
Wide divide_half_even(Wide numerator, Wide denominator) {
  Wide quotient = numerator / denominator;
  Wide remainder = numerator % denominator;
  if (remainder < 0) remainder = -remainder;
  const Wide rest = denominator - remainder;
  if (remainder > rest || (remainder == rest && quotient % 2 != 0)) quotient += numerator < 0 ? -1 : 1;
  return quotient;
}

std::int64_t unit_of(int digits) {
  return powers_of_ten[static_cast<std::size_t>(Decimal::scale - std::clamp(digits, 0, Decimal::scale))];
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// The parts of a JSON number; `digits` of both parts are adjacent but for the point.
struct NumberText {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool split(std::string_view text, NumberText& number) {
  if (text.starts_with('-')) {
    number.negative = true;
    text.remove_prefix(1);
  }
  number.whole = take_digits(text);
  if (number.whole.empty() || (number.whole.size() > 1 && number.whole.front() == '0')) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto digits = take_digits(text);
    if (digits.empty()) return false;
    for (const char digit : digits) {
      // Far beyond any text that fits into memory; saturating keeps the sum from overflowing.
      number.exponent = std::min<std::int64_t>(number.exponent * 10 + (digit - '0'), 1'000'000'000'000);
    }
    if (negative) number.exponent = -number.exponent;
  }
  return text.empty();
}

}  // namespace

Decimal Decimal::from_integer(std::int64_t value) { return checked(static_cast<Wide>(value) * one); }

Result<Decimal> Decimal::parse(std::string_view text) {
  NumberText number;
  if (!split(text, number)) return fail(Cause::bad_input, "not a decimal number");
  const auto digit_at = [&number](std::int64_t index) {
    const auto position = static_cast<std::size_t>(index);
    return (position < number.whole.size() ? number.whole[position] : number.fraction[position - number.whole.size()]) -
           '0';
  };
  const auto count = static_cast<std::int64_t>(number.whole.size() + number.fraction.size());
  // The first `kept` digits are the units, the others are rounded away.
  const auto kept = static_cast<std::int64_t>(number.whole.size()) + number.exponent + scale;
  Wide units = 0;
  for (std::int64_t index = 0; index < kept; ++index) {
    if (index >= count && units == 0) break;
    units = units * 10 + (index < count ? digit_at(index) : 0);
    if (units > largest) return fail(Cause::bad_input, "number out of range");
  }
  if (kept >= 0 && kept < count) {
    const int first = digit_at(kept);
    bool more = false;
    for (std::int64_t index = kept + 1; index < count && !more; ++index) more = digit_at(index) != 0;
    if (first > 5 || (first == 5 && (more || units % 2 != 0))) ++units;
  }
  if (units > largest) return fail(Cause::bad_input, "number out of range");
  const auto value = static_cast<std::int64_t>(units);
  return from_units(number.negative ? -value : value);
}

std::string Decimal::to_string() const {
  std::string text = to_fixed(scale);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Decimal::to_fixed(int digits) const {
  digits = std::clamp(digits, 0, scale);
  const Wide unit = unit_of(digits);
  // Not rounded(): the text of a value near the limit may exceed the range.
  Wide magnitude = units_ < 0 ? -static_cast<Wide>(units_) : static_cast<Wide>(units_);
  magnitude = (magnitude + unit / 2) / unit;
  const auto parts = static_cast<std::uint64_t>(magnitude);
  const auto per_one = static_cast<std::uint64_t>(one / unit_of(digits));
  std::string text;
  if (units_ < 0 && parts != 0) text = "-";
  std::array<char, 20> digits_of{};
  const auto append = [&text, &digits_of](std::uint64_t number, std::size_t width) {
    const char* end = std::to_chars(digits_of.data(), digits_of.data() + digits_of.size(), number).ptr;
    const auto count = static_cast<std::size_t>(end - digits_of.data());
    if (count < width) text.append(width - count, '0');
    text.append(digits_of.data(), count);
  };
  append(parts / per_one, 1);
  if (digits == 0) return text;
  text += '.';
  append(parts % per_one, static_cast<std::size_t>(digits));
  return text;
}

Decimal Decimal::rounded(int digits) const {
  const Wide unit = unit_of(digits);
  const Wide half = units_ < 0 ? -(unit / 2) : unit / 2;
  return checked((static_cast<Wide>(units_) + half) / unit * unit);
}

Decimal Decimal::operator+(Decimal other) const { return checked(static_cast<Wide>(units_) + other.units_); }

Decimal Decimal::operator-(Decimal other) const { return checked(static_cast<Wide>(units_) - other.units_); }

Decimal Decimal::operator*(Decimal other) const {
  return checked(divide_half_even(static_cast<Wide>(units_) * other.units_, one));
}

Decimal Decimal::operator/(Decimal other) const { return proportion(*this, from_units(one), other, scale); }

Decimal proportion(Decimal total, Decimal numerator, Decimal denominator, int digits) {
  if (denominator.is_zero()) throw std::overflow_error("decimal division by zero");
  Wide product = static_cast<Wide>(total.units()) * numerator.units();
  Wide divisor = denominator.units();
  if (divisor < 0) {
    divisor = -divisor;
    product = -product;
  }
  const Wide unit = unit_of(digits);
  return checked(divide_half_even(product, divisor * unit) * unit);
}

bool is_product_larger(Decimal a, Decimal b, Decimal c, Decimal d) {
  return static_cast<Wide>(a.units()) * b.units() > static_cast<Wide>(c.units()) * d.units();
}

Decimal saturated_sum(Decimal a, Decimal b) {
  const Wide sum = static_cast<Wide>(a.units()) + b.units();
  return checked(std::clamp<Wide>(sum, -static_cast<Wide>(largest), largest));
}

}  // namespace connector::domain
