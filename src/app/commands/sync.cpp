#include <fmt/format.h>

#include <memory>
#include <utility>

#include "app/commands/sync_flow.h"
#include "app/live_installation.h"
#include "app/progress.h"
#include "app/run.h"
#include "flows/connection_runtime.h"
#include "flows/document_json.h"
#include "flows/exact_bodies.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How long one run waits for what must be retried; the rest is due at the next run.
constexpr Milliseconds kPatience{90'000};
constexpr Milliseconds kReferencesAge = std::chrono::minutes(15);

struct SyncOutcome {
  std::optional<flows::OrderFlowReport> orders;
  std::optional<flows::ReturnFlowReport> returns;
  engine::WorkerCounts postings;
  std::vector<std::string> reference_problems;
};

Task<Result<void>> read_flow(flows::ConnectionRuntime* runtime, bool returns, std::optional<domain::UtcTime> since,
                             SyncOutcome* outcome) {
  if (returns) {
    auto report = co_await runtime->returns().run(since);
    if (!report) co_return domain::fail(report.error());
    outcome->returns = std::move(*report);
  } else {
    auto report = co_await runtime->orders().run(since);
    if (!report) co_return domain::fail(report.error());
    outcome->orders = std::move(*report);
  }
  co_return Result<void>{};
}

Task<Result<SyncOutcome>> sync_flow(flows::ConnectionRuntime* runtime, ports::Executor* executor, bool returns,
                                    std::optional<domain::UtcTime> since, bool* reading) {
  SyncOutcome outcome;
  auto references = co_await runtime->references().run(kReferencesAge);
  if (!references) co_return domain::fail(references.error());
  if (references->customer_planned) {
    auto made = co_await runtime->worker().run_until_idle(kPatience);
    if (!made) co_return domain::fail(made.error());
    references = co_await runtime->references().run(kReferencesAge);
    if (!references) co_return domain::fail(references.error());
  }
  outcome.reference_problems = references->problems;
  // What one page planned is posted while the next ones are read.
  ports::TaskGroup beside(*executor);
  beside.spawn(runtime->worker().run_while(reading));
  auto read = co_await read_flow(runtime, returns, since, &outcome);
  *reading = false;
  runtime->worker().wake();
  co_await beside.join();
  if (!read) co_return domain::fail(read.error());
  auto released = co_await runtime->orders().release_held();
  if (!released) co_return domain::fail(released.error());
  auto worked = co_await runtime->worker().run_until_idle(kPatience);
  if (!worked) co_return domain::fail(worked.error());
  outcome.postings = runtime->worker().counts();
  co_return outcome;
}

json::Value preview_json(const flows::OrderPreview& preview) {
  json::Value value{json::Object{}};
  value.set("purchase_order", preview.order.purchase_order_id);
  value.set("before_go_live", preview.before_go_live);
  json::Value documents{json::Array{}};
  for (const auto& document : preview.plan.documents) documents.push_back(flows::to_json(document));
  value.set("documents", std::move(documents));
  json::Value problems{json::Array{}};
  for (const auto& problem : preview.plan.problems) {
    json::Value entry{json::Object{}};
    entry.set("key", problem.key);
    entry.set("cause", domain::to_string(problem.cause));
    entry.set("message", problem.message);
    problems.push_back(std::move(entry));
  }
  value.set("problems", std::move(problems));
  return value;
}

std::string preview_text(const flows::OrderPreview& preview) {
  std::string text;
  for (const auto& document : preview.plan.documents) {
    text += fmt::format("{}  {}  {}  {} {}\n", document.key, document.reference,
                        document.date ? domain::to_iso8601(*document.date) : "-", document.total.to_fixed(2),
                        document.currency);
    for (const auto& line : document.lines) {
      text += fmt::format("    {:>8} x {:<24} {:>12} {:>12}  {}\n", line.quantity.to_string(), line.exact_item,
                          line.unit_price.to_fixed(2), line.amount.to_fixed(2), line.sku);
    }
  }
  for (const auto& problem : preview.plan.problems)
    text += fmt::format("{}  would be held: {}\n", problem.key, problem.message);
  return text;
}

ExitCode dry_run(LiveInstallation& live, flows::ConnectionRuntime& runtime, bool returns,
                 std::optional<domain::UtcTime> since, Context& context) {
  auto previews = live.run(returns ? runtime.returns().preview(since) : runtime.orders().preview(since));
  if (!previews) {
    context.output.problem(previews.error());
    return exit_code_of(previews.error().cause);
  }
  json::Value orders{json::Array{}};
  std::string text;
  std::size_t documents = 0;
  bool problems = false;
  for (const auto& preview : *previews) {
    if (preview.plan.documents.empty() && preview.plan.problems.empty()) continue;
    documents += preview.plan.documents.size();
    problems = problems || !preview.plan.problems.empty();
    orders.push_back(preview_json(preview));
    text += preview_text(preview);
  }
  text += fmt::format("{} orders read, {} documents would be made; nothing was sent.\n", previews->size(), documents);
  json::Value result{json::Object{}};
  result.set("dry_run", true);
  result.set("orders_read", previews->size());
  result.set("documents", documents);
  result.set("orders", std::move(orders));
  context.output.result(result, text);
  return problems ? ExitCode::differences : ExitCode::done;
}

}  // namespace

