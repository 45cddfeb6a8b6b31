#include "app/commands/sync_flow.h"

#include <fmt/format.h>

#include "app/commands/work_left.h"
#include "app/live_installation.h"
#include "app/progress.h"
#include "flows/flow_report.h"
#include "flows/flow_runner.h"
#include "flows/report_text.h"

namespace connector::app {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How long one run waits for what must be retried, and goes on while every call fails; the rest is due at the next
/// run.
constexpr Milliseconds kPatience{90'000};
/// A released count may have to be written anew once.
constexpr Milliseconds kReleasedPatience{10'000};
constexpr Milliseconds kReferencesAge = std::chrono::minutes(15);

Task<Result<flows::FlowReport>> run_to_completion(flows::ConnectionRuntime* runtime, flows::FlowRunner* runner,
                                                  flows::Flow* flow) {
  auto references = co_await runtime->references().run(kReferencesAge);
  if (!references) co_return domain::fail(references.error());
  if (flow->name() == "inventory") {
    // A count that a person released carries differences: it goes before a comparison that may find others by now.
    auto first = co_await runtime->worker().run_until_idle(kReleasedPatience, kPatience);
    if (!first) co_return domain::fail(first.error());
  }
  const flows::FlowRequest request;
  // Under the flow's lease: `serve` may want to run it now, too.
  auto report = co_await runner->run_now(request);
  if (!report) co_return report;
  if (report->is_idle()) co_return domain::fail(domain::Cause::bad_input, report->notes.front());
  for (const std::string& problem : references->problems) report->notes.push_back(problem);
  auto worked = co_await runtime->worker().run_until_idle(kPatience, kPatience);
  if (!worked) co_return domain::fail(worked.error());
  auto concluded = co_await flow->conclude();
  if (!concluded) co_return domain::fail(concluded.error());
  co_return report;
}

}  // namespace

ExitCode run_stock_or_prices(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                             const commands::Sync& command, Context& context) {
  const auto failed = [&context](const domain::Error& error) {
    context.output.problem(error);
    return exit_code_of(error.cause);
  };
  if (command.dry_run) {
    auto refreshed = live.run(runtime.references().run(kReferencesAge));
    if (!refreshed) return failed(refreshed.error());
    auto preview = live.run(flow.preview({}));
    if (!preview) return failed(preview.error());
    context.output.result(preview->json, preview->text);
    return preview->problems ? ExitCode::differences : ExitCode::done;
  }
  std::optional<Progress> progress;
  progress.emplace(context.error, context.terminal, "SKUs read");
  flow.on_progress = [&progress](std::size_t done, std::size_t total) {
    progress->set_total(static_cast<std::int64_t>(total));
    progress->update(static_cast<std::int64_t>(done));
  };
  flows::FlowRunner runner(live.environment(), runtime.row().id, flow);
  auto report = live.run(run_to_completion(&runtime, &runner, &flow));
  progress.reset();
  if (!report) return failed(report.error());
  struct Stored {
    json::Value report;
    std::vector<store::Reader::StateCount> counts;
  };
  auto query = [id = runtime.row().id, name = flow.name()](store::Reader& reader) -> Result<Stored> {
    auto latest = flows::latest_report(reader, id, name);
    if (!latest) return domain::fail(latest.error());
    auto counts = reader.posting_counts(id);
    if (!counts) return domain::fail(counts.error());
    return Stored{std::move(*latest), std::move(*counts)};
  };
  auto stored = live.run(live.store().read(std::move(query)));
  if (!stored) return failed(stored.error());
  const WorkLeft left = work_left(stored->counts, runtime.worker().hindrance());
  const engine::WorkerCounts& worked = runtime.worker().counts();
  for (const std::string& note : report->notes) context.output.note(note);
  json::Value result{json::Object{}};
  for (const auto& [name, count] : report->counts) result.set(name, count);
  result.set("posted", static_cast<std::int64_t>(worked.posted));
  result.set("adopted", static_cast<std::int64_t>(worked.adopted));
  result.set("failed_attempts", static_cast<std::int64_t>(worked.failed_attempts));
  result.set("held", left.held);
  result.set("held_by_cause", left.held_by_cause);
  result.set("waiting", left.waiting);
  result.set("exact_calls", static_cast<std::int64_t>(runtime.exact_budget().calls()));
  result.set("walmart_calls", static_cast<std::int64_t>(runtime.walmart_budget().calls()));
  result.set("report", stored->report);
  std::string text =
      flow.name() == "prices" ? flows::prices_text(stored->report) : flows::inventory_text(stored->report);
  text += fmt::format("{} posted, {} found posted already, {} held, {} waiting.\n", worked.posted, worked.adopted,
                      left.held, left.waiting);
  context.output.result(result, text);
  return conclude_run(left, context);
}

}  // namespace connector::app
