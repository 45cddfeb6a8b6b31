#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/sync_comparison.h"
#include "app/commands/sync_run.h"
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

constexpr int kRounds = 30;

/// Whether the flow compares the two sides as they stand now, rather than takes in what happened since its last run.
bool is_comparison(std::string_view flow) { return flow == "inventory" || flow == "prices"; }

struct SyncOutcome {
  flows::FlowReport flow;
  std::vector<std::string> reference_problems;
};

Task<Result<SyncOutcome>> sync_flow(flows::ConnectionRuntime* runtime, flows::FlowRunner* runner,
                                    ports::Executor* executor, flows::FlowRequest request, bool* reading) {
  SyncOutcome outcome;
  auto references = co_await runtime->references().run(sync_references_age);
  if (!references) co_return domain::fail(references.error());
  if (references->customer_planned) {
    auto made = co_await runtime->worker().run_until_idle(sync_patience, sync_patience);
    if (!made) co_return domain::fail(made.error());
    references = co_await runtime->references().run(sync_references_age);
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
    auto worked = co_await runtime->worker().run_until_idle(sync_patience, sync_patience);
    if (!worked) co_return domain::fail(worked.error());
    if (runtime->worker().hindrance()) break;
  }
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
  auto references = live.run(runtime.references().run(sync_references_age));
  if (!references) {
    if (is_comparison(flow.name())) return fail_command(context, references.error());
    // What a run would hold for the lack of it; before the first sign-in at Exact a preview is of use all the same.
    context.output.note("the mapping's codes are not compared with Exact's lists, which could not be read: " +
                        references.error().message);
  }
  auto preview = live.run(flow.preview(request));
  if (!preview) return fail_command(context, preview.error());
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
  if (!outcome) return fail_command(context, outcome.error());
  auto counts =
      live.run(live.store().read([id = runtime.row().id](store::Reader& reader) { return reader.posting_counts(id); }));
  if (!counts) return fail_command(context, counts.error());
  const auto for_their_day =
      live.run(live.store().read([id = runtime.row().id, now = live.clock().now()](store::Reader& reader) {
        return waiting_for_their_day(reader, id, now);
      }));
  if (!for_their_day) return fail_command(context, for_their_day.error());
  const WorkLeft left = work_left(*counts, runtime.worker().hindrance(), *for_their_day);
  for (const auto& problem : outcome->reference_problems) context.output.note(problem);
  for (const auto& note : outcome->flow.notes) context.output.note(note);
  context.output.result(run_json(outcome->flow, runtime, left),
                        fmt::format("{}; {}.\n", sentence(outcome->flow), run_text(runtime, left)));
  return conclude_run(left, context);
}

}  // namespace

ExitCode run(const Sync& command, Context& context) {
  const bool compares = is_comparison(command.flow);
  flows::FlowRequest request;
  if (command.since) {
    if (compares) return fail_command(context, {Cause::bad_input, "--since means nothing to " + command.flow});
    auto parsed = domain::parse_iso8601(*command.since);
    if (!parsed) return fail_command(context, {Cause::bad_input, "--since: " + parsed.error().message});
    request.since = *parsed;
  }
  auto live = LiveInstallation::open(context);
  if (!live) return fail_command(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return fail_command(context, row.error());
  if (request.since && *request.since > (*live)->clock().now()) {
    return fail_command(context, {Cause::bad_input, "--since lies in the future: " + *command.since});
  }
  if (auto works = require_not_paused(*row); !works && !command.dry_run) return fail_command(context, works.error());
  auto runtime = (*live)->runtime(*row);
  if (!runtime) return fail_command(context, runtime.error());
  flows::Flow* flow = (*runtime)->flow(command.flow);
  if (flow == nullptr) {
    std::string known;
    for (const auto* each : (*runtime)->flows()) known += (known.empty() ? "" : ", ") + each->name();
    return fail_command(context, {Cause::bad_input, "there is no flow \"" + command.flow + "\"; there are: " + known});
  }
  if (command.dry_run) return dry_run(**live, **runtime, *flow, request, context);
  if (compares) return compare_and_post(**live, **runtime, *flow, context);
  return read_and_post(**live, **runtime, *flow, request, context);
}

}  // namespace connector::app::commands
