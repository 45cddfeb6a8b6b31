#include <fmt/format.h>

#include "app/live_installation.h"
#include "app/run.h"
#include "flows/ping.h"

namespace connector::app::commands {

ExitCode run(const Ping& command, Context& context) {
  auto live = LiveInstallation::open(context);
  if (!live) {
    context.output.problem(live.error());
    return exit_code_of(live.error().cause);
  }
  auto row = (*live)->connection(command.name);
  if (!row) {
    context.output.problem(row.error());
    return exit_code_of(row.error().cause);
  }
  auto runtime = (*live)->runtime(*row);
  if (!runtime) {
    context.output.problem(runtime.error());
    return exit_code_of(runtime.error().cause);
  }
  const auto systems = (*live)->run(flows::ping(**runtime, (*live)->environment()));
  ExitCode exit = ExitCode::done;
  json::Value result{json::Object{}};
  result.set("connection", row->name);
  std::string text;
  for (const auto& system : systems) {
    result.set(system.system, flows::to_json(system));
    std::string reachable = system.reachable ? "yes" : "no";
    if (!system.not_asked.empty()) reachable = "not asked, because " + system.not_asked;
    text += fmt::format("{}\n  reachable: {}\n  signed in: {}\n", system.system, reachable,
                        system.signed_in ? "yes" : "no");
    if (!system.identity.empty()) text += fmt::format("  identity:  {}\n", system.identity);
    if (system.reachable) text += fmt::format("  latency:   {} ms\n", system.latency.count());
    if (!system.budget.empty()) text += fmt::format("  budget:    {}\n", system.budget);
    if (system.error) {
      text += fmt::format("  problem:   {}\n", system.error->message);
      exit = graver(exit, exit_code_of(system.error->cause));
    }
  }
  context.output.result(result, text);
  return exit;
}

}  // namespace connector::app::commands
