#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/shared_calls.h"
#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"

namespace connector::engine {

/// What all processes of an installation have left of an endpoint's bucket.
struct WalmartBucket {
  std::string endpoint;
  std::int64_t limit = 0;
  std::int64_t left = 0;
};
/// nullopt if the row is no bucket of Walmart's.
std::optional<WalmartBucket> walmart_bucket(const store::BudgetWindow& row, domain::UtcTime now);

/// Keeps to Walmart's token bucket of each endpoint: the published size and refill (walmart.md 1.5), corrected by what
/// the answers' headers tell. With a store, calls are taken from the buckets there, so that processes together keep to
/// them too. Executor thread only.
class WalmartBudget : public ports::CallGate {
 public:
  WalmartBudget(ports::Executor& executor, ports::Clock& clock, BudgetStore shared = {},
                domain::Milliseconds longest_wait = std::chrono::minutes(5));

  ports::Task<domain::Result<void>> admit(std::string endpoint, ports::CallPriority priority,
                                          std::optional<domain::UtcTime> not_after) override;
  void completed(std::string_view endpoint, const ports::HttpOutcome& outcome) override;
  /// At shutdown: whoever waits or comes later is refused as cancelled.
  void close();

  /// Whole calls left now at an endpoint; -1 when no limit is known.
  std::int64_t calls_left(std::string_view endpoint) const;
  std::uint64_t calls() const { return calls_; }
  std::uint64_t answers_429() const { return answers_429_; }

 private:
  struct Bucket {
    double size = 0;  ///< calls; 0 = no limit is known
    domain::Milliseconds period{0};
    double level = 0;  ///< as far as this process knows
    domain::UtcTime filled_at{};
    domain::UtcTime blocked_until{};
    std::int64_t granted = 0;  ///< taken from the store and not yet spent
    std::int64_t in_flight = 0;
    std::optional<std::int64_t> told;  ///< by the last answer
    domain::UtcTime told_at{};
    int refillings = 0;              ///< askings of the store that are under way
    domain::UtcTime ask_again_at{};  ///< before that the store has no call either
    double per_millisecond() const { return size / static_cast<double>(period.count()); }
  };
  Bucket& bucket(std::string_view endpoint);
  void refill(Bucket& bucket) const;
  domain::Milliseconds time_to_next(const Bucket& bucket) const;
  ports::Task<void> take_from_store(std::string endpoint, std::int64_t wanted);

  ports::Clock& clock_;
  BudgetStore shared_;
  domain::Milliseconds longest_wait_;
  ports::Signal changed_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::uint64_t calls_ = 0;
  std::uint64_t answers_429_ = 0;
  bool closed_ = false;
  ports::TaskGroup tasks_;
};

}  // namespace connector::engine
