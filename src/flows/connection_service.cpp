#include "flows/connection_service.h"

#include <algorithm>

namespace connector::flows {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// One connection may not ask Exact for its lists more often than this because something is missing.
constexpr Milliseconds kMissingReferencePause{60'000};
constexpr Milliseconds kFailurePause{15'000};

}  // namespace

ConnectionService::ConnectionService(Environment& environment, ports::Log& log, RunSlots& slots,
                                     ServiceSchedule schedule, std::unique_ptr<ConnectionRuntime> runtime)
    : environment_(environment),
      log_(log),
      schedule_(std::move(schedule)),
      runtime_(std::move(runtime)),
      stop_signal_(environment.executor),
      references_wanted_(environment.executor),
      tasks_(environment.executor) {
  const auto& own = runtime_->settings().schedules;
  for (Flow* flow : runtime_->flows()) {
    domain::Schedule when;
    if (const auto found = schedule_.flows.find(flow->name()); found != schedule_.flows.end()) when = found->second;
    if (const auto found = own.find(flow->name()); found != own.end()) {
      // The settings were checked when they were stored; one that is unreadable now leaves the installation's.
      if (auto parsed = domain::parse_schedule(found->second)) when = std::move(*parsed);
    }
    flows_.push_back(std::make_unique<ScheduledFlow>(environment, log, slots, runtime_->row(), *flow, std::move(when)));
    flows_.back()->on_run = [this] { runtime_->worker().wake(); };
  }
}

ScheduledFlow* ConnectionService::flow(std::string_view name) {
  for (const auto& scheduled : flows_) {
    if (scheduled->flow().name() == name) return scheduled.get();
  }
  return nullptr;
}

void ConnectionService::apply(const std::vector<store::FlowRow>& rows) {
  for (const auto& row : rows) {
    if (row.connection != runtime_->row().id) continue;
    if (ScheduledFlow* scheduled = flow(row.flow)) scheduled->apply(row);
  }
}

void ConnectionService::start() {
  runtime_->worker().on_missing_reference = [this] {
    reference_missing_ = true;
    references_wanted_.notify_all();
  };
  tasks_.spawn(run_references());
  for (const auto& scheduled : flows_) tasks_.spawn(scheduled->run());
  tasks_.spawn(run_release());
  tasks_.spawn(run_worker());
}

void ConnectionService::request_stop() {
  stopping_ = true;
  runtime_->worker().stop();
  for (const auto& scheduled : flows_) scheduled->stop();
  runtime_->walmart_budget().close();
  runtime_->exact_budget().close();
  references_wanted_.notify_all();
  stop_signal_.notify_all();
}

Task<void> ConnectionService::stop() {
  request_stop();
  co_await tasks_.join();
}

Task<void> ConnectionService::pause(ports::Signal* signal, Milliseconds delay) {
  if (!stopping_) co_await signal->wait(delay);
}

Task<void> ConnectionService::run_references() {
  while (!stopping_) {
    references_.last_started = environment_.clock.now();
    ++references_.runs;
    const Milliseconds at_most_old = reference_missing_ ? Milliseconds::zero() : schedule_.references / 2;
    reference_missing_ = false;
    auto report = co_await runtime_->references().run(at_most_old);
    if (report) {
      references_.last_succeeded = environment_.clock.now();
      references_.last_error.clear();
      references_ready_ = true;
      runtime_->worker().wake();
      for (const std::string& problem : report->problems) {
        log_.warning("references.incomplete", {{"connection", runtime_->row().name}, {"message", problem}});
      }
      references_refreshed_ = environment_.clock.now();
      if (!reference_missing_) co_await pause(&references_wanted_, schedule_.references);
      if (reference_missing_) {
        const auto since = environment_.clock.now() - references_refreshed_;
        if (since < kMissingReferencePause) co_await pause(&stop_signal_, kMissingReferencePause - since);
      }
    } else {
      if (references_.last_error != report.error().message) {
        log_.warning("references.failed", {{"connection", runtime_->row().name},
                                           {"cause", std::string(domain::to_string(report.error().cause))},
                                           {"message", report.error().message}});
      }
      references_.last_error = report.error().message;
      co_await pause(&stop_signal_, std::min(kFailurePause, environment_.retry.initial * 4));
    }
  }
}

Task<void> ConnectionService::run_release() {
  while (!stopping_) {
    auto released = co_await runtime_->orders().release_held();
    if (released && *released > 0) runtime_->worker().wake();
    co_await pause(&stop_signal_, schedule_.release_check);
  }
}

Task<void> ConnectionService::run_worker() {
  // Without reference data every posting would be held for a missing item; wait for the first refresh.
  while (!stopping_ && !references_ready_) co_await pause(&stop_signal_, Milliseconds{100});
  if (!stopping_) co_await runtime_->worker().run();
}

}  // namespace connector::flows
