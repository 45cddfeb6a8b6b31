#include "app/commands/sync_comparison.h"

#include <optional>

#include "app/commands/sync_run.h"
#include "app/commands/work_left.h"
#include "app/installation.h"
#include "app/progress.h"
#include "flows/flow_report.h"
#include "flows/flow_runner.h"
#include "flows/report_text.h"

namespace connector::app {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// A released count may have to be written anew once.
constexpr Milliseconds kReleasedPatience{10'000};

Task<Result<flows::FlowReport>> compare(flows::ConnectionRuntime* runtime, flows::FlowRunner* runner,
                                        flows::Flow* flow) {
  auto references = co_await runtime->references().run(sync_references_age);
  if (!references) co_return domain::fail(references.error());
  if (flow->name() == "inventory") {
    // A count that a person released carries differences: it goes before a comparison that may find others by now.
    auto first = co_await runtime->worker().run_until_idle(kReleasedPatience, sync_patience);
    if (!first) co_return domain::fail(first.error());
  }
  const flows::FlowRequest request;
  // Under the flow's lease: `serve` may want to run it now, too.
  auto report = co_await runner->run_now(request);
  if (!report) co_return report;
  if (report->is_idle()) co_return domain::fail(domain::Cause::bad_input, report->notes.front());
  for (const std::string& problem : references->problems) report->notes.push_back(problem);
  auto worked = co_await runtime->worker().run_until_idle(sync_patience, sync_patience);
  if (!worked) co_return domain::fail(worked.error());
  auto concluded = co_await flow->conclude();
  if (!concluded) co_return domain::fail(concluded.error());
  co_return report;
}

}  // namespace

ExitCode compare_and_post(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                          Context& context) {
  std::optional<Progress> progress;
  progress.emplace(context.error, context.terminal, "SKUs read");
  flow.on_progress = [&progress](std::size_t done, std::size_t total) {
    progress->set_total(static_cast<std::int64_t>(total));
    progress->update(static_cast<std::int64_t>(done));
  };
  flows::FlowRunner runner(live.environment(), runtime.row().id, flow);
  auto report = live.run(compare(&runtime, &runner, &flow));
  progress.reset();
  if (!report) return fail_command(context, report.error());
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
  if (!stored) return fail_command(context, stored.error());
  const WorkLeft left = work_left(stored->counts, runtime.worker().hindrance());
  for (const std::string& note : report->notes) context.output.note(note);
  json::Value result = run_json(*report, runtime, left);
  result.set("report", stored->report);
  std::string text =
      flow.name() == "prices" ? flows::prices_text(stored->report) : flows::inventory_text(stored->report);
  text += run_text(runtime, left) + ".\n";
  context.output.result(result, text);
  return conclude_run(left, context);
}

}  // namespace connector::app
