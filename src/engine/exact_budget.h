#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/call_window.h"
#include "engine/error_budget.h"
#include "engine/shared_calls.h"
#include "exact/rate_limits.h"
#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "store/store.h"

namespace connector::engine {

/// Spends Exact's minute and day windows by priority and rests endpoints that keep refusing (ErrorBudget). Learns the
/// windows from the X-RateLimit headers of every answer; without headers only a 429 limits. With a store, calls are
/// taken from the windows there, a few at a time, so that processes together stay within them too. Executor thread
/// only.
class ExactBudget : public ports::CallGate {
 public:
  ExactBudget(ports::Executor& executor, ports::Clock& clock, BudgetStore shared = {});

  ports::Task<domain::Result<void>> admit(std::string endpoint, ports::CallPriority priority,
                                          std::optional<domain::UtcTime> not_after) override;
  std::optional<domain::UtcTime> rested_until(std::string_view endpoint) const override;
  std::optional<domain::UtcTime> spent_until(ports::CallPriority priority) const override;
  bool must_wait(std::string_view endpoint) const override;
  void completed(std::string_view endpoint, const ports::HttpOutcome& outcome) override;
  void completed_in_doubt(std::string_view endpoint, const ports::HttpOutcome& outcome) override;
  /// At shutdown: whoever waits or comes later is refused as cancelled.
  void close();
  /// Before the process ends: leaves to others what it took from the store and does not need any more.
  ports::Task<void> leave();

  /// Calls that may leave at once at this priority; the concurrency of unlimited remotes is bounded elsewhere.
  std::size_t allowance(ports::CallPriority priority) const;
  /// Time until the allowance may grow; zero when it is not zero.
  domain::Milliseconds returns_in(ports::CallPriority priority) const;

  struct Window {
    std::optional<std::int64_t> limit;
    std::int64_t remaining = 0;  ///< not taken yet by any process
    domain::UtcTime reset{};
  };
  /// For ping, metrics and the console; limits absent while unknown.
  Window minute() const { return shown(minute_); }
  Window day() const { return shown(day_); }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t answers_429() const { return answers_429_; }

 private:
  void settle(std::string_view endpoint, const ports::HttpOutcome& outcome, bool was_refused);
  CallWindow current(CallWindow window) const;
  Window shown(const CallWindow& known) const;
  /// Calls that may leave now in this window.
  std::int64_t left(const CallWindow& known) const;
  std::int64_t unspent() const;
  /// The remote's time, late enough to be safely inside a window that has just begun.
  domain::UtcTime window_time() const;
  void roll();
  /// No process knew a limit when the store was asked last, a moment ago.
  bool is_free_of_limits() const;
  bool is_unlimited() const { return heard_ && !limits_known(); }
  bool limits_known() const { return minute_.limit() || day_.limit(); }
  bool has_room(ports::CallPriority priority) const;
  /// Nobody who waits goes before this priority.
  bool is_first(ports::CallPriority priority) const;
  /// No call is left of those taken from the store.
  bool lacks_call() const;
  bool take_granted();
  CallRequest request(ports::CallPriority priority) const;
  /// `may_leave` calls at once would find a slot (ErrorBudget).
  ports::Task<void> refill(ports::CallPriority priority, std::size_t may_leave);
  /// Whether it brought a call.
  bool take_in(const domain::Result<CallGrant>& grant);
  ports::Task<void> give_back();
  ports::Task<domain::Result<CallGrant>> ask_store(CallRequest asking);
  /// Writes down what the remote says of its windows now, without taking a call.
  ports::Task<void> tell_others();
  std::int64_t day_reserve(ports::CallPriority priority) const;
  domain::Milliseconds wait_for(ports::CallPriority priority) const;
  ports::Task<void> wait_for_slot(std::string endpoint, ports::CallPriority priority);
  void learn_429(std::string_view endpoint, const ports::HttpHeaders& headers, const exact::RateLimits& limits);

  ports::Clock& clock_;
  ports::Signal changed_;
  CallWindow minute_{std::chrono::minutes(1)};
  CallWindow day_{std::chrono::hours(24)};
  bool heard_ = false;  ///< an answer has come: limits are known or known to be absent
  std::int64_t in_flight_ = 0;
  bool begun_before_ = false;   ///< some of those in flight were admitted in an earlier window
  std::multiset<int> waiting_;  ///< priorities of those who wait
  domain::UtcTime blocked_until_{};
  ErrorBudget errors_;
  std::map<std::string, std::size_t, std::less<>> want_slots_;  ///< who waits for a slot, by endpoint
  struct EndpointBlock {
    domain::UtcTime until{};
    int times = 0;  ///< in a row
  };
  std::map<std::string, EndpointBlock, std::less<>> endpoint_blocks_;
  std::uint64_t calls_ = 0;
  std::uint64_t answers_429_ = 0;
  bool closed_ = false;
  BudgetStore shared_;
  std::int64_t granted_ = 0;  ///< taken from the store and not yet spent
  domain::UtcTime granted_until_{};
  domain::UtcTime unlimited_until_{};  ///< no process knows a limit: the store need not be asked
  int empty_ = 0;                      ///< askings in a row that brought nothing
  bool shared_known_ = false;          ///< the store has told of windows
  int refillings_ = 0;                 ///< askings of the store for calls that are under way: one at most
  ports::TaskGroup tasks_;
};

}  // namespace connector::engine
