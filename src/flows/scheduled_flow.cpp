#include "flows/scheduled_flow.h"

#include <algorithm>

namespace connector::flows {

using domain::Milliseconds;
using domain::UtcTime;
using ports::Task;

namespace {

constexpr Milliseconds kLongest = std::chrono::hours(1);
constexpr Milliseconds kLongestJitter = std::chrono::seconds(30);
/// After another process was at it, or the store failed.
constexpr Milliseconds kPause{2'000};

}  // namespace

ScheduledFlow::ScheduledFlow(Environment& environment, ports::Log& log, RunSlots& slots,
                             const store::ConnectionRow& connection, Flow& flow, domain::Schedule schedule)
    : environment_(environment),
      log_(log),
      slots_(slots),
      connection_name_(connection.name),
      notes_(log, connection.name),
      runner_(environment, connection.id, flow),
      schedule_(std::move(schedule)),
      changed_(environment.executor) {
  row_.connection = connection.id;
  row_.flow = flow.name();
}

void ScheduledFlow::stop() {
  stopping_ = true;
  changed_.notify_all();
}

void ScheduledFlow::want_run() {
  row_.wanted_at = environment_.clock.now();
  changed_.notify_all();
}

void ScheduledFlow::apply(store::FlowRow row) {
  const bool differs = row.paused != row_.paused || row.wanted_at != row_.wanted_at ||
                       row.started_at != row_.started_at || row.backfill_to != row_.backfill_to;
  // A wish of this process that the store does not know yet stays.
  if (row_.wanted_at && (!row.wanted_at || *row.wanted_at < *row_.wanted_at)) row.wanted_at = row_.wanted_at;
  row_ = std::move(row);
  if (differs) changed_.notify_all();
}

void ScheduledFlow::set_sweep(Milliseconds between_runs) {
  if (between_runs == sweep_) return;
  sweep_ = between_runs;
  changed_.notify_all();
}

/// So that connections that began together drift apart.
Milliseconds ScheduledFlow::jitter() {
  const auto period = schedule_.period(environment_.clock.now());
  const Milliseconds most = std::min(period.value_or(Milliseconds{0}) / 20, kLongestJitter);
  if (most <= Milliseconds::zero()) return Milliseconds{0};
  return Milliseconds{
      static_cast<std::int64_t>(environment_.random.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

std::optional<UtcTime> ScheduledFlow::next_due() const {
  auto due = FlowRunner::due(row_, schedule_);
  if (!due || *due == UtcTime{}) return due;
  if (row_.failures == 0 && row_.started_at && !FlowRunner::is_unfinished(row_))
    due = std::max(*due, *row_.started_at + sweep_);
  return *due + jitter_;
}

void ScheduledFlow::note(const FlowRunner::Run& run, const char* event) {
  if (!run.error.empty()) {
    if (run.error != logged_error_) {
      log_.warning("flow.failed", {{"connection", connection_name_},
                                   {"flow", row_.flow},
                                   {"cause", std::string(domain::to_string(run.cause))},
                                   {"message", run.error}});
    }
    logged_error_ = run.error;
    return;
  }
  logged_error_.clear();
  notes_.add(row_.flow, run.report.notes);
  if (!run.report.changed) return;
  ports::Log::Fields fields{{"connection", connection_name_}, {"flow", row_.flow}};
  for (const auto& [name, count] : run.report.counts) fields.emplace_back(name, std::to_string(count));
  log_.info(event, fields);
}

Task<void> ScheduledFlow::step() {
  const UtcTime now = environment_.clock.now();
  const auto due = next_due();
  const bool backfill = row_.backfill_unfinished() && !row_.paused;
  const bool is_due = due && *due <= now && not_before_ <= now;
  if (!is_due && !(backfill && not_before_ <= now)) {
    Milliseconds wait = kLongest;
    if (due) wait = std::min(wait, *due - now);
    if (due || backfill) wait = std::max(wait, not_before_ - now);
    if (backfill) wait = std::min(wait, std::max(not_before_ - now, Milliseconds{1}));
    co_await changed_.wait(std::max(wait, Milliseconds{1}));
    co_return;
  }
  const auto slot = co_await slots_.take(is_due ? runner_.flow().priority() : ports::CallPriority::backfill);
  if (stopping_) co_return;
  running_ = true;
  auto run = domain::Result<FlowRunner::Run>(FlowRunner::Run{});
  if (is_due) {
    run = co_await runner_.run_if_due(schedule_, row_.wanted_at);
  } else {
    run = co_await runner_.run_backfill_slice();
  }
  running_ = false;
  if (!run) {
    // Once for each outage: thousands of connections would fill the disk with one line every two seconds each.
    if (run.error().message != store_failure_) {
      log_.error("store.failed", {{"connection", connection_name_}, {"message", run.error().message}});
    }
    store_failure_ = run.error().message;
    not_before_ = environment_.clock.now() + kPause;
    co_return;
  }
  store_failure_.clear();
  if (!run->ran) {
    apply(std::move(run->row));
    // Another process is at it; or it died, and its lease ends.
    not_before_ = environment_.clock.now() + (FlowRunner::is_unfinished(row_) ? kPause * 8 : kPause);
    co_return;
  }
  ++runs_;
  apply(run->row);
  jitter_ = jitter();
  note(*run, is_due ? "flow.ran" : "flow.backfilling");
  if (!is_due && !run->error.empty()) not_before_ = environment_.clock.now() + kPause * 10;
  if (on_run) on_run(run->report);
}

Task<void> ScheduledFlow::run() {
  while (!stopping_) co_await step();
}

}  // namespace connector::flows
