#include "flows/connection_service.h"

#include <algorithm>

#include "flows/webhook_subscription.h"
#include "store/lease.h"

namespace connector::flows {

using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

/// One connection may not ask Exact for its lists more often than this because something is missing.
constexpr Milliseconds kMissingReferencePause{60'000};
constexpr Milliseconds kFailurePause{15'000};
/// Not renewed: where reading takes longer, a second process that reads them as well does no harm.
constexpr Milliseconds kReferencesLease{15'000};
constexpr Milliseconds kReferencesBusyPause{2'000};
constexpr Milliseconds kLongestFailurePause{60'000};
constexpr Milliseconds kSubscribingPause{30'000};
constexpr Milliseconds kNoticeDelay = std::chrono::minutes(2);

}  // namespace

ConnectionService::ConnectionService(Environment& environment, ports::Log& log, RunSlots& slots,
                                     ServiceSchedule schedule, std::unique_ptr<ConnectionRuntime> runtime)
    : environment_(environment),
      log_(log),
      slots_(slots),
      schedule_(std::move(schedule)),
      runtime_(std::move(runtime)),
      stop_signal_(environment.executor),
      references_wanted_(environment.executor),
      references_came_(environment.executor),
      release_wanted_(environment.executor),
      held_documents_(runtime_->exact()),
      documents_(held_documents_, environment.store, environment.clock, runtime_->row().id),
      notices_(environment, log, runtime_->row(), documents_, [this](std::string_view name) { return flow(name); }),
      tasks_(environment.executor) {
  notices_.on_planned = [this] { runtime_->worker().wake(); };
  notices_.on_references = [this] {
    reference_missing_ = true;
    references_wanted_.notify_all();
  };
  for (Flow* flow : runtime_->flows()) {
    auto when = domain::schedule_in_force(flow->name(), runtime_->settings().schedules, schedule_.flows);
    flows_.push_back(std::make_unique<ScheduledFlow>(environment, log, slots, runtime_->row(), *flow, std::move(when)));
    flow->on_progress = [this](std::size_t, std::size_t) { runtime_->worker().wake(); };
    flows_.back()->on_run = [this, scheduled = flows_.back().get()](const FlowReport& report) {
      flow_ran(*scheduled, report);
    };
  }
}

ScheduledFlow* ConnectionService::flow(std::string_view name) {
  for (const auto& scheduled : flows_) {
    if (scheduled->flow().name() == name) return scheduled.get();
  }
  return nullptr;
}

void ConnectionService::apply(std::span<const store::FlowRow> flows) {
  for (const auto& row : flows) {
    if (ScheduledFlow* scheduled = flow(row.flow)) scheduled->apply(row);
  }
}

void ConnectionService::apply(std::span<const store::NoticeStatus> notices) {
  for (const auto& status : notices) {
    auto& heard = hearing_[status.flow];
    heard.last_notice = std::max(heard.last_notice, status.last_received_at);
  }
  for (const auto& scheduled : flows_) adapt(*scheduled);
}

/// Polls rarely only while notices are heard and tell of all that is new.
void ConnectionService::adapt(ScheduledFlow& scheduled) {
  const auto heard = hearing_.find(scheduled.flow().name());
  const bool reliable = heard != hearing_.end() && heard->second.last_notice > heard->second.missed &&
                        environment_.clock.now() - heard->second.last_notice < schedule_.silent_after;
  scheduled.set_sweep(reliable ? schedule_.sweep : Milliseconds::zero());
}

void ConnectionService::flow_ran(ScheduledFlow& scheduled, const FlowReport& report) {
  runtime_->worker().wake();
  if (report.first_seen.empty() || !hearing_.contains(scheduled.flow().name())) return;
  tasks_.spawn(check_announced(&scheduled, report.first_seen));
}

Task<void> ConnectionService::check_announced(ScheduledFlow* scheduled, std::vector<std::string> sources) {
  // A notice may still be on its way when polling is quicker.
  co_await pause(&stop_signal_, kNoticeDelay);
  if (stopping_) co_return;
  auto query = [connection = runtime_->row().id, flow = scheduled->flow().name(),
                sources = std::move(sources)](store::Reader& reader) -> Result<std::size_t> {
    std::size_t missed = 0;
    for (const std::string& source : sources) {
      auto announced = reader.was_announced(connection, flow, source, domain::UtcTime{});
      if (!announced) return domain::fail(announced.error());
      missed += *announced ? 0 : 1;
    }
    return missed;
  };
  auto missed = co_await environment_.store.read(std::move(query));
  if (!missed || *missed == 0) co_return;
  const std::string flow = scheduled->flow().name();
  hearing_[flow].missed = environment_.clock.now();
  log_.warning("webhook.silent",
               {{"connection", runtime_->row().name}, {"flow", flow}, {"not_announced", std::to_string(*missed)}});
  adapt(*scheduled);
}

void ConnectionService::start() {
  runtime_->worker().on_change = [this](const store::PostingRow& row) {
    if (on_posting) on_posting(row);
  };
  runtime_->worker().on_step = [this](const store::PostingRow& row, std::string_view action,
                                      const std::string& correlation_id) { log_step(row, action, correlation_id); };
  runtime_->worker().on_missing_reference = [this] {
    reference_missing_ = true;
    references_wanted_.notify_all();
  };
  tasks_.spawn(run_references());
  for (const auto& scheduled : flows_) tasks_.spawn(scheduled->run());
  tasks_.spawn(notices_.run());
  tasks_.spawn(run_release());
  tasks_.spawn(run_worker());
}

void ConnectionService::log_step(const store::PostingRow& row, std::string_view action,
                                 const std::string& correlation_id) {
  ports::Log::Fields fields{{"connection", runtime_->row().name},
                            {"order", row.source_id},
                            {"posting", row.key},
                            {"attempt", std::to_string(row.attempt)}};
  if (!correlation_id.empty()) fields.emplace_back("correlation_id", correlation_id);
  if (!row.target_number.empty()) fields.emplace_back("number", row.target_number);
  if (row.cause) {
    fields.emplace_back("cause", std::string(domain::to_string(*row.cause)));
    fields.emplace_back("message", row.cause_detail);
  }
  const bool needs_a_look = row.state == store::PostingState::held || row.in_doubt;
  log_.write(needs_a_look ? ports::LogLevel::warning : ports::LogLevel::info, action, fields);
}

void ConnectionService::request_stop() {
  stopping_ = true;
  runtime_->worker().stop();
  for (const auto& scheduled : flows_) scheduled->stop();
  notices_.stop();
  runtime_->walmart_budget().close();
  runtime_->exact_budget().close();
  references_wanted_.notify_all();
  references_came_.notify_all();
  release_wanted_.notify_all();
  stop_signal_.notify_all();
}

Task<void> ConnectionService::stop() {
  request_stop();
  co_await tasks_.join();
  co_await runtime_->leave();
}

Task<void> ConnectionService::pause(ports::Signal* signal, Milliseconds delay) {
  if (!stopping_) co_await signal->wait(delay);
}

Task<void> ConnectionService::subscribe(std::string public_url) {
  const auto failed = [this](const char* system, const domain::Error& error) {
    log_.warning("webhook.not_subscribed",
                 {{"connection", runtime_->row().name}, {"system", system}, {"message", error.message}});
  };
  auto walmart = co_await subscribe_walmart(environment_, *runtime_, public_url, "");
  while (!walmart && walmart.error().cause == domain::Cause::fenced) {
    // The process that is at it may die before it is done.
    co_await pause(&stop_signal_, kSubscribingPause);
    if (stopping_) co_return;
    walmart = co_await subscribe_walmart(environment_, *runtime_, public_url, "");
  }
  if (!walmart) failed("walmart", walmart.error());
  auto secret = co_await environment_.secrets.get(runtime_->row().id, std::string(kExactWebhook));
  if (stopping_ || !secret || !*secret) co_return;
  auto exact = co_await subscribe_exact(environment_, *runtime_, public_url, "");
  if (!exact) {
    failed("exact", exact.error());
    co_return;
  }
  for (const WebhookRow& row : *exact) {
    if (row.refusal.empty()) continue;
    log_.warning("webhook.topic_refused",
                 {{"connection", runtime_->row().name}, {"topic", row.event}, {"message", row.refusal}});
  }
}

Task<Result<ReferenceRefresh::Report>> ConnectionService::refresh_references(UtcTime since) {
  while (!stopping_) {
    auto refreshed = co_await refresh_in_turn(since);
    if (!refreshed) co_return domain::fail(refreshed.error());
    if (*refreshed) co_return std::move(**refreshed);
    co_await pause(&stop_signal_, kReferencesBusyPause);
  }
  co_return ReferenceRefresh::Report{};
}

Task<Result<std::optional<ReferenceRefresh::Report>>> ConnectionService::refresh_in_turn(UtcTime since) {
  using Refreshed = std::optional<ReferenceRefresh::Report>;
  const std::string lease = "references/" + std::to_string(runtime_->row().id);
  auto due = co_await runtime_->references().is_due(environment_.clock.now() - since);
  if (!due) co_return domain::fail(due.error());
  if (!*due) co_return Refreshed(ReferenceRefresh::Report{});
  auto look = [lease, owner = environment_.process, now = environment_.clock.now()](store::Reader& reader) {
    return store::is_held_by_another(reader, lease, owner, now);
  };
  auto is_anothers = co_await environment_.store.read(std::move(look));
  if (!is_anothers) co_return domain::fail(is_anothers.error());
  if (*is_anothers) co_return Refreshed();
  // After a downtime those of all connections are old together, in every process.
  const auto slot = co_await slots_.take(ports::CallPriority::orders);
  if (stopping_) co_return Refreshed();
  auto acquire = [lease, owner = environment_.process, now = environment_.clock.now()](store::Transaction& store) {
    return store.acquire_lease(lease, owner, now, now + kReferencesLease);
  };
  auto acquired = co_await environment_.store.write(std::move(acquire));
  if (!acquired) co_return domain::fail(acquired.error());
  if (!*acquired) co_return Refreshed();
  // Another may have read them while this one waited.
  const Milliseconds at_most_old = environment_.clock.now() - since;
  due = co_await runtime_->references().is_due(at_most_old);
  Result<ReferenceRefresh::Report> report{ReferenceRefresh::Report{}};
  if (!due) {
    report = domain::fail(due.error());
  } else if (*due) {
    report = co_await runtime_->references().run(at_most_old);
  }
  auto release = [lease, owner = environment_.process](store::Transaction& store) {
    return store.release_lease(lease, owner);
  };
  auto released = co_await environment_.store.write(std::move(release));
  (void)released;  // it ends by itself
  if (!report) co_return domain::fail(report.error());
  co_return Refreshed(std::move(*report));
}

Task<void> ConnectionService::run_references() {
  const Milliseconds first_pause = std::min(kFailurePause, environment_.retry.initial * 4);
  Milliseconds failure_pause = first_pause;
  while (!stopping_) {
    references_.last_started = environment_.clock.now();
    ++references_.runs;
    const Milliseconds at_most_old = reference_missing_ ? Milliseconds::zero() : schedule_.references / 2;
    reference_missing_ = false;
    auto report = co_await refresh_references(environment_.clock.now() - at_most_old);
    if (stopping_) co_return;
    if (report) {
      references_.last_succeeded = environment_.clock.now();
      references_.last_error.clear();
      failure_pause = first_pause;
      references_ready_ = true;
      references_came_.notify_all();
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
      co_await pause(&stop_signal_, failure_pause);
      failure_pause = std::min(kLongestFailurePause, failure_pause * 2);
    }
  }
}

Task<void> ConnectionService::run_release() {
  while (!stopping_) {
    auto released = co_await runtime_->orders().release_held();
    if (released && *released > 0) runtime_->worker().wake();
    co_await pause(&release_wanted_, Milliseconds::max());
  }
}

Task<void> ConnectionService::run_worker() {
  // Without reference data every posting would be held for a missing item; wait for the first refresh.
  while (!stopping_ && !references_ready_) co_await pause(&references_came_, kFailurePause);
  if (!stopping_) co_await runtime_->worker().run();
}

}  // namespace connector::flows
