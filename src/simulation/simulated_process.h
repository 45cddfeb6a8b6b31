#pragma once

#include <memory>
#include <optional>
#include <string>

#include "flows/connection_service.h"
#include "flows/work_watch.h"
#include "server/webhooks.h"
#include "simulation/simulated_disk.h"
#include "simulation/simulated_loop.h"
#include "simulation/simulated_network.h"
#include "store/secret_store.h"
#include "store/vault.h"

namespace connector::simulation {

/// The executor of one process: the loop's, with its events marked as the process's own.
class ProcessExecutor : public ports::Executor {
 public:
  explicit ProcessExecutor(SimulatedLoop& loop) : loop_(loop) {}
  void post(std::function<void()> function) override {
    loop_.call_after(domain::Milliseconds::zero(), std::move(function), &owner_);
  }
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override {
    return loop_.call_after(delay, std::move(function), &owner_);
  }
  void cancel(ports::TimerId timer) override { loop_.cancel(timer); }
  SimulatedLoop::Owner& owner() { return owner_; }
  void forget() { loop_.forget(&owner_); }

 private:
  SimulatedLoop& loop_;
  SimulatedLoop::Owner owner_;
};

/// What a process's clock shows: true time, plus what its machine is wrong by.
class ProcessClock : public ports::Clock {
 public:
  ProcessClock(SimulatedLoop& loop, domain::Milliseconds skew, const domain::Milliseconds& jump)
      : loop_(loop), skew_(skew), jump_(jump) {}
  domain::UtcTime now() const override { return loop_.now() + skew_ + jump_; }

 private:
  SimulatedLoop& loop_;
  domain::Milliseconds skew_;
  const domain::Milliseconds& jump_;  ///< of the whole machine
};

/// What all processes of a run share.
struct Installation {
  SimulatedLoop& loop;
  SimulatedDisk& disk;
  SimulatedNetwork& network;
  store::Vault vault;
  std::string store_path;
  std::string walmart_url;
  std::string exact_url;
  engine::RetryPolicy retry;
  flows::ServiceSchedule schedule;
  flows::WatchIntervals watch;
  bool with_webhooks = false;
  domain::Milliseconds clock_jump{0};
};

/// One start of one process: it lives from its construction until it is destroyed, and dies without a word.
class SimulatedProcess {
 public:
  struct Options {
    std::string name;  ///< unique per start
    std::uint64_t seed = 0;
    domain::Milliseconds skew{0};
    bool with_disk_faults = true;
  };
  SimulatedProcess(Installation& installation, Options options);
  SimulatedProcess(const SimulatedProcess&) = delete;
  SimulatedProcess& operator=(const SimulatedProcess&) = delete;
  ~SimulatedProcess();

  /// Opens the store; the process can do nothing before.
  domain::Result<void> open();
  /// Gives the store up again, without serving.
  void close();
  /// Starts serving the one connection.
  domain::Result<void> serve(ports::Log& log);
  /// Takes in a request from outside, such as a webhook's notice. A process that dies does not answer.
  void take_in(ports::ServerRequest request, std::function<void(const ports::HttpResponse&)> on_answer);
  /// Nothing it does from now on reaches disk or network; it is to be destroyed after the event that runs.
  void die();
  bool is_dead() const { return *is_dead_; }
  void pause(domain::UtcTime until) { executor_.owner().paused_until = until; }
  /// Called when it dies at a write of the disk, after a writing request has left, and when it is to sleep now.
  std::function<void()> on_death;
  std::function<void()> on_write_sent;
  std::function<void()> on_sleep;

  const std::string& name() const { return options_.name; }
  flows::Environment& environment() { return *environment_; }
  flows::ConnectionService* service() { return service_.get(); }
  ProcessExecutor& executor() { return executor_; }
  /// Runs a task that needs nothing but the store.
  template <class T>
  static T at_once(ports::Task<T> task) {
    task.start();
    return task.take();
  }

 private:
  ports::Task<void> answer(ports::ServerRequest request, std::function<void(const ports::HttpResponse&)> on_answer);
  ports::Task<void> look_at_notices();
  Installation& installation_;
  Options options_;
  std::shared_ptr<bool> is_dead_ = std::make_shared<bool>(false);
  ProcessExecutor executor_;
  ProcessClock clock_;
  SeededRandom random_;
  SimulatedDisk::Mount mount_;
  SimulatedTransport transport_;
  std::unique_ptr<store::Store> store_;
  std::optional<store::SecretStore> secrets_;
  std::optional<flows::Environment> environment_;
  std::optional<flows::RunSlots> slots_;
  std::unique_ptr<flows::ConnectionService> service_;
  std::optional<flows::WorkWatch> watch_;
  std::optional<server::WebhookReceiver> receiver_;
  std::optional<server::Router> router_;
  std::optional<ports::TaskGroup> tasks_;
};

}  // namespace connector::simulation
