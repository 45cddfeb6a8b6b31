#pragma once

#include <functional>
#include <string>

#include "flows/flow_runner.h"
#include "flows/note_log.h"
#include "flows/run_slots.h"
#include "ports/log.h"

namespace connector::flows {

/// Keeps one flow of one connection going by its schedule, with backfills in between, until stopped. What persons ask
/// of it (pause, resume, run, backfill) comes through the store, from any process. Executor thread only.
class ScheduledFlow {
 public:
  ScheduledFlow(Environment& environment, ports::Log& log, RunSlots& slots, const store::ConnectionRow& connection,
                Flow& flow, domain::Schedule schedule);

  ports::Task<void> run();
  void stop();
  /// Runs it soon, once, e.g. because a notice said that something changed.
  void want_run();
  /// What the store knows of it now; looked at every few seconds.
  void apply(store::FlowRow row);
  /// While the source tells of changes by itself, runs are at least so far apart; zero = as scheduled.
  void set_sweep(domain::Milliseconds between_runs);

  Flow& flow() { return runner_.flow(); }
  FlowRunner& runner() { return runner_; }
  const domain::Schedule& schedule() const { return schedule_; }
  const store::FlowRow& row() const { return row_; }
  std::uint64_t runs() const { return runs_; }
  bool running() const { return running_; }
  /// Called after each run with what it did.
  std::function<void(const FlowReport&)> on_run;

 private:
  ports::Task<void> step();
  std::optional<domain::UtcTime> next_due() const;
  domain::Milliseconds jitter();
  void note(const FlowRunner::Run& run, const char* event);

  Environment& environment_;
  ports::Log& log_;
  RunSlots& slots_;
  std::string connection_name_;
  NoteLog notes_;
  FlowRunner runner_;
  domain::Schedule schedule_;
  store::FlowRow row_;
  std::string logged_error_;
  std::string store_failure_;  ///< of the last try, empty if the store answered
  ports::Signal changed_;
  std::uint64_t runs_ = 0;
  domain::Milliseconds sweep_{0};
  domain::Milliseconds jitter_{0};
  domain::UtcTime not_before_{};
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace connector::flows
