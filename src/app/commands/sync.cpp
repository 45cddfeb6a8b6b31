#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "app/commands/sync_flow.h"
#include "app/commands/work_left.h"
#include "app/installation.h"
#include "app/live_installation.h"
#include "app/progress.h"
#include "app/run.h"
#include "flows/connection_runtime.h"
#include "flows/flow_runner.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How long one run waits for what must be retried, and goes on while every call fails; the rest is due at the next
/// run.
constexpr Milliseconds kPatience{90'000};
constexpr int kRounds = 30;
constexpr Milliseconds kReferencesAge = std::chrono::minutes(15);

struct SyncOutcome {
  flows::FlowReport flow;
  engine::WorkerCounts postings;
  std::vector<std::string> reference_problems;
};

Task<Result<SyncOutcome>> sync_flow(flows::ConnectionRuntime* runtime, flows::FlowRunner* runner,
                                    ports::Executor* executor, flows::FlowRequest request, bool* reading) {
  SyncOutcome outcome;
  auto references = co_await runtime->references().run(kReferencesAge);
  if (!references) co_return domain::fail(references.error());
  if (references->customer_planned) {
    auto made = co_await runtime->worker().run_until_idle(kPatience, kPatience);
    if (!made) co_return domain::fail(made.error());
    references = co_await runtime->references().run(kReferencesAge);
    if (!references) co_return domain::fail(references.error());
  }
  outcome.reference_problems = references->problems;
  // What one page planned is posted while the next ones are read.
  ports::TaskGroup beside(*executor);
  beside.spawn(runtime->worker().run_while(reading));
  auto report = co_await runner->run_now(request);
  *reading = false;
  runtime->worker().wake();
  co_await beside.join();
  if (!report) co_return domain::fail(report.error());
  if (report->is_idle()) co_return domain::fail(Cause::bad_input, report->notes.front());
  outcome.flow = std::move(*report);
  // What a refusal teaches (a closed period, say) may release what it held; each round ends, as periods do.
  for (int round = 0; round < kRounds; ++round) {
    auto released = co_await runtime->orders().release_held();
    if (!released) co_return domain::fail(released.error());
    if (round > 0 && *released == 0) break;
    auto worked = co_await runtime->worker().run_until_idle(kPatience, kPatience);
    if (!worked) co_return domain::fail(worked.error());
    if (runtime->worker().hindrance()) break;
  }
  outcome.postings = runtime->worker().counts();
  co_return outcome;
}

/// Daily invoices whose day is not over, with all that they hold: nothing is wrong with these.
Result<std::int64_t> waiting_for_their_day(store::Reader& reader, store::ConnectionId connection, domain::UtcTime now) {
  auto days = reader.waiting_of_kind(connection, domain::PostingKind::daily_invoice);
  if (!days) return domain::fail(days.error());
  std::int64_t count = 0;
  for (const store::PostingRow& day : *days) {
    if (day.state != store::PostingState::planned || day.next_attempt_at <= std::optional(now)) continue;
    auto blocked = reader.blocked_by(connection, day.key);
    if (!blocked) return domain::fail(blocked.error());
    count += 1 + static_cast<std::int64_t>(blocked->size());
  }
  return count;
}

ExitCode dry_run(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                 const flows::FlowRequest& request, Context& context) {
  // What a run would hold for the lack of it; before the first sign-in at Exact a preview is of use all the same.
  auto references = live.run(runtime.references().run(kReferencesAge));
  if (!references) {
    context.output.note("the mapping's codes are not compared with Exact's lists, which could not be read: " +
                        references.error().message);
  }
  auto preview = live.run(flow.preview(request));
  if (!preview) {
    context.output.problem(preview.error());
    return exit_code_of(preview.error().cause);
  }
  context.output.result(preview->json, preview->text);
  // Nothing is sent while Exact lacks what every document names.
  const bool is_hindered = !references && domain::is_missing_reference(references.error().cause);
  return preview->problems || is_hindered ? ExitCode::differences : ExitCode::done;
}

/// "12 orders read, 3 planned"
std::string sentence(const flows::FlowReport& report) {
  std::string text;
  for (const auto& [name, count] : report.counts) {
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, words);
  }
  return text;
}

