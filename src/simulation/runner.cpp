#include "simulation/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "simulation/scenario.h"

namespace connector::simulation {

using domain::UtcTime;

namespace {

/// Most runs that are spent on making a failure smaller.
constexpr int kShrinkingRuns = 60;
/// What else happened so shortly before or after belongs to the story.
constexpr domain::Milliseconds kNear = std::chrono::minutes(2);

WorldOptions world_options(const RunOptions& options, std::uint64_t seed, const FaultRates& rates) {
  WorldOptions world;
  world.seed = seed;
  world.days = options.days;
  world.orders = options.orders;
  world.faults = rates;
  world.may_rest = options.faults == "all";
  return world;
}

bool fails_likewise(const WorldOptions& options, const Violation& violation) {
  const WorldReport report = run_world(options);
  return !report.violations.empty() && report.violations.front().invariant == violation.invariant;
}

/// The same run with an explicit list of faults: those that rest in this seed are not part of it.
WorldOptions without_resting(WorldOptions options) {
  FaultRates rates = make_scenario(options.seed, options.days, options.orders, options.faults, options.may_rest).rates;
  for (std::size_t index = 0; index < fault_names().size(); ++index) {
    if (rate_of(rates, index) == 0) rate_of(options.faults, index) = 0;
  }
  options.may_rest = false;
  return options;
}

/// Fewer faults, then fewer orders, as long as the same invariant breaks.
WorldOptions shrunk(WorldOptions options, const Violation& violation) {
  int runs = 0;
  options = without_resting(std::move(options));
  const std::size_t faults = fault_names().size();
  for (std::size_t group = faults; group > 0; group /= 2) {
    for (std::size_t begin = 0; begin < faults && runs < kShrinkingRuns; begin += group) {
      WorldOptions fewer = options;
      for (std::size_t index = begin; index < std::min(begin + group, faults); ++index) {
        rate_of(fewer.faults, index) = 0;
      }
      if (fewer.faults == options.faults) continue;
      ++runs;
      if (fails_likewise(fewer, violation)) options = fewer;
    }
  }
  for (int orders = options.orders / 2; orders > 0 && runs < kShrinkingRuns; orders /= 2) {
    WorldOptions fewer = options;
    fewer.orders = orders;
    ++runs;
    if (!fails_likewise(fewer, violation)) break;
    options = fewer;
  }
  return options;
}

/// Everything that names the order, and what befell the processes about then.
std::vector<std::string> story_of(WorldOptions options, const std::string& about) {
  struct Line {
    UtcTime at;
    std::string text;
    bool names_it;
  };
  std::vector<Line> lines;
  options.on_line = [&lines, &about](UtcTime at, std::string_view text) {
    const bool names_it = text.starts_with("BROKEN ") || (!about.empty() && text.find(about) != std::string_view::npos);
    // Numbered lines are other orders' traffic.
    if (names_it || (!text.starts_with('#') && !text.starts_with("log "))) {
      lines.push_back({at, std::string(text), names_it});
    }
  };
  const WorldReport report = run_world(options);
  std::vector<std::string> story;
  const auto is_near = [&lines](UtcTime at) {
    return std::any_of(lines.begin(), lines.end(), [at](const Line& line) {
      return line.names_it && line.at - at < kNear && at - line.at < kNear;
    });
  };
  for (const Line& line : lines) {
    if (line.names_it || is_near(line.at)) story.push_back(domain::to_iso8601(line.at) + "  " + line.text);
  }
  return story;
}

Failure failure_of(const RunOptions& options, WorldOptions world, const WorldReport& report) {
  Failure failure;
  failure.seed = world.seed;
  failure.violation = report.violations.front();
  failure.scenario = report.scenario;
  if (options.on_failure) options.on_failure(failure.seed, failure.violation);
  if (options.shrink) world = shrunk(world, failure.violation);
  failure.days = world.days;
  failure.orders = world.orders;
  failure.faults = world.may_rest ? "all" : to_string(world.faults);
  failure.replay = fmt::format("ml-connector simulate --seed {} --days {} --orders {} --faults {} --trace",
                               failure.seed, failure.days, failure.orders, failure.faults);
  world.on_line = nullptr;
  const WorldReport again = run_world(world);
  if (!again.violations.empty()) failure.violation = again.violations.front();
  failure.story = story_of(world, failure.violation.about);
  return failure;
}

}  // namespace

domain::Result<RunReport> run_seeds(const RunOptions& options) {
  const auto rates = parse_faults(options.faults);
  if (!rates) return domain::fail(rates.error());
  RunReport total;
  for (std::int64_t index = 0; index < options.seeds; ++index) {
    if (index > 0 && options.may_go_on && !options.may_go_on()) break;
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(index);
    WorldOptions world = world_options(options, seed, *rates);
    world.on_line = options.on_line;
    const WorldReport report = run_world(world);
    ++total.seeds;
    total.digest = (total.digest * 0x9E3779B97F4A7C15ULL) ^ report.digest;
    total.connection_days += static_cast<std::uint64_t>(options.days);
    total.orders += report.orders;
    total.documents += report.documents;
    total.requests += report.requests;
    total.deaths += report.deaths;
    total.faults += report.faults;
    if (options.on_seed) options.on_seed(seed, report);
    if (!report.violations.empty()) {
      total.failure = failure_of(options, world, report);
      break;
    }
  }
  return total;
}

}  // namespace connector::simulation
