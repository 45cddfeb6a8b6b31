#pragma once

#include <chrono>

#include "ports/clock.h"

namespace connector::net {

/// The machine's clock. Thread-safe.
class SystemClock : public ports::Clock {
 public:
  domain::UtcTime now() const override {
    return std::chrono::floor<domain::Milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace connector::net
