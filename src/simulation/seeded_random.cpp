#include "simulation/seeded_random.h"

#include <algorithm>
#include <cstring>

namespace connector::simulation {

std::uint64_t SeededRandom::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

void SeededRandom::fill(void* bytes, std::size_t count) {
  auto* out = static_cast<unsigned char*>(bytes);
  while (count > 0) {
    const std::uint64_t value = next();
    const std::size_t part = std::min(count, sizeof value);
    for (std::size_t i = 0; i < part; ++i) out[i] = static_cast<unsigned char>(value >> (8 * i));
    out += part;
    count -= part;
  }
}

SeededRandom SeededRandom::fork_numbered(std::uint64_t number) const {
  SeededRandom mixed(state_ ^ (number * 0xD6E8FEB86659FD93ULL));
  return SeededRandom(mixed.next());
}

}  // namespace connector::simulation
