#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "nothing lost", soon: an acknowledged notice of an order or a return is followed, long before any schedule would
/// find what it tells, by a request for just that or for the list that holds it. Judged where nothing failed, died or
/// slept from well before the notice came: what failures may put off has no bound.
class NoticeOracle : public NetworkObserver {
 public:
  /// `patience`: from the acknowledgement to the request.
  NoticeOracle(int walmart, SimulatedLoop& loop, domain::Milliseconds patience, Verdicts& verdicts)
      : walmart_(walmart), loop_(loop), patience_(patience), troubled_at_(loop.now()), verdicts_(verdicts) {}
  /// Counts all that ever went wrong; every difference is trouble.
  std::function<std::uint64_t()> troubles;
  /// Whether something is wrong that lasts.
  std::function<bool()> is_troubled;

  /// A genuine notice comes to a process.
  void arrives(const std::string& body);
  /// A process said that it has the notice.
  void acknowledged(const std::string& body);
  void sent(const Exchange& exchange) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;

 private:
  struct Waiting {
    bool of_return = false;
    std::string entity;
    domain::UtcTime arrived_at{};
    std::optional<domain::UtcTime> acknowledged_at;
  };
  void look_for_trouble();
  void look_for_overdue();

  int walmart_;
  SimulatedLoop& loop_;
  domain::Milliseconds patience_;
  domain::UtcTime troubled_at_;
  Verdicts& verdicts_;
  std::uint64_t troubles_seen_ = 0;
  std::map<std::string, Waiting> waiting_;  ///< by body, which is the same when a notice comes again
  std::set<std::string> settled_;           ///< bodies of those that were followed or are not judged
};

}  // namespace connector::simulation
