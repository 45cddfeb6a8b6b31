#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/faults.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

struct WorldOptions {
  std::uint64_t seed = 1;
  int days = 7;      ///< with faults; a day without them follows, in which all must come right
  int orders = 100;  ///< over all days
  FaultRates faults;
  bool may_rest = true;  ///< some faults rest in some seeds
  /// Called with every event of the run.
  std::function<void(domain::UtcTime, std::string_view)> on_line;
};

struct WorldReport {
  std::vector<Violation> violations;  ///< the run ends at the first that is seen
  std::uint64_t digest = 0;           ///< of everything that happened: the same for the same options, everywhere
  std::string scenario;
  std::uint64_t events = 0;
  std::uint64_t requests = 0;
  std::uint64_t documents = 0;
  std::uint64_t orders = 0;
  std::uint64_t deaths = 0;
  std::uint64_t faults = 0;             ///< that really happened
  std::uint64_t refused_by_budget = 0;  ///< 429 of Exact's own limits
  std::uint64_t endpoint_blocks = 0;
};

/// Runs one seed: a shop at the simulated Walmart, its connection served by the connector's own flows, engine, clients
/// and store, the books in the simulated Exact, all on one thread and in simulated time. Deterministic.
WorldReport run_world(const WorldOptions& options);

}  // namespace connector::simulation
