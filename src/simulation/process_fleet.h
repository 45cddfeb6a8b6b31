#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/log.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_process.h"
#include "simulation/trace.h"

namespace connector::simulation {

/// The processes that serve the connection side by side: each dies, sleeps and starts again.
class ProcessFleet {
 public:
  /// `random` is shared with whoever plans the faults.
  ProcessFleet(Installation& installation, ports::Log& log, SeededRandom& random, Trace& trace)
      : installation_(installation), log_(log), random_(random), trace_(trace) {}

  /// Rate at which a process dies as a writing request of its has left.
  std::uint32_t killed_at_send = 0;
  /// Called after a process has died.
  std::function<void()> on_end;

  /// Each process's clock is wrong by up to `most` with this rate.
  void assign_clocks(int processes, std::uint32_t rate, domain::Milliseconds most);
  void start_all();
  void kill(std::uint64_t chance);
  void pause(std::uint64_t chance);
  /// All die at once; `meanwhile` happens, then they start again one by one, `pause` later.
  void lose_power(const std::function<void()>& meanwhile, domain::Milliseconds pause = std::chrono::seconds(1));
  /// Destroys all of them.
  void end();
  /// Some process that lives, or nullptr.
  SimulatedProcess* some_alive(std::uint64_t chance) const;
  /// Whether one of them was told to have a person sign in to Exact.
  bool needs_sign_in() const;
  std::uint64_t deaths() const { return deaths_; }

 private:
  struct Slot {
    std::unique_ptr<SimulatedProcess> process;
    int starts = 0;
    domain::Milliseconds skew{0};
    bool is_planned_to_start = false;
    bool is_planned_to_end = false;
  };
  Slot& slot(std::size_t index) { return slots_[index]; }
  void start(std::size_t index);
  void plan_start(std::size_t index, domain::Milliseconds after);
  void plan_end(std::size_t index);
  void end(std::size_t index);
  void put_to_sleep(std::size_t index, SimulatedProcess& process);
  bool destroy(Slot& slot);
  domain::Milliseconds span(domain::Milliseconds most);
  void note(const std::string& text) { trace_.line(installation_.loop.now(), text); }

  Installation& installation_;
  ports::Log& log_;
  SeededRandom& random_;
  Trace& trace_;
  std::vector<Slot> slots_;
  std::uint64_t deaths_ = 0;
};

}  // namespace connector::simulation
