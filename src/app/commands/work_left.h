#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/context.h"
#include "app/exit_code.h"
#include "domain/result.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::app {

/// What a run of `sync` leaves of a connection's postings.
struct WorkLeft {
  std::int64_t held = 0;     ///< for a person
  std::int64_t waiting = 0;  ///< for the next run
  /// Beside these, what only waits for its day to be over; nullopt where that was not asked.
  std::optional<std::int64_t> for_their_day;
  json::Value held_by_cause{json::Object{}};
  /// Why what waits could not be made: an outage, spent calls or a refused sign-in.
  std::optional<domain::Error> hindrance;
};

/// `heard`: what the worker met at the end of the run. What earlier runs met is read off the postings that still wait
/// for their next attempt. `for_their_day`: of those that wait, how many only wait for their day to be over.
WorkLeft work_left(const std::vector<store::Reader::StateCount>& counts, std::optional<domain::Error> heard,
                   std::optional<std::int64_t> for_their_day = std::nullopt);

/// Tells of the hindrance, if there is one, and gives the exit code of the run.
ExitCode conclude_run(const WorkLeft& left, Context& context);

}  // namespace connector::app
