#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "ports/clock.h"
#include "ports/executor.h"

namespace connector::simulation {

/// Executor and clock of a simulated run: events happen one after another in the order of their time, then of their
/// making, and time jumps from one to the next. This clock tells true time.
class SimulatedLoop : public ports::Executor, public ports::Clock {
 public:
  /// Whose events stop while it is paused, and never come once it is dead.
  struct Owner {
    domain::UtcTime paused_until{};
    bool is_dead = false;
  };

  explicit SimulatedLoop(domain::UtcTime start) : now_(start) {}

  void post(std::function<void()> function) override { call_after(domain::Milliseconds::zero(), std::move(function)); }
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override {
    return call_after(delay, std::move(function), nullptr);
  }
  /// `owner` must live until it is forgotten.
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function, const Owner* owner);
  void cancel(ports::TimerId timer) override;
  domain::UtcTime now() const override { return now_; }

  /// Drops all events of an owner.
  void forget(const Owner* owner);
  /// Runs the next event; false if there is none.
  bool step();
  /// Runs all events up to and including `until`, then sets the time to it.
  void run_until(domain::UtcTime until);
  std::uint64_t events() const { return events_; }

 private:
  struct Event {
    domain::UtcTime due;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator>(const Event& other) const { return due != other.due ? due > other.due : order > other.order; }
  };
  /// Timers stand in slots that are used again; the order of making tells uses of a slot apart.
  struct Slot {
    std::function<void()> function;
    const Owner* owner = nullptr;
    std::uint64_t order = 0;
  };
  void release(std::uint32_t slot);

  std::priority_queue<Event, std::vector<Event>, std::greater<>> queue_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  domain::UtcTime now_;
  std::uint64_t last_order_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace connector::simulation
