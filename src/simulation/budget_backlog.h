#pragma once

#include <cstdint>

namespace connector::simulation {

struct BacklogOptions {
  std::int64_t postings = 20'000;  ///< one call each
  std::int64_t calls_per_minute = 60;
  std::int64_t calls_per_day = 5'000;
  int processes = 1;                   ///< on one store
  std::int64_t others_per_minute = 0;  ///< calls of another program under the same key, spread over each minute
  std::uint64_t seed = 1;
};

struct BacklogResult {
  std::int64_t posted = 0;
  std::int64_t answered = 0;     ///< calls of the processes that the remote worked on
  std::int64_t others = 0;       ///< calls of the other program that it worked on
  std::int64_t answers_429 = 0;  ///< calls of the processes that it refused
  std::int64_t allowed = 0;      ///< calls that its windows allowed from the start until the last posting
  std::int64_t doubles = 0;      ///< postings that were made twice
  double utilisation() const {
    return allowed == 0 ? 0.0 : static_cast<double>(answered + others) / static_cast<double>(allowed);
  }
};

/// A backlog worked off by the real worker, budgets and store on simulated time, against a remote that counts calls in
/// windows of a minute and a day as Exact does. The same options give the same result.
BacklogResult work_off_backlog(const BacklogOptions& options);

}  // namespace connector::simulation
