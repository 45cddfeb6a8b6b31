#include "sandbox/walmart/order_numbers.h"

#include <fmt/format.h>

#include <charconv>

namespace connector::sandbox::walmart {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t modulus = 1'000'000'000'000ULL;
/// Coprime to the modulus, so that multiplication by it is a permutation.
constexpr std::uint64_t multiplier = 618'033'988'751ULL;

constexpr std::uint64_t product(std::uint64_t first, std::uint64_t second) {
  return static_cast<std::uint64_t>(static_cast<Wide>(first) * second % modulus);
}

/// multiplier^(phi(10^12) - 1), phi(10^12) = 4 * 10^11: Euler's inverse.
constexpr std::uint64_t inverse() {
  std::uint64_t result = 1;
  std::uint64_t power = multiplier;
  for (std::uint64_t exponent = 400'000'000'000ULL - 1; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = product(result, power);
    power = product(power, power);
  }
  return result;
}
constexpr std::uint64_t inverse_multiplier = inverse();
static_assert(product(multiplier, inverse_multiplier) == 1);

char first_digit(std::uint64_t digits, char base) { return static_cast<char>(base + digits / 7 % 4); }

}  // namespace

std::string scrambled_number(std::uint64_t key, std::uint64_t salt, char first_digit_base) {
  const std::uint64_t digits = (product(key % modulus, multiplier) + salt % modulus) % modulus;
  return fmt::format("{}{:012}", first_digit(digits, first_digit_base), digits);
}

std::optional<std::uint64_t> unscrambled_number(std::string_view text, std::uint64_t salt, char first_digit_base) {
  if (text.size() != 13) return std::nullopt;
  std::uint64_t digits = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), digits);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.front() != first_digit(digits, first_digit_base)) return std::nullopt;
  return product((digits + modulus - salt % modulus) % modulus, inverse_multiplier);
}

}  // namespace connector::sandbox::walmart
