#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule.h"
#include "flows/connection_runtime.h"
#include "flows/document_watch.h"
#include "flows/notice_work.h"
#include "flows/scheduled_flow.h"
#include "ports/concurrency.h"
#include "ports/log.h"

namespace connector::flows {

struct ServiceSchedule {
  domain::FlowSchedules flows;
  domain::Milliseconds references{3'600'000};
  domain::Milliseconds sweep{1'200'000};          ///< between runs of a flow that notices tell of
  domain::Milliseconds silent_after{21'600'000};  ///< without a notice for so long they are silent
};

/// What is known of the refreshes of reference data, for readiness, metrics and the console.
struct ReferenceStatus {
  domain::UtcTime last_started{};
  domain::UtcTime last_succeeded{};
  std::string last_error;
  std::uint64_t runs = 0;
};

/// Keeps one connection going: runs its flows on schedule, refreshes reference data, releases mended postings and runs
/// the posting worker, until stopped. Executor thread only.
class ConnectionService {
 public:
  /// `slots` are shared by all connections of the process.
  ConnectionService(Environment& environment, ports::Log& log, RunSlots& slots, ServiceSchedule schedule,
                    std::unique_ptr<ConnectionRuntime> runtime);

  void start();
  /// From now on no call leaves and nothing is begun; what is in flight ends by itself.
  void request_stop();
  /// request_stop(), and resumes when all has stopped.
  ports::Task<void> stop();
  ConnectionRuntime& runtime() { return *runtime_; }
  /// Called with every posting whose state changed durably in this process.
  std::function<void(const store::PostingRow&)> on_posting;
  const ReferenceStatus& references_status() const { return references_; }
  const std::vector<std::unique_ptr<ScheduledFlow>>& flows() const { return flows_; }
  /// nullptr if there is no flow of this name.
  ScheduledFlow* flow(std::string_view name);
  /// What the store knows of this connection's flows now.
  void apply(std::span<const store::FlowRow> flows);
  /// How the notices for this connection stand now: to be told every now and then, whether or not there are any.
  void apply(std::span<const store::NoticeStatus> notices);
  /// Subscribes at both remotes, at Exact only where its webhook secret is stored. What fails is logged and left to the
  /// next start: polling goes on.
  void subscribe_webhooks(std::string public_url) { tasks_.spawn(subscribe(std::move(public_url))); }
  // What waits for this connection in the store; WorkWatch tells it.
  void posting_is_due() { runtime_->worker().wake(); }
  /// A notice was stored, or the time has come for one that waited.
  void notice_arrived() { notices_.wake(); }
  void held_may_be_released() { release_wanted_.notify_all(); }

 private:
  /// Reads Exact's lists anew where they were last read before `since`, here or by another process.
  ports::Task<domain::Result<ReferenceRefresh::Report>> refresh_references(domain::UtcTime since);
  /// The same once; nullopt while another process is at it.
  ports::Task<domain::Result<std::optional<ReferenceRefresh::Report>>> refresh_in_turn(domain::UtcTime since);
  ports::Task<void> run_references();
  ports::Task<void> run_release();
  ports::Task<void> run_worker();
  ports::Task<void> subscribe(std::string public_url);
  ports::Task<void> check_announced(ScheduledFlow* scheduled, std::vector<std::string> sources);
  void flow_ran(ScheduledFlow& scheduled, const FlowReport& report);
  void adapt(ScheduledFlow& scheduled);
  void log_step(const store::PostingRow& row, std::string_view action, const std::string& correlation_id);
  ports::Task<void> pause(ports::Signal* signal, domain::Milliseconds delay);
  Environment& environment_;
  ports::Log& log_;
  RunSlots& slots_;
  ServiceSchedule schedule_;
  std::unique_ptr<ConnectionRuntime> runtime_;
  ports::Signal stop_signal_;
  ports::Signal references_wanted_;
  ports::Signal references_came_;
  ports::Signal release_wanted_;
  ReferenceStatus references_;
  std::vector<std::unique_ptr<ScheduledFlow>> flows_;
  /// How far the notices for a flow can be relied on.
  struct Hearing {
    domain::UtcTime last_notice{};
    domain::UtcTime missed{};  ///< polling found what no notice had told
  };
  std::map<std::string, Hearing, std::less<>> hearing_;
  ExactDocuments held_documents_;
  DocumentWatch documents_;
  NoticeWork notices_;
  bool stopping_ = false;
  bool references_ready_ = false;
  domain::UtcTime references_refreshed_{};
  bool reference_missing_ = false;
  ports::TaskGroup tasks_;
};

}  // namespace connector::flows
