#pragma once

#include <cstdint>
#include <functional>

#include "domain/time.h"

namespace connector::ports {

using TimerId = std::uint64_t;

/// Runs functions one after another on one thread. The real one is net::EventLoop; the
/// simulated one runs on simulated time.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Runs `function` later on the executor's thread. Thread-safe.
  virtual void post(std::function<void()> function) = 0;
  /// Runs `function` once after `delay`. Executor thread only.
  virtual TimerId call_after(domain::Milliseconds delay, std::function<void()> function) = 0;
  /// Forgets a timer; unknown or fired ids are ignored. Executor thread only.
  virtual void cancel(TimerId timer) = 0;
};

}  // namespace connector::ports
