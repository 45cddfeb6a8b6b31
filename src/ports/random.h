#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace connector::ports {

/// The only source of chance. The real one is cryptographic; the simulated one is seeded.
/// Executor thread only.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(void* bytes, std::size_t count) = 0;
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// A random version 4 UUID in lower case.
  std::string uuid();
};

}  // namespace connector::ports
