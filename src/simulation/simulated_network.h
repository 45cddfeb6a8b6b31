#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/completion.h"
#include "ports/http.h"
#include "sandbox/service.h"
#include "simulation/faults.h"
#include "simulation/seeded_random.h"
#include "simulation/simulated_loop.h"
#include "simulation/trace.h"

namespace connector::simulation {

/// Who sends: its executor resumes it, its clock tells whether it is too late, and the dead send nothing.
struct Sender {
  std::string process;
  ports::Executor& executor;
  ports::Clock& clock;
  std::shared_ptr<const bool> is_dead;
  std::function<void()> on_write_sent;  ///< after a writing request has left
  std::function<void()> sleep;          ///< has the process sleep for a while from now on
};

/// One request on its way from a process to a remote.
struct Exchange {
  std::uint64_t id = 0;
  std::string process;  ///< name and start, e.g. "p1/3"
  int remote = 0;       ///< in the order of attach; -1: nobody
  ports::ServerRequest request;
  domain::UtcTime sent_at{};
  domain::Milliseconds timeout{0};
  bool is_token_request = false;
  bool is_write = false;
  bool is_duplicate = false;       ///< made by the network, not by a process
  const Sender* sender = nullptr;  ///< gone once it is dead
  std::shared_ptr<const bool> sender_is_dead;
};

/// Watches what really goes over the wire, without a part in it.
class NetworkObserver {
 public:
  virtual ~NetworkObserver() = default;
  /// A request leaves its process.
  virtual void sent(const Exchange& exchange) { static_cast<void>(exchange); }
  /// The remote has taken it in and answers so.
  virtual void arrived(const Exchange& exchange, const ports::HttpResponse& response) {
    static_cast<void>(exchange);
    static_cast<void>(response);
  }
  /// This is what its process gets to see. Not called once the process is dead.
  virtual void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
    static_cast<void>(exchange);
    static_cast<void>(outcome);
  }
};

/// Carries requests of simulated processes to the simulated services, with faults. A request under way goes on after
/// its sender died. The longest time between leaving and taking effect is 1.9 request timeouts, which is what the
/// posting protocol's quiet period promises to bear.
class SimulatedNetwork {
 public:
  SimulatedNetwork(SimulatedLoop& loop, SeededRandom random, Trace& trace);

  /// Requests whose URL begins with `base_url` go to `service`. Returns the remote's number.
  int attach(std::string base_url, std::string name, sandbox::Service& service);
  int remotes() const { return static_cast<int>(remotes_.size()); }
  const std::string& name_of(int remote) const { return remotes_.at(static_cast<std::size_t>(remote)).name; }
  /// While true nothing of this remote can be reached.
  void set_outage(int remote, bool down) { remotes_.at(static_cast<std::size_t>(remote)).down = down; }
  /// While true every request gets 503.
  void set_burst(int remote, bool failing) { remotes_.at(static_cast<std::size_t>(remote)).failing = failing; }
  /// While true the remote's gateway has no patience: what takes effect gets 504, refusals and tokens come through.
  void set_answers_lost(int remote, bool lost) { remotes_.at(static_cast<std::size_t>(remote)).answers_lost = lost; }
  void set_token_down(int remote, bool down) { remotes_.at(static_cast<std::size_t>(remote)).token_down = down; }
  void set_rates(const FaultRates& rates) { rates_ = rates; }
  /// Pages of lists hold at most so many rows; 0 = as asked for.
  void set_page_limit(int rows) { page_limit_ = rows; }
  void add_observer(NetworkObserver& observer) { observers_.push_back(&observer); }
  /// Called after a remote worked: it may want to tell something on its own.
  std::function<void(sandbox::Service&)> on_work;
  std::uint64_t requests() const { return requests_; }
  std::uint64_t faults_injected() const { return injected_; }

  ports::Task<ports::HttpOutcome> send(const Sender& sender, ports::HttpRequest request);

 private:
  struct Remote {
    std::string base_url;
    std::string name;
    sandbox::Service* service = nullptr;
    bool down = false;
    bool failing = false;
    bool answers_lost = false;
    bool token_down = false;
  };
  using Shared = std::shared_ptr<Exchange>;
  using Done = ports::Completion<ports::HttpOutcome>;
  ports::HttpResponse deliver(const Exchange& exchange);
  domain::Milliseconds latency();
  bool happens(std::uint32_t rate);
  void answer(const Shared& exchange, const Done& done, domain::Milliseconds after, ports::HttpOutcome outcome);
  /// What stands between the client and the remote's answer, or nullopt if the request goes through.
  std::optional<ports::HttpResponse> answer_before(const Exchange& exchange);
  ports::HttpOutcome spoil(const Exchange& exchange, ports::HttpResponse response, bool& lost);
  void describe(const Exchange& exchange, const char* what, int status, std::string_view body);

  SimulatedLoop& loop_;
  SeededRandom random_;
  FaultRates rates_;
  Trace& trace_;
  std::vector<Remote> remotes_;
  std::vector<NetworkObserver*> observers_;
  int page_limit_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t injected_ = 0;
};

/// The door of one process to the network.
class SimulatedTransport : public ports::HttpTransport {
 public:
  SimulatedTransport(SimulatedNetwork& network, Sender sender) : network_(network), sender_(std::move(sender)) {}
  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override {
    return network_.send(sender_, std::move(request));
  }

 private:
  SimulatedNetwork& network_;
  Sender sender_;
};

}  // namespace connector::simulation