ExitCode run(const Sync& command, Context& context) {
  const auto failed = [&context](const domain::Error& error) {
    context.output.problem(error);
    return exit_code_of(error.cause);
  };
  if (command.flow == "inventory" || command.flow == "prices") {
    if (command.since) return failed({Cause::bad_input, "--since means nothing to " + command.flow});
    auto live = LiveInstallation::open(context);
    if (!live) return failed(live.error());
    auto row = (*live)->connection(command.name);
    if (!row) return failed(row.error());
    auto runtime = (*live)->run(flows::ConnectionRuntime::open((*live)->environment(), *row));
    if (!runtime) return failed(runtime.error());
    flows::Flow* flow = &(*runtime)->inventory();
    if (command.flow == "prices") flow = &(*runtime)->prices();
    return run_stock_or_prices(**live, **runtime, *flow, command, context);
  }
  const bool returns = command.flow == "returns";
  if (!returns && command.flow != "orders") {
    return failed({Cause::bad_input,
                   "sync knows the flows orders, returns, inventory and prices; " + command.flow + " is not built into this version"});
  }
  std::optional<domain::UtcTime> since;
  if (command.since) {
    auto parsed = domain::parse_iso8601(*command.since);
    if (!parsed) return failed({Cause::bad_input, "--since: " + parsed.error().message});
    since = *parsed;
  }
  auto live = LiveInstallation::open(context);
  if (!live) return failed(live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return failed(row.error());
  auto runtime = (*live)->run(flows::ConnectionRuntime::open((*live)->environment(), *row));
  if (!runtime) return failed(runtime.error());
  if (command.dry_run) return dry_run(**live, **runtime, returns, since, context);

  std::optional<Progress> progress;
  progress.emplace(context.error, context.terminal, command.flow + " read");
  bool reading = true;
  std::int64_t settled = 0;
  const auto show_progress = [&progress, &runtime](std::size_t done, std::size_t total) {
    progress->set_total(static_cast<std::int64_t>(total));
    progress->update(static_cast<std::int64_t>(done));
    (*runtime)->worker().wake();
  };
  (*runtime)->orders().on_progress = show_progress;
  (*runtime)->returns().on_progress = show_progress;
  bool shows_postings = false;
  (*runtime)->worker().on_change = [&](const store::PostingRow&) {
    ++settled;
    if (reading) return;
    if (!std::exchange(shows_postings, true)) progress.emplace(context.error, context.terminal, "postings settled");
    progress->update(settled);
  };
  auto outcome = (*live)->run(sync_flow(runtime->get(), &(*live)->loop(), returns, since, &reading));
  progress.reset();
  if (!outcome) return failed(outcome.error());
  auto counts =
      (*live)->run((*live)->store().read([id = row->id](store::Reader& reader) { return reader.posting_counts(id); }));
  if (!counts) return failed(counts.error());
  std::int64_t held = 0;
  std::int64_t waiting = 0;
  json::Value by_cause{json::Object{}};
  for (const auto& count : *counts) {
    if (count.state == store::PostingState::held) {
      held += count.count;
      by_cause.set(count.cause ? domain::to_string(*count.cause) : std::string_view("none"), count.count);
    } else if (count.state != store::PostingState::posted && count.state != store::PostingState::skipped &&
               count.state != store::PostingState::withdrawn) {
      waiting += count.count;
    }
  }
  for (const auto& problem : outcome->reference_problems) context.output.note(problem);
  json::Value result{json::Object{}};
  std::string read;
  if (outcome->orders) {
    const flows::OrderFlowReport& report = *outcome->orders;
    for (const auto& word : report.unknown_words) context.output.note("Walmart used a word that is new here: " + word);
    result.set("orders_read", report.orders);
    result.set("orders_changed", report.changed);
    result.set("orders_unreadable", report.unreadable);
    result.set("planned", report.planned);
    read =
        fmt::format("{} orders read, {} changed; {} postings planned", report.orders, report.changed, report.planned);
  }
  if (outcome->returns) {
    const flows::ReturnFlowReport& report = *outcome->returns;
    for (const auto& word : report.unknown_words) context.output.note("Walmart used a word that is new here: " + word);
    if (!report.walmart_fulfilled_problem.empty())
      context.output.note("returns of WFS cannot be seen: " + report.walmart_fulfilled_problem);
    result.set("returns_read", report.returns);
    result.set("returns_changed", report.changed);
    result.set("returns_unreadable", report.unreadable);
    result.set("returns_not_booked_here", report.not_ours);
    result.set("orders_fetched", report.orders_fetched);
    result.set("planned", report.planned);
    read = fmt::format("{} returns read, {} changed, {} of orders that are not booked here; {} postings planned",
                       report.returns, report.changed, report.not_ours, report.planned);
  }
  result.set("posted", static_cast<std::int64_t>(outcome->postings.posted));
  result.set("adopted", static_cast<std::int64_t>(outcome->postings.adopted));
  result.set("failed_attempts", static_cast<std::int64_t>(outcome->postings.failed_attempts));
  result.set("held", held);
  result.set("held_by_cause", std::move(by_cause));
  result.set("waiting", waiting);
  result.set("exact_calls", static_cast<std::int64_t>((*runtime)->exact_budget().calls()));
  result.set("walmart_calls", static_cast<std::int64_t>((*runtime)->walmart_budget().calls()));
  context.output.result(result, fmt::format("{}, {} posted, {} found posted already, {} held, {} waiting.\n", read,
                                            outcome->postings.posted, outcome->postings.adopted, held, waiting));
  return held + waiting > 0 ? ExitCode::differences : ExitCode::done;
}

}  // namespace connector::app::commands
