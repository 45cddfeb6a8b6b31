#pragma once

#include <cstdint>
#include <string>

namespace connector::sandbox::walmart {

/// A well mixed 64-bit hash of two numbers; the same for the same input on every machine.
constexpr std::uint64_t mixed(std::uint64_t first, std::uint64_t second) {
  std::uint64_t value = first + 0x9E3779B97F4A7C15ULL * (second + 1);
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

/// A stream of pseudo-random numbers that depends on its seed alone (SplitMix64).
class Chance {
 public:
  explicit constexpr Chance(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31U);
  }
  /// Uniform enough for a simulation in [0, bound); bound > 0.
  constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// Uniform in [low, high].
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  /// True in `share` of a thousand cases.
  constexpr bool per_mille(std::int64_t share) { return static_cast<std::int64_t>(below(1000)) < share; }
  /// `digits` upper case hexadecimal digits.
  std::string hexadecimal(std::size_t digits) {
    static constexpr char alphabet[] = "0123456789ABCDEF";
    std::string text(digits, '0');
    for (char& letter : text) letter = alphabet[next() >> 60U];
    return text;
  }
  /// A UUID of version 4 in lower case.
  std::string uuid();

 private:
  std::uint64_t state_;
};

}  // namespace connector::sandbox::walmart
