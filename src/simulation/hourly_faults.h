#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sandbox/exact/exact_service.h"
#include "simulation/faults.h"
#include "simulation/people.h"
#include "simulation/process_fleet.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_process.h"
#include "simulation/trace.h"

namespace connector::simulation {

/// The faults that come by the hour, to a remote, a process, the machine or by a person's hand. Some last for a while.
class HourlyFaults {
 public:
  /// The clock of the machine is wrong by at most so much.
  static constexpr domain::Milliseconds kLargestJump{2'000};

  struct Plan {
    FaultRates rates;
    domain::UtcTime end{};  ///< when the faults stop
  };
  /// Whom they happen to.
  struct Victims {
    Installation& installation;
    ProcessFleet& fleet;
    People& people;
    sandbox::exact::ExactService& exact;
  };
  /// `random` is shared with the fleet; `days` decides when Exact's day is spent.
  HourlyFaults(Plan plan, Victims victims, SeededRandom& random, SeededRandom days, Trace& trace);
  HourlyFaults(const HourlyFaults&) = delete;
  HourlyFaults& operator=(const HourlyFaults&) = delete;

  /// Called when the power has failed and all processes are dead, before they start again.
  std::function<void()> on_power_loss;
  /// Called with the id of an invoice that a person has deleted in Exact.
  std::function<void(const std::string&)> on_document_deleted;

  /// Draws what happens within an hour from now, always as many values.
  void plan_hour();
  /// Ends what lasts; nothing that was planned happens any more.
  void stop();
  /// That really happened.
  std::uint64_t happened() const { return happened_; }
  /// Whether one of them lasts now.
  bool lasts() const { return lasting_ > 0; }
  /// Of those that lasted for a while.
  std::uint64_t ended() const { return ended_; }

 private:
  void maybe_this_hour(std::uint32_t rate, std::function<void(std::uint64_t)> action);
  void for_a_while(const std::string& what, domain::Milliseconds most, std::uint64_t detail,
                   const std::function<void()>& begin, std::function<void()> end);
  void plan_remote(int remote);
  void plan_machine();
  void plan_people();
  void plan_other_apps();
  void maybe_spend_day();
  void note(const std::string& text) { trace_.line(loop_.now(), text); }

  Plan plan_;
  Installation& installation_;
  SimulatedLoop& loop_;
  SimulatedNetwork& network_;
  SimulatedDisk& disk_;
  ProcessFleet& fleet_;
  People& people_;
  sandbox::exact::ExactService& exact_;
  SeededRandom& random_;
  SeededRandom days_;
  Trace& trace_;
  std::int64_t minute_limit_;  ///< Exact's own
  bool has_stopped_ = false;
  int lasting_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t happened_ = 0;
};

}  // namespace connector::simulation
