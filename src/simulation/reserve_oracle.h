#pragma once

#include <map>
#include <string>

#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "orders first": once a process has heard that Exact's day has no more calls left than are kept for orders, it makes
/// none for stock or prices until the day ends. Sees the wire alone: what is read and written for them has addresses of
/// its own, while returns and backfill share those of orders.
class ReserveOracle : public NetworkObserver {
 public:
  /// `tolerance` covers wrong clocks.
  ReserveOracle(int exact, SimulatedLoop& loop, domain::Milliseconds tolerance, Verdicts& verdicts)
      : exact_(exact), loop_(loop), tolerance_(tolerance), verdicts_(verdicts) {}
  void sent(const Exchange& exchange) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;

 private:
  struct Scarcity {
    domain::UtcTime since{};
    domain::UtcTime reset{};
    std::int64_t remaining = 0;
  };
  int exact_;
  SimulatedLoop& loop_;
  domain::Milliseconds tolerance_;
  Verdicts& verdicts_;
  std::map<std::string, Scarcity> scarce_;  ///< by process, as it last heard
};

}  // namespace connector::simulation
