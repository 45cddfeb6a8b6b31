#pragma once

#include <map>
#include <string>

#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"

namespace connector::engine {

/// Keeps to Walmart's token bucket of each endpoint: the published size and refill (walmart.md 1.5), corrected by what
/// the answers' headers tell. Executor thread only.
class WalmartBudget : public ports::CallGate {
 public:
  WalmartBudget(ports::Executor& executor, ports::Clock& clock,
                domain::Milliseconds longest_wait = std::chrono::minutes(5));

  ports::Task<domain::Result<void>> admit(std::string endpoint, ports::CallPriority priority) override;
  void completed(std::string_view endpoint, const ports::HttpOutcome& outcome) override;
  /// At shutdown: whoever waits or comes later is refused as cancelled.
  void close();

  struct Bucket {
    double size = 0;  ///< calls; 0 = no limit is known
    double per_second = 0;
    double level = 0;
    domain::UtcTime filled_at{};
    domain::UtcTime blocked_until{};
  };
  /// Whole calls left now at an endpoint; -1 when no limit is known.
  std::int64_t calls_left(std::string_view endpoint) const;
  std::uint64_t calls() const { return calls_; }
  std::uint64_t answers_429() const { return answers_429_; }

 private:
  Bucket& bucket(std::string_view endpoint);
  void refill(Bucket& bucket) const;

  ports::Executor& executor_;
  ports::Clock& clock_;
  domain::Milliseconds longest_wait_;
  ports::Signal changed_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::uint64_t calls_ = 0;
  std::uint64_t answers_429_ = 0;
  bool closed_ = false;
};

}  // namespace connector::engine
