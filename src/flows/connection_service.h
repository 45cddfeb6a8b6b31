#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "flows/connection_runtime.h"
#include "ports/concurrency.h"
#include "ports/log.h"

namespace connector::flows {

struct ServiceSchedule {
  domain::Milliseconds orders{120'000};
  std::optional<domain::Milliseconds> inventory;  ///< absent: never by itself
  std::optional<domain::Milliseconds> prices;
  domain::Milliseconds references{3'600'000};
  domain::Milliseconds release_check{2'000};
};

/// What is known of a flow's runs, for readiness, metrics and the console.
struct FlowStatus {
  domain::UtcTime last_started{};
  domain::UtcTime last_succeeded{};
  std::string last_error;
  std::uint64_t runs = 0;
};

/// Keeps one connection going: polls orders on schedule, refreshes reference data, releases mended postings and runs
/// the posting worker, until stopped. Executor thread only.
class ConnectionService {
 public:
  ConnectionService(Environment& environment, ports::Log& log, ServiceSchedule schedule,
                    std::unique_ptr<ConnectionRuntime> runtime);

  void start();
  /// From now on no call leaves and nothing is begun; what is in flight ends by itself.
  void request_stop();
  /// request_stop(), and resumes when all has stopped.
  ports::Task<void> stop();
  ConnectionRuntime& runtime() { return *runtime_; }
  const FlowStatus& orders_status() const { return orders_; }
  const FlowStatus& references_status() const { return references_; }
  /// Runs the order flow soon (webhook, person).
  void poll_orders_now() { poll_.notify_all(); }

 private:
  ports::Task<void> run_orders();
  /// Runs one of the other flows on its interval, never beside itself in any process.
  ports::Task<void> run_flow(Flow* flow, domain::Milliseconds interval);
  ports::Task<void> run_references();
  ports::Task<void> run_release();
  ports::Task<void> run_worker();
  ports::Task<void> renew_leases();
  ports::Task<void> pause(ports::Signal* signal, domain::Milliseconds delay);
  void note_failure(FlowStatus& status, const char* flow, const domain::Error& error);
  ports::Task<bool> take_flow_lease(std::string flow, domain::Milliseconds length);
  ports::Task<void> give_flow_lease_back(std::string flow);
  std::string lease_name(const std::string& flow) const;

  Environment& environment_;
  ports::Log& log_;
  ServiceSchedule schedule_;
  std::unique_ptr<ConnectionRuntime> runtime_;
  ports::Signal stop_signal_;
  ports::Signal poll_;
  ports::Signal references_wanted_;
  FlowStatus orders_;
  FlowStatus references_;
  std::set<std::string> running_flows_;  ///< whose leases are renewed
  bool stopping_ = false;
  bool references_ready_ = false;
  domain::UtcTime references_refreshed_{};
  bool reference_missing_ = false;
  ports::TaskGroup tasks_;
};

}  // namespace connector::flows