/// Reads what the flow reads, shows how far it is, and posts what it planned.
ExitCode read_and_post(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                       const flows::FlowRequest& request, Context& context) {
  const auto failed = [&context](const domain::Error& error) {
    context.output.problem(error);
    return exit_code_of(error.cause);
  };
  std::optional<Progress> progress;
  progress.emplace(context.error, context.terminal, flow.name() + " read");
  bool reading = true;
  std::int64_t settled = 0;
  flow.on_progress = [&progress, &runtime](std::size_t done, std::size_t total) {
    progress->set_total(static_cast<std::int64_t>(total));
    progress->update(static_cast<std::int64_t>(done));
    runtime.worker().wake();
  };
  bool shows_postings = false;
  runtime.worker().on_change = [&](const store::PostingRow&) {
    ++settled;
    if (reading) return;
    if (!std::exchange(shows_postings, true)) progress.emplace(context.error, context.terminal, "postings settled");
    progress->update(settled);
  };
  flows::FlowRunner runner(live.environment(), runtime.row().id, flow);
  auto outcome = live.run(sync_flow(&runtime, &runner, &live.loop(), request, &reading));
  progress.reset();
  if (!outcome) return failed(outcome.error());
  auto counts =
      live.run(live.store().read([id = runtime.row().id](store::Reader& reader) { return reader.posting_counts(id); }));
  if (!counts) return failed(counts.error());
  const auto for_their_day =
      live.run(live.store().read([id = runtime.row().id, now = live.clock().now()](store::Reader& reader) {
        return waiting_for_their_day(reader, id, now);
      }));
  if (!for_their_day) return failed(for_their_day.error());
  const WorkLeft left = work_left(*counts, runtime.worker().hindrance(), *for_their_day);
  for (const auto& problem : outcome->reference_problems) context.output.note(problem);
  for (const auto& note : outcome->flow.notes) context.output.note(note);
  json::Value result{json::Object{}};
  for (const auto& [name, count] : outcome->flow.counts) result.set(name, count);
  result.set("posted", static_cast<std::int64_t>(outcome->postings.posted));
  result.set("adopted", static_cast<std::int64_t>(outcome->postings.adopted));
  result.set("failed_attempts", static_cast<std::int64_t>(outcome->postings.failed_attempts));
  result.set("held", left.held);
  result.set("held_by_cause", left.held_by_cause);
  result.set("waiting", left.waiting);
  result.set("waiting_for_end_of_day", *for_their_day);
  result.set("exact_calls", static_cast<std::int64_t>(runtime.exact_budget().calls()));
  result.set("walmart_calls", static_cast<std::int64_t>(runtime.walmart_budget().calls()));
  context.output.result(
      result, fmt::format("{}; {} posted, {} found posted already, {} held, {} waiting{}.\n", sentence(outcome->flow),
                          outcome->postings.posted, outcome->postings.adopted, left.held, left.waiting,
                          *for_their_day > 0 ? fmt::format(", {} more for the end of their day", *for_their_day)
                                             : std::string()));
  return conclude_run(left, context);
}

}  // namespace

ExitCode run(const Sync& command, Context& context) {
  const auto failed = [&context](const domain::Error& error) {
    context.output.problem(error);
    return exit_code_of(error.cause);
  };
  const bool compares = command.flow == "inventory" || command.flow == "prices";
  flows::FlowRequest request;
  if (command.since) {
    if (compares) return failed({Cause::bad_input, "--since means nothing to " + command.flow});
    auto parsed = domain::parse_iso8601(*command.since);
    if (!parsed) return failed({Cause::bad_input, "--since: " + parsed.error().message});
    request.since = *parsed;
  }
  auto live = LiveInstallation::open(context);
  if (!live) return failed(live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return failed(row.error());
  if (request.since && *request.since > (*live)->clock().now()) {
    return failed({Cause::bad_input, "--since lies in the future: " + *command.since});
  }
  if (auto works = require_not_paused(*row); !works && !command.dry_run) return failed(works.error());
  auto runtime = (*live)->runtime(*row);
  if (!runtime) return failed(runtime.error());
  flows::Flow* flow = (*runtime)->flow(command.flow);
  if (flow == nullptr) {
    std::string known;
    for (const auto* each : (*runtime)->flows()) known += (known.empty() ? "" : ", ") + each->name();
    return failed({Cause::bad_input, "there is no flow \"" + command.flow + "\"; there are: " + known});
  }
  if (compares) return run_stock_or_prices(**live, **runtime, *flow, command, context);
  if (command.dry_run) return dry_run(**live, **runtime, *flow, request, context);
  return read_and_post(**live, **runtime, *flow, request, context);
}

}  // namespace connector::app::commands
