#pragma once

#include <functional>
#include <map>
#include <string>

#include "ports/completion.h"
#include "ports/http.h"
#include "sandbox/service.h"
#include "simulation/faults.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_loop.h"

namespace connector::simulation {

/// Carries requests of simulated processes to the simulated services, with faults. A request under way goes on after
/// its sender died. The longest time between leaving and taking effect is 1.9 request timeouts, which is what the
/// posting protocol's quiet period promises to bear.
class SimulatedNetwork {
 public:
  using Trace = std::function<void(const std::string&)>;
  SimulatedNetwork(SimulatedLoop& loop, SeededRandom random, FaultRates rates, Trace trace);

  /// Requests whose URL begins with `base_url` go to `service`.
  void attach(std::string base_url, sandbox::Service& service);
  /// While true nothing of this remote can be reached.
  void set_outage(const std::string& base_url, bool down);
  void set_rates(FaultRates rates) { rates_ = rates; }
  std::uint64_t requests() const { return requests_; }

  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request);

 private:
  struct Remote {
    sandbox::Service* service = nullptr;
    bool down = false;
  };
  ports::HttpResponse deliver(Remote& remote, const ports::HttpRequest& request, const std::string& base_url);
  domain::Milliseconds latency();

  SimulatedLoop& loop_;
  SeededRandom random_;
  FaultRates rates_;
  Trace trace_;
  std::map<std::string, Remote> remotes_;
  std::uint64_t requests_ = 0;
};

/// The door of one process to the network.
class SimulatedTransport : public ports::HttpTransport {
 public:
  explicit SimulatedTransport(SimulatedNetwork& network) : network_(network) {}
  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override {
    return network_.send(std::move(request));
  }

 private:
  SimulatedNetwork& network_;
};

}  // namespace connector::simulation
