#pragma once

#include <cstdint>

#include "ports/random.h"
#include "simulation/streams.h"

namespace connector::simulation {

/// A seeded source of chance (SplitMix64): the same seed gives the same bytes on every machine.
class SeededRandom : public ports::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* bytes, std::size_t count) override;
  std::uint64_t next();
  /// True in `per_million` of a million cases.
  bool chance(std::uint32_t per_million) { return next() % 1'000'000 < per_million; }
  /// An independent stream for one purpose, so that more chance in one place does not shift all others.
  SeededRandom fork(Stream purpose) const { return fork_numbered(static_cast<std::uint64_t>(purpose)); }
  /// An independent stream for each of many of one kind. Not of a source that is forked by purpose as well: the numbers
  /// would meet.
  SeededRandom fork_numbered(std::uint64_t number) const;

 private:
  std::uint64_t state_;
};

}  // namespace connector::simulation
