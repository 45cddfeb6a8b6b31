#include "ports/random.h"

#include <array>
#include <limits>

namespace connector::ports {

std::uint64_t Random::below(std::uint64_t bound) {
  // Values past the last whole multiple of bound are drawn again, so that none is favoured.
  const std::uint64_t rejected = (std::numeric_limits<std::uint64_t>::max() % bound + 1) % bound;
  for (;;) {
    std::uint64_t value = 0;
    fill(&value, sizeof value);
    if (value <= std::numeric_limits<std::uint64_t>::max() - rejected) return value % bound;
  }
}

std::string Random::uuid() {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  fill(bytes.data(), bytes.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace connector::ports
