#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/exact/administration.h"
#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"
#include "store/store.h"

namespace connector::simulation {

/// When a process first heard that Exact refuses a month, by "2026-11": before that nobody can know that it is closed.
using RefusedMonths = std::map<std::string, domain::UtcTime>;

/// "dated", on the wire: what is first sent once the trail tells that a period is closed bears no day of that period,
/// until a person has something tried again. Learns as well what could be known of closed periods, and since when.
class ClosedPeriodOracle : public NetworkObserver {
 public:
  ClosedPeriodOracle(int exact, SimulatedLoop& loop, const sandbox::exact::Administration& books, store::Store& store,
                     Verdicts& verdicts)
      : exact_(exact), loop_(loop), books_(books), store_(&store), verdicts_(verdicts) {}
  void use(store::Store& store) { store_ = &store; }
  /// The trail is an older one again: what the lost part told is forgotten.
  void forget_trail();
  void sent(const Exchange& exchange) override;
  void arrived(const Exchange& exchange, const ports::HttpResponse& response) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;
  const RefusedMonths& refused_months() const { return refused_months_; }

 private:
  struct Days {
    std::string first, last;  ///< "2026-11-01"
  };
  bool read_trail();
  void check_record(const store::AuditRecord& record);

  int exact_;
  SimulatedLoop& loop_;
  const sandbox::exact::Administration& books_;
  store::Store* store_;
  Verdicts& verdicts_;
  std::map<std::uint64_t, std::string> refusals_;  ///< on their way: month by exchange
  RefusedMonths refused_months_;
  std::int64_t last_sequence_ = 0;
  std::vector<Days> closed_;                        ///< as the trail tells so far
  std::set<std::string> meant_;                     ///< digests of all intents
  std::map<std::string, std::vector<Days>> known_;  ///< what was closed when a body was first meant to leave
};

}  // namespace connector::simulation
