#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "domain/time.h"

namespace connector::simulation {

/// Everything that happened, as one digest, and as lines for whoever listens.
class Trace {
 public:
  /// Called with each line; unset: lines are not made.
  std::function<void(domain::UtcTime, std::string_view)> on_line;

  bool wants_lines() const { return static_cast<bool>(on_line); }
  void mix(std::uint64_t value) {
    digest_ = (digest_ ^ value) * 0x9E3779B97F4A7C15ULL;
    digest_ ^= digest_ >> 29U;
  }
  /// FNV-1a by words of eight bytes: quick, the same on every machine of one byte order.
  void mix(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ bytes.size();
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
      hash = (hash ^ word) * 0x100000001B3ULL;
      hash ^= hash >> 32U;
    }
    for (; at < bytes.size(); ++at) hash = (hash ^ static_cast<unsigned char>(bytes[at])) * 0x100000001B3ULL;
    mix(hash);
  }
  void line(domain::UtcTime at, std::string_view text) {
    mix(static_cast<std::uint64_t>(domain::to_epoch_milliseconds(at)));
    mix(text);
    if (on_line) on_line(at, text);
  }
  std::uint64_t digest() const { return digest_; }

 private:
  std::uint64_t digest_ = 0;
};

}  // namespace connector::simulation
