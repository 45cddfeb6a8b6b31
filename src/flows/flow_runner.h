#pragma once

#include <optional>
#include <string>

#include "domain/schedule.h"
#include "flows/environment.h"
#include "flows/flow.h"
#include "ports/concurrency.h"
#include "store/store.h"

namespace connector::flows {

/// Runs one flow of one connection, never beside another run of it in any process, and keeps its row in the store.
/// Executor thread only.
class FlowRunner {
 public:
  FlowRunner(Environment& environment, store::ConnectionId connection, Flow& flow);

  struct Run {
    bool ran = false;       ///< false: another process is at it, or it was not due
    store::FlowRow row;     ///< as it stands afterwards, also when it did not run
    FlowReport report;      ///< of a run that succeeded
    std::string error;      ///< empty if it ran and succeeded
    domain::Cause cause{};  ///< of `error`
  };
  /// When the next run is due by `schedule` (1970: at once; nullopt: never), given what the store knows. After a
  /// failure sooner, after more failures later; several missed times are one run. A run that began and has no end is
  /// due again soon, by when only the lease of whoever is still at it stands against it.
  static std::optional<domain::UtcTime> due(const store::FlowRow& row, const domain::Schedule& schedule);
  /// It began and has no end: somebody is at it, or was when their process died.
  static bool is_unfinished(const store::FlowRow& row);
  /// One run if it is due, or was wanted and not run since; looks again at the store first, for another process may
  /// have run it. Error: the store's.
  ports::Task<domain::Result<Run>> run_if_due(domain::Schedule schedule, std::optional<domain::UtcTime> wanted_at);
  /// One run now, as soon as no other is going on. Errors: what stopped the run.
  ports::Task<domain::Result<FlowReport>> run_now(FlowRequest request);
  /// One run now confined to these entities, unless the flow is paused or another run is going on. It changes nothing
  /// about when the next run over all is due. Error: the store's.
  ports::Task<domain::Result<Run>> run_confined(std::vector<std::string> entities);
  /// The next slice of a backfill that is not finished.
  ports::Task<domain::Result<Run>> run_backfill_slice();

  Flow& flow() { return flow_; }
  static std::string lease_name(store::ConnectionId connection, const std::string& flow);

 private:
  enum class Purpose { due, now, backfill, confined };
  struct Begun {
    bool granted = false;
    store::FlowRow row;
  };
  struct Beginning {
    store::ConnectionId connection = 0;
    std::string flow;
    std::string process;
    Purpose purpose = Purpose::due;
    bool ours = false;  ///< no other run of this process is going on
    domain::Schedule schedule;
    std::optional<domain::UtcTime> wanted_at;
    domain::UtcTime now{};
  };
  /// Whether a run may begin, as far as the store tells. On the store's thread.
  static domain::Result<Begun> judge(store::Reader& reader, const Beginning& wanted);
  ports::Task<domain::Result<Begun>> begin(Purpose purpose, bool ours, domain::Schedule schedule,
                                           std::optional<domain::UtcTime> wanted_at);
  ports::Task<domain::Result<Run>> run(Purpose purpose, FlowRequest request, domain::Schedule schedule,
                                       std::optional<domain::UtcTime> wanted_at);
  ports::Task<domain::Result<store::FlowRow>> end(Purpose purpose, FlowRequest request,
                                                  const domain::Result<FlowReport>* report);
  struct Renewal;
  struct Turn;
  ports::Task<domain::Result<FlowReport>> run_flow(Purpose purpose, FlowRequest request);
  ports::Task<void> renew(Renewal* renewal);

  Environment& environment_;
  store::ConnectionId connection_;
  Flow& flow_;
  bool running_ = false;  ///< the lease keeps other processes out, not this one
};

/// What becomes of a run whose numbers overflow: the process that serves all connections goes on.
domain::Error beyond_all_reason();

}  // namespace connector::flows
