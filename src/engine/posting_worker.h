#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/retry_policy.h"
#include "engine/target.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "ports/random.h"
#include "store/store.h"

namespace connector::engine {

struct WorkerOptions {
  std::string owner;             ///< unique per process and start
  std::size_t concurrency = 64;  ///< requests in flight at once
  domain::Milliseconds request_timeout{30'000};
  domain::Milliseconds idle_poll{1'000};  ///< how often other processes' work is noticed, and a failing store tried
  /// Others' work is noticed for it (wake()): with nothing to do it looks at the store no more.
  bool is_woken = false;
  RetryPolicy retry;

  /// A request may leave only within its lease; the lease covers it and its answer.
  domain::Milliseconds lease() const { return request_timeout * 2; }
  /// Only after this long since the intent is the absence of a document believed: by then no request of that
  /// attempt can still be on its way, even from a process that was paused or killed, or whose clock is wrong by up to a
  /// request timeout.
  domain::Milliseconds quiet_period() const { return lease() + 2 * request_timeout; }
};

struct WorkerCounts {
  std::uint64_t posted = 0;
  std::uint64_t adopted = 0;  ///< found in the target after an unclear outcome
  std::uint64_t held = 0;
  std::uint64_t failed_attempts = 0;
};

/// Runs the posting protocol for one connection: leases due postings, commits each intent durably before its request
/// leaves, looks up unclear outcomes by reference before sending again, and records every outcome. Any number of
/// workers in any number of processes may work on one store. Executor thread only.
class PostingWorker {
 public:
  struct Ports {
    store::Store& store;
    ports::Executor& executor;
    ports::Clock& clock;
    ports::Random& random;
  };
  PostingWorker(Ports ports, Target& target, store::ConnectionId connection, WorkerOptions options);

  /// Works until nothing is due within `patience`; for one run of `sync`. Ends as well when every call has failed for
  /// `through_outage`, and, unless that is left out, at once when the remote refuses the sign-in: see hindrance().
  ports::Task<domain::Result<void>> run_until_idle(domain::Milliseconds patience,
                                                   domain::Milliseconds through_outage = domain::Milliseconds::max());
  /// What keeps postings from being made, as far as was heard: the last failure since which nothing succeeded, or
  /// budget_spent where the last run_until_idle did not wait for more calls.
  std::optional<domain::Error> hindrance() const;
  /// Works while `*more_to_come`, e.g. beside a flow that still plans; then leaves the rest to run_until_idle.
  ports::Task<void> run_while(const bool* more_to_come);
  /// Works until stop().
  ports::Task<void> run();
  void stop();
  /// New work was planned.
  void wake();
  const WorkerCounts& counts() const { return counts_; }
  /// Called with every posting whose state changed durably (for progress and live views).
  std::function<void(const store::PostingRow&)> on_change;
  /// Called with every step of a posting once it is durable: the action of its audit record, and the id of the request
  /// that led to it, if one did.
  std::function<void(const store::PostingRow&, std::string_view action, const std::string& correlation_id)> on_step;
  /// Called when a posting was held for missing reference data, so that it may be refreshed.
  std::function<void()> on_missing_reference;
  /// Awaited after a posting was held, durably, by a refusal or by its freezer.
  std::function<ports::Task<void>(store::PostingRow)> on_held;

 private:
  struct Claim {
    std::vector<store::PostingRow> sendable;
    std::vector<store::PostingRow> doubtful;
    std::vector<store::PostingRow> held;
    std::size_t planned_anew = 0;             ///< given back, to be claimed again
    std::optional<domain::UtcTime> restored;  ///< when the store was put back from a backup
  };
  ports::Task<domain::Result<Claim>> claim(std::size_t limit, bool in_haste);
  ports::Task<void> attempt(store::PostingRow row);
  /// The same as retry_or_hold. Before `not_before` each attempt would be written down and come to nothing: if it were
  /// due earlier it has not failed, but waits for its turn, which comes a little after that.
  void fail_or_wait(store::PostingRow& row, const domain::Error& error, std::optional<domain::UtcTime> not_before,
                    domain::UtcTime now);
  /// No request for a leased posting leaves later: its answer comes within the lease.
  domain::UtcTime last_departure(const store::PostingRow& row) const;
  ports::Task<void> resolve(std::vector<store::PostingRow> rows, std::optional<domain::UtcTime> restored);
  /// Until when the absence of the document tells nothing.
  std::optional<domain::UtcTime> quiet_until(const store::PostingRow& row,
                                             const std::optional<domain::UtcTime>& restored) const;
  /// `objection`: why a restored store should not send it without a person's word.
  ports::Task<void> send_again(store::PostingRow row, domain::Error objection);
  ports::Task<void> ask_later(store::PostingRow row, LookUpOutcome outcome);
  ports::Task<void> give_up(store::PostingRow row, std::string correlation_id);
  ports::Task<void> finish(store::PostingRow row, SendOutcome outcome);
  ports::Task<void> adopt(store::PostingRow row, LookUpOutcome outcome);
  /// `quiet_until`: when an absent document is looked for again.
  ports::Task<void> postpone_doubt(store::PostingRow row, LookUpOutcome outcome,
                                   std::optional<domain::UtcTime> quiet_until = std::nullopt);
  ports::Task<void> record(store::PostingRow row, std::string action, std::string correlation_id);
  /// Suspends until as many outcomes as are soon to come can be recorded in one commit.
  ports::Task<void> gather();
  void release();
  /// The remote answered, whatever it said.
  void heard() { failing_.reset(); }
  /// A call was not made, or its answer tells nothing of the posting.
  void failed(const domain::Error& error, domain::UtcTime now);
  bool is_hindered(domain::Milliseconds through_outage, domain::UtcTime now) const;
  /// Lets the target be for a while after requests that could not leave.
  void rest(domain::Cause cause, domain::UtcTime now);
  ports::Task<domain::Result<bool>> step(domain::Milliseconds patience, bool forever);
  /// Claims up to `limit` postings and lets them leave; false if nothing was due. `in_haste`: of those with a priority
  /// below 0 alone.
  ports::Task<void> tell_held(store::PostingRow row);
  ports::Task<domain::Result<bool>> claim_and_send(std::size_t limit, bool forever, bool in_haste);

  Ports ports_;
  Target& target_;
  store::ConnectionId connection_;
  WorkerOptions options_;
  ports::TaskGroup in_flight_;
  ports::Signal wake_;
  std::uint64_t wakings_ = 0;  ///< so that none is missed by a worker that is just looking at the store
  ports::Signal commit_;       ///< outcomes that wait to be recorded together
  ports::Signal room_;         ///< another request may leave
  std::size_t gathered_ = 0;   ///< outcomes that wait
  std::size_t recording_ = 0;  ///< outcomes let go and not yet durable
  std::uint64_t releases_ = 0;
  WorkerCounts counts_;
  domain::UtcTime rest_until_{};
  domain::UtcTime looked_in_haste_at_{};
  struct Failing {
    domain::UtcTime since;
    domain::Error error;  ///< the last one
  };
  std::optional<Failing> failing_;  ///< since the last call that succeeded
  bool is_spent_ = false;           ///< run_until_idle did not wait for more calls
  int rests_ = 0;                   ///< in a row, without a request that left
  bool is_idle_ = false;            ///< nothing was due when it was last claimed
  bool stopping_ = false;
};

}  // namespace connector::engine
