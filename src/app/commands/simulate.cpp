#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "app/progress.h"
#include "app/run.h"
#include "simulation/runner.h"

namespace connector::app::commands {

namespace {

std::string line_of(domain::UtcTime at, std::string_view text) {
  return fmt::format("{}  {}\n", domain::to_iso8601(at), text);
}

json::Value counts_of(const Simulate& command, const simulation::RunReport& report) {
  json::Value result{json::Object{}};
  result.set("first_seed", json::Number{std::to_string(command.seed)});
  result.set("seeds", static_cast<std::int64_t>(report.seeds));
  result.set("days", command.days);
  result.set("faults", command.faults);
  result.set("connection_days", static_cast<std::int64_t>(report.connection_days));
  result.set("orders", static_cast<std::int64_t>(report.orders));
  result.set("documents", static_cast<std::int64_t>(report.documents));
  result.set("requests", static_cast<std::int64_t>(report.requests));
  result.set("process_deaths", static_cast<std::int64_t>(report.deaths));
  result.set("faults_injected", static_cast<std::int64_t>(report.faults));
  result.set("digest", fmt::format("{:016x}", report.digest));
  return result;
}

json::Value to_json(const simulation::Failure& failure) {
  json::Value result{json::Object{}};
  result.set("seed", json::Number{std::to_string(failure.seed)});
  result.set("invariant", failure.violation.invariant);
  result.set("message", failure.violation.message);
  result.set("at", domain::to_iso8601(failure.violation.at));
  result.set("scenario", failure.scenario);
  result.set("faults", failure.faults);
  result.set("replay", failure.replay);
  json::Value story{json::Array{}};
  for (const std::string& line : failure.story) story.push_back(line);
  result.set("story", std::move(story));
  return result;
}

std::string text_of(const simulation::Failure& failure) {
  std::string text = fmt::format(
      "FAILED: seed {} breaks the invariant \"{}\"\n{}\n{}\nfaults: {}\n\nwhat concerns it:\n", failure.seed,
      failure.violation.invariant, failure.violation.message, failure.scenario, failure.faults);
  for (const std::string& line : failure.story) text += "  " + line + "\n";
  return text + "\nagain, with every event: " + failure.replay + "\n";
}

}  // namespace

ExitCode run(const Simulate& command, Context& context) {
  simulation::RunOptions options;
  options.seed = command.seed;
  options.seeds = command.seeds;
  options.days = static_cast<int>(command.days);
  options.orders = static_cast<int>(command.orders);
  options.faults = command.faults;
  if (command.trace) {
    // The events are the result; as JSON nothing but the report may stand on stdout.
    options.on_line = [&context](domain::UtcTime at, std::string_view text) {
      if (context.output.is_json()) {
        context.error << line_of(at, text);
      } else {
        context.output.raw(line_of(at, text));
      }
    };
  }
  std::optional<Progress> progress;
  progress.emplace(context.error, context.terminal && !command.trace, "seeds", command.seeds);
  options.on_seed = [&](std::uint64_t seed, const simulation::WorldReport&) {
    progress->update(static_cast<std::int64_t>(seed - command.seed) + 1);
  };
  options.on_failure = [&](std::uint64_t seed, const simulation::Violation& violation) {
    progress.reset();
    context.output.note(
        fmt::format("seed {} breaks the invariant \"{}\"; looking for the fewest faults and orders that do", seed,
                    violation.invariant));
  };
  const auto report = simulation::run_seeds(options);
  progress.reset();
  if (!report) {
    context.output.problem(report.error());
    return ExitCode::bad_usage;
  }
  json::Value result = counts_of(command, *report);
  result.set("passed", !report->failure.has_value());
  std::string text = fmt::format(
      "{} seeds from {}: {} connection-days, {} orders, {} documents, {} requests, {} faults, {} process deaths\n",
      report->seeds, command.seed, report->connection_days, report->orders, report->documents, report->requests,
      report->faults, report->deaths);
  if (report->failure) {
    result.set("failure", to_json(*report->failure));
    text += text_of(*report->failure);
  } else {
    text += fmt::format("all invariants held; digest {:016x}\n", report->digest);
  }
  context.output.result(result, text);
  return report->failure ? ExitCode::differences : ExitCode::done;
}

}  // namespace connector::app::commands
