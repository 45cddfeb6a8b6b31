#include "app/commands/sync_run.h"

#include <fmt/format.h>

namespace connector::app {

json::Value run_json(const flows::FlowReport& report, flows::ConnectionRuntime& runtime, const WorkLeft& left) {
  const engine::WorkerCounts& worked = runtime.worker().counts();
  json::Value result{json::Object{}};
  for (const auto& [name, count] : report.counts) result.set(name, count);
  result.set("posted", static_cast<std::int64_t>(worked.posted));
  result.set("adopted", static_cast<std::int64_t>(worked.adopted));
  result.set("failed_attempts", static_cast<std::int64_t>(worked.failed_attempts));
  result.set("held", left.held);
  result.set("held_by_cause", left.held_by_cause);
  result.set("waiting", left.waiting);
  if (left.for_their_day) result.set("waiting_for_end_of_day", *left.for_their_day);
  result.set("exact_calls", static_cast<std::int64_t>(runtime.exact_budget().calls()));
  result.set("walmart_calls", static_cast<std::int64_t>(runtime.walmart_budget().calls()));
  return result;
}

std::string run_text(flows::ConnectionRuntime& runtime, const WorkLeft& left) {
  const engine::WorkerCounts& worked = runtime.worker().counts();
  std::string text = fmt::format("{} posted, {} found posted already, {} held, {} waiting", worked.posted,
                                 worked.adopted, left.held, left.waiting);
  if (left.for_their_day.value_or(0) > 0) {
    text += fmt::format(", {} more for the end of their day", *left.for_their_day);
  }
  return text;
}

}  // namespace connector::app
