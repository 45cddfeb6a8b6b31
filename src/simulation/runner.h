#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.h"
#include "simulation/world.h"

namespace connector::simulation {

struct RunOptions {
  std::uint64_t seed = 1;
  std::int64_t seeds = 1;
  int days = 7;
  int orders = 100;  ///< per seed
  std::string faults = "all";
  /// Every event of every run.
  std::function<void(domain::UtcTime, std::string_view)> on_line;
  /// After each seed.
  std::function<void(std::uint64_t seed, const WorldReport& report)> on_seed;
  /// As soon as a seed has broken an invariant: looking for the smallest way to do so takes many more runs.
  std::function<void(std::uint64_t seed, const Violation& violation)> on_failure;
  /// Asked before each further seed; false ends the run.
  std::function<bool()> may_go_on;
  bool shrink = true;  ///< on failure, look for fewer faults and orders that fail likewise
};

/// A seed that broke an invariant, with what helps to understand it.
struct Failure {
  std::uint64_t seed = 0;
  Violation violation;
  std::string scenario;
  std::string faults;  ///< the smallest list found that breaks the same invariant
  int days = 0;
  int orders = 0;
  std::string replay;              ///< the command that does it again
  std::vector<std::string> story;  ///< what concerns the posting, oldest first
};

struct RunReport {
  std::uint64_t seeds = 0;
  std::optional<Failure> failure;  ///< the first; the run ends there
  std::uint64_t digest = 0;        ///< over all seeds
  std::uint64_t connection_days = 0;
  std::uint64_t orders = 0;
  std::uint64_t documents = 0;
  std::uint64_t requests = 0;
  std::uint64_t deaths = 0;
  std::uint64_t faults = 0;
};

/// Runs seeds one after another until one fails. Error: bad_input for an unknown fault.
domain::Result<RunReport> run_seeds(const RunOptions& options);

}  // namespace connector::simulation
