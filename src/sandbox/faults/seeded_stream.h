#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace connector::sandbox {

/// A reproducible stream of chance (SplitMix64) for simulated services and faults. Not cryptographic.
class SeededStream {
 public:
  explicit SeededStream(std::uint64_t seed) : state_(seed) {}

  /// One step of SplitMix64's output function: a well mixed, invertible hash of 64 bits.
  static constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
  }

  std::uint64_t next() {
    const std::uint64_t value = mix(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return value;
  }

  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
  }

  /// True `per_million` times of 1,000,000.
  bool happens(std::uint32_t per_million) { return per_million != 0 && below(1'000'000) < per_million; }

  /// `length` characters drawn from `alphabet`.
  std::string text(std::size_t length,
                   std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
    std::string result(length, ' ');
    for (char& character : result) character = alphabet[below(alphabet.size())];
    return result;
  }

 private:
  std::uint64_t state_;
};

}  // namespace connector::sandbox
