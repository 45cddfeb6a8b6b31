#pragma once

#include "ports/random.h"

namespace connector::net {

/// The kernel's cryptographic random numbers. Thread-safe.
class SystemRandom : public ports::Random {
 public:
  void fill(void* bytes, std::size_t count) override;
};

}  // namespace connector::net
