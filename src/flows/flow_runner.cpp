#include "flows/flow_runner.h"

#include <algorithm>
#include <stdexcept>

#include "json/value.h"
#include "store/lease.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;

namespace {

/// Short, so that another process soon goes on with what a killed one left; renewed while the flow runs.
constexpr Milliseconds kRunLease{15'000};
constexpr Milliseconds kRunBusyPause{500};
constexpr Milliseconds kFirstFailurePause{15'000};
/// Whoever began a run that has no end after so long may have died: its lease tells.
constexpr Milliseconds kLongestSilence = std::chrono::minutes(1);
/// Facts of one day at a time, so that what is due meanwhile need not wait long.
constexpr Milliseconds kBackfillSlice = std::chrono::hours(24);

std::string counts_json(const FlowReport& report) {
  json::Value counts{json::Object{}};
  for (const auto& [name, count] : report.counts) counts.set(name, count);
  return json::write(counts);
}

}  // namespace

FlowRunner::FlowRunner(Environment& environment, store::ConnectionId connection, Flow& flow)
    : environment_(environment), connection_(connection), flow_(flow) {}

std::string FlowRunner::lease_name(store::ConnectionId connection, const std::string& flow) {
  return "flow/" + flow + "/" + std::to_string(connection);
}

bool FlowRunner::is_unfinished(const store::FlowRow& row) {
  return row.started_at && (!row.succeeded_at || *row.succeeded_at < *row.started_at) &&
         (!row.failed_at || *row.failed_at < *row.started_at);
}

std::optional<UtcTime> FlowRunner::due(const store::FlowRow& row, const domain::Schedule& schedule) {
  if (row.paused) return std::nullopt;
  if (row.wanted_at && (!row.started_at || *row.started_at < *row.wanted_at)) return UtcTime{};
  if (schedule.is_off()) return std::nullopt;
  if (!row.started_at) return UtcTime{};
  auto next = schedule.next_after(*row.started_at);
  if (!next) return std::nullopt;
  if (is_unfinished(row)) return std::min(*next, *row.started_at + kLongestSilence);
  if (row.failures > 0 && row.failed_at) {
    const Milliseconds pause = kFirstFailurePause * (std::int64_t{1} << std::min(row.failures - 1, 10));
    return std::min(*next, *row.failed_at + pause);
  }
  // A flow that takes longer than its interval still leaves others their turn.
  if (schedule.interval && row.succeeded_at) next = std::max(*next, *row.succeeded_at + *schedule.interval / 4);
  return next;
}

Result<FlowRunner::Begun> FlowRunner::judge(store::Reader& reader, const Beginning& wanted) {
  auto row = reader.flow(wanted.connection, wanted.flow);
  if (!row) return domain::fail(row.error());
  const Begun not_now{false, *row};
  if (!wanted.ours) return not_now;
  if (wanted.purpose == Purpose::due) {
    auto judged = *row;
    judged.wanted_at = std::max(judged.wanted_at, wanted.wanted_at);
    const auto next = due(judged, wanted.schedule);
    if (!next || *next > wanted.now) return not_now;
  }
  if (wanted.purpose == Purpose::backfill && (row->paused || !row->backfill_unfinished())) return not_now;
  if (wanted.purpose == Purpose::confined && row->paused) return not_now;
  const auto is_anothers =
      store::is_held_by_another(reader, lease_name(wanted.connection, wanted.flow), wanted.process, wanted.now);
  if (!is_anothers) return domain::fail(is_anothers.error());
  return *is_anothers ? not_now : Begun{true, std::move(*row)};
}

Task<Result<FlowRunner::Begun>> FlowRunner::begin(Purpose purpose, bool ours, domain::Schedule schedule,
                                                  std::optional<UtcTime> wanted_at) {
  const Beginning wanted{connection_,         flow_.name(), environment_.process,    purpose, ours,
                         std::move(schedule), wanted_at,    environment_.clock.now()};
  // The store has one writer: of many processes that find a run due, those that come late need not wait for it.
  auto query = [wanted](store::Reader& reader) { return judge(reader, wanted); };
  auto seen = co_await environment_.store.read(std::move(query));
  if (!seen || !seen->granted) co_return seen;
  auto work = [wanted](store::Transaction& transaction) -> Result<Begun> {
    auto begun = judge(transaction, wanted);
    if (!begun || !begun->granted) return begun;
    auto lease = transaction.acquire_lease(lease_name(wanted.connection, wanted.flow), wanted.process, wanted.now,
                                           wanted.now + kRunLease);
    if (!lease) return domain::fail(lease.error());
    begun->granted = lease->has_value();
    const bool tells = wanted.purpose == Purpose::due || wanted.purpose == Purpose::now;
    if (!begun->granted || !tells) return begun;
    begun->row.started_at = wanted.now;
    if (auto put = transaction.put_flow(begun->row); !put) return domain::fail(put.error());
    return begun;
  };
  co_return co_await environment_.store.write(std::move(work));
}

Task<Result<store::FlowRow>> FlowRunner::end(Purpose purpose, FlowRequest request, const Result<FlowReport>* report) {
  const UtcTime now = environment_.clock.now();
  std::string error = *report ? std::string() : report->error().message;
  std::string counts = *report ? counts_json(**report) : std::string();
  const bool cut_off = !*report && report->error().cause == Cause::cancelled;
  auto work = [purpose, now, connection = connection_, name = flow_.name(), owner = environment_.process,
               error = std::move(error), counts = std::move(counts), cut_off,
               until = request.until](store::Transaction& transaction) -> Result<store::FlowRow> {
    auto row = transaction.flow(connection, name);
    if (!row) return domain::fail(row.error());
    if (purpose == Purpose::confined) {
      // The row tells of runs over all; whoever asked for this one hears what became of it.
      if (auto released = transaction.release_lease(lease_name(connection, name), owner); !released) {
        return domain::fail(released.error());
      }
      return row;
    }
    if (!cut_off) row->last_error = error;
    if (cut_off) {
      // The process ends: that is no failure, and the next process begins the run anew.
      if (purpose != Purpose::backfill) row->started_at = row->succeeded_at;
    } else if (!error.empty()) {
      row->failed_at = now;
      ++row->failures;
    } else if (purpose == Purpose::backfill) {
      row->backfill_at = until;
      if (!row->backfill_unfinished()) {
        store::AuditRecord record;
        record.at = now;
        record.connection = connection;
        record.actor = "system";
        record.action = "flow.backfilled";
        json::Value detail{json::Object{}};
        detail.set("flow", name);
        detail.set("from", domain::to_iso8601(row->backfill_from.value_or(UtcTime{})));
        detail.set("to", domain::to_iso8601(row->backfill_to.value_or(UtcTime{})));
        record.detail = json::write(detail);
        if (auto audited = transaction.append_audit(std::move(record)); !audited) return domain::fail(audited.error());
      }
    } else {
      row->succeeded_at = now;
      row->failures = 0;
      row->report = counts;
    }
    if (auto put = transaction.put_flow(*row); !put) return domain::fail(put.error());
    if (auto released = transaction.release_lease(lease_name(connection, name), owner); !released) {
      return domain::fail(released.error());
    }
    return row;
  };
  co_return co_await environment_.store.write(std::move(work));
}

struct FlowRunner::Renewal {
  explicit Renewal(ports::Executor& executor) : ended(executor) {}
  ports::Signal ended;
  bool over = false;
};

Task<void> FlowRunner::renew(Renewal* renewal) {
  while (!renewal->over) {
    co_await renewal->ended.wait(kRunLease / 3);
    if (renewal->over) co_return;
    const UtcTime now = environment_.clock.now();
    auto work = [name = lease_name(connection_, flow_.name()), owner = environment_.process,
                 now](store::Transaction& transaction) {
      return transaction.acquire_lease(name, owner, now, now + kRunLease);
    };
    auto renewed = co_await environment_.store.write(std::move(work));
    (void)renewed;  // a run that lost its lease may go on: facts and postings are recorded once whoever reads them
  }
}

/// Takes the turn of this process if it is free, and gives it back.
struct FlowRunner::Turn {
  explicit Turn(bool& flag) : running(flag), taken(!flag) { running = true; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (taken) running = false;
  }

  bool& running;
  const bool taken;
};

Task<Result<FlowReport>> FlowRunner::run_flow(Purpose purpose, FlowRequest request) {
  try {
    // What became of the last run's postings is taken in before the next run compares anew.
    if (purpose == Purpose::due) {
      if (auto concluded = co_await flow_.conclude(); !concluded) co_return domain::fail(concluded.error());
    }
    co_return co_await flow_.run(std::move(request));
  } catch (const std::overflow_error&) {
    co_return domain::fail(beyond_all_reason());
  }
}

Task<Result<FlowRunner::Run>> FlowRunner::run(Purpose purpose, FlowRequest request, domain::Schedule schedule,
                                              std::optional<UtcTime> wanted_at) {
  const Turn turn(running_);
  auto begun = co_await begin(purpose, turn.taken, std::move(schedule), wanted_at);
  if (!begun) co_return domain::fail(begun.error());
  Run run;
  if (!begun->granted) {
    run.row = std::move(begun->row);
    co_return run;
  }
  run.ran = true;
  if (purpose == Purpose::backfill) {
    request.since = begun->row.backfill_at;
    request.until = std::min(*begun->row.backfill_to, *request.since + kBackfillSlice);
    request.priority = ports::CallPriority::backfill;
  }
  Renewal renewal(environment_.executor);
  ports::TaskGroup renewing(environment_.executor);
  renewing.spawn(renew(&renewal));
  auto report = co_await run_flow(purpose, request);
  renewal.over = true;
  renewal.ended.notify_all();
  co_await renewing.join();
  auto ended = co_await end(purpose, request, &report);
  if (!ended) co_return domain::fail(ended.error());
  run.row = std::move(*ended);
  if (report) {
    run.report = std::move(*report);
  } else {
    run.error = report.error().message;
    run.cause = report.error().cause;
  }
  co_return run;
}

Task<Result<FlowRunner::Run>> FlowRunner::run_if_due(domain::Schedule schedule, std::optional<UtcTime> wanted_at) {
  return run(Purpose::due, {}, std::move(schedule), wanted_at);
}

Task<Result<FlowRunner::Run>> FlowRunner::run_backfill_slice() { return run(Purpose::backfill, {}, {}, {}); }

Task<Result<FlowRunner::Run>> FlowRunner::run_confined(std::vector<std::string> entities) {
  FlowRequest request;
  request.entities = std::move(entities);
  return run(Purpose::confined, std::move(request), {}, {});
}

Task<Result<FlowReport>> FlowRunner::run_now(FlowRequest request) {
  const domain::Schedule at_once;
  while (true) {
    auto outcome = co_await run(Purpose::now, request, at_once, std::nullopt);
    if (!outcome) co_return domain::fail(outcome.error());
    if (!outcome->ran) {
      co_await ports::sleep_for(environment_.executor, kRunBusyPause);
    } else if (outcome->error.empty()) {
      co_return std::move(outcome->report);
    } else {
      co_return domain::fail(outcome->cause, outcome->error);
    }
  }
}

domain::Error beyond_all_reason() {
  return {Cause::unexpected_source_data,
          "an amount or a quantity is beyond all reason: look for one that was mistyped"};
}

}  // namespace connector::flows
