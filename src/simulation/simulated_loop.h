#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "ports/clock.h"
#include "ports/executor.h"

namespace connector::simulation {

/// Executor and clock of a simulated run: events happen one after another in the order of their time, then of their
/// making, and time jumps from one to the next. The clock the connector sees may be skewed against true time.
class SimulatedLoop : public ports::Executor, public ports::Clock {
 public:
  explicit SimulatedLoop(domain::UtcTime start) : now_(start) {}

  void post(std::function<void()> function) override { call_after(domain::Milliseconds::zero(), std::move(function)); }
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override;
  void cancel(ports::TimerId timer) override;
  domain::UtcTime now() const override { return now_ + skew_; }

  domain::UtcTime true_now() const { return now_; }
  void set_skew(domain::Milliseconds skew) { skew_ = skew; }
  /// Runs the next event; false if there is none.
  bool step();
  /// Runs all events up to and including `until`, then sets the time to it.
  void run_until(domain::UtcTime until);
  std::uint64_t events() const { return events_; }

 private:
  using Key = std::pair<domain::UtcTime, ports::TimerId>;
  std::map<Key, std::function<void()>> queue_;
  std::unordered_map<ports::TimerId, domain::UtcTime> due_;
  domain::UtcTime now_;
  domain::Milliseconds skew_{0};
  ports::TimerId last_id_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace connector::simulation
