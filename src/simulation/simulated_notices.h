#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ports/http.h"
#include "sandbox/service.h"
#include "simulation/faults.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_disk.h"
#include "simulation/simulated_loop.h"
#include "simulation/trace.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

class SimulatedProcess;

/// Carries what a remote tells on its own, its webhooks' notices, to one of the processes: some are lost, doubled, late
/// and so out of order, and now and then somebody forges one. An oracle as well: a notice is acknowledged only once it
/// is durable, a forged one never, and a genuine one is not refused.
class SimulatedNotices {
 public:
  SimulatedNotices(SimulatedLoop& loop, SeededRandom random, SimulatedDisk& disk, Trace& trace, Verdicts& verdicts)
      : loop_(loop), random_(random), disk_(disk), trace_(trace), verdicts_(verdicts) {}

  void set_rates(const FaultRates& rates) { rates_ = rates; }
  /// A process that takes a request in now, or nullptr when there is none.
  std::function<SimulatedProcess*(std::uint64_t chance)> receiver;
  /// Called with the body of each genuine notice that comes to a process, and that a process acknowledged.
  std::function<void(const std::string& body)> on_arrival;
  std::function<void(const std::string& body)> on_acknowledged;
  /// Takes over what the remote wants to tell.
  void carry(sandbox::Service& remote);
  std::uint64_t faults_injected() const { return injected_; }

 private:
  struct Notice {
    sandbox::Service* remote = nullptr;
    std::uint64_t id = 0;  ///< 0: its remote does not wait for the outcome
    bool is_forged = false;
    ports::ServerRequest request;
  };
  using Shared = std::shared_ptr<const Notice>;
  bool happens(std::uint32_t rate);
  void send(Shared notice, domain::Milliseconds after);
  void arrive(const Shared& notice);
  void answered(const Shared& notice, const ports::HttpResponse& response);
  void tell(const Shared& notice, const std::optional<ports::HttpResponse>& answer, domain::Milliseconds after);
  void note(const Notice& notice, const std::string& what);

  SimulatedLoop& loop_;
  SeededRandom random_;
  SimulatedDisk& disk_;
  Trace& trace_;
  Verdicts& verdicts_;
  FaultRates rates_;
  std::uint64_t injected_ = 0;
};

}  // namespace connector::simulation
