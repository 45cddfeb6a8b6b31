#pragma once

#include "domain/time.h"

namespace connector::ports {

/// The wall clock, UTC. Thread-safe. May jump; durations are measured by Executor timers.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual domain::UtcTime now() const = 0;
};

}  // namespace connector::ports
