#include "flows/ping.h"

#include <fmt/format.h>

namespace connector::flows {

using domain::Cause;
using ports::Task;

namespace {

constexpr const char* kNotConnected = "it is not connected";

void note(SystemPing& result, const ports::CallFailure& failure) {
  result.error = failure.error;
  result.reachable = failure.status != 0;
  result.signed_in = false;
}

std::string window_text(const char* name, const engine::ExactBudget::Window& window) {
  if (!window.limit) return fmt::format("{}: no limit stated", name);
  return fmt::format("{}: {} of {} left", name, std::max<std::int64_t>(0, window.remaining), *window.limit);
}

std::string windows_text(const engine::ExactBudget& budget) {
  return window_text("minute", budget.minute()) + ", " + window_text("day", budget.day());
}

/// What all processes of the installation have left of Walmart's buckets that were ever used.
Task<std::string> buckets_text(Environment* environment, store::ConnectionId connection) {
  auto query = [connection](store::Reader& reader) { return reader.budget_windows(connection); };
  auto rows = co_await environment->store.read(std::move(query));
  std::string text;
  if (!rows) co_return text;
  for (const store::BudgetWindow& row : *rows) {
    const auto bucket = engine::walmart_bucket(row, environment->clock.now());
    if (!bucket) continue;
    text += fmt::format("{}{}: {} of {} left", text.empty() ? "" : ", ", bucket->endpoint, bucket->left, bucket->limit);
  }
  co_return text;
}

Task<SystemPing> ping_walmart(ConnectionRuntime& runtime, Environment& environment) {
  ports::Clock& clock = environment.clock;
  SystemPing result;
  result.system = "walmart";
  if (!runtime.has_walmart_credentials()) {
    result.not_asked = kNotConnected;
    result.error = domain::Error{Cause::authentication_failed,
                                 "no Walmart credential is stored; run: ml-connector connect walmart " +
                                     runtime.row().name + " --client-id ID --client-secret-file FILE"};
    co_return result;
  }
  auto token = co_await runtime.walmart_session().token();
  if (!token) {
    note(result, token.error());
    co_return result;
  }
  result.reachable = true;
  result.signed_in = true;
  // A call of its own, so that the latency is that of a working token on the order service's gateway.
  const auto started = clock.now();
  auto detail = co_await runtime.walmart().token_detail();
  result.latency = clock.now() - started;
  if (!detail) {
    // The token may be a stored one, which proves nothing; a server that lacks this call is there all the same.
    const Cause cause = detail.error().error.cause;
    const bool is_trouble = domain::is_transient(cause) && cause != Cause::malformed_response;
    if (cause == Cause::authentication_failed || is_trouble) {
      note(result, detail.error());
      co_return result;
    }
  }
  auto profile = co_await runtime.walmart().partner_profile();
  if (profile) {
    const json::Value& partner = profile->value["partner"];
    const std::string name = partner["partnerDisplayName"].text_or(partner["partnerName"].text_or(""));
    const std::string id = partner["partnerId"].text_or("");
    result.identity = name.empty() ? id : (id.empty() ? name : name + " (" + id + ")");
  }
  result.budget = co_await buckets_text(&environment, runtime.row().id);
  co_return result;
}

Task<SystemPing> ping_exact(ConnectionRuntime& runtime, ports::Clock& clock) {
  SystemPing result;
  result.system = "exact";
  if (!runtime.has_exact_credentials()) {
    result.not_asked = kNotConnected;
    result.error = domain::Error{Cause::authentication_failed,
                                 "Exact is not connected; run: ml-connector connect exact " + runtime.row().name +
                                     " --client-id ID --client-secret-file FILE"};
    co_return result;
  }
  auto token = co_await runtime.exact_session().token();
  if (!token) {
    note(result, token.error());
    co_return result;
  }
  const auto started = clock.now();
  auto me = co_await runtime.exact().me();
  result.latency = clock.now() - started;
  if (!me) {
    note(result, me.error());
    const Cause cause = me.error().error.cause;
    if (!result.reachable && (cause == Cause::budget_spent || cause == Cause::rate_limited)) {
      result.not_asked = "no call is left";
      result.signed_in = true;
    }
    const auto& budget = runtime.exact_budget();
    if (budget.minute().limit || budget.day().limit) result.budget = windows_text(budget);
    co_return result;
  }
  result.reachable = true;
  result.signed_in = true;
  const std::int64_t division = runtime.row().division != 0 ? runtime.row().division : me->value.current_division;
  result.identity = fmt::format("division {}", division);
  auto divisions = co_await runtime.exact().divisions(division);
  if (divisions) {
    bool found = false;
    for (const auto& candidate : divisions->value) {
      if (candidate.code != division) continue;
      found = true;
      result.identity = fmt::format("{} (division {}, {})", candidate.description, division, candidate.currency);
    }
    if (!found) {
      result.error =
          domain::Error{Cause::permission_denied, fmt::format("the signed-in user cannot reach division {}", division)};
    }
  } else if (divisions.error().error.cause == Cause::permission_denied) {
    result.error = divisions.error().error;
  }
  result.budget = windows_text(runtime.exact_budget());
  co_return result;
}

}  // namespace

Task<std::vector<SystemPing>> ping(ConnectionRuntime& runtime, Environment& environment) {
  std::vector<SystemPing> systems;
  systems.push_back(co_await ping_walmart(runtime, environment));
  systems.push_back(co_await ping_exact(runtime, environment.clock));
  co_return systems;
}

json::Value to_json(const SystemPing& system) {
  json::Value value{json::Object{}};
  value.set("reachable", system.reachable);
  value.set("asked", system.not_asked.empty());
  value.set("signed_in", system.signed_in);
  value.set("identity", system.identity.empty() ? json::Value() : json::Value(system.identity));
  value.set("latency_ms", system.reachable ? json::Value(system.latency.count()) : json::Value());
  value.set("budget", system.budget);
  if (system.error) {
    value.set("cause", domain::to_string(system.error->cause));
    value.set("message", system.error->message);
  }
  return value;
}

}  // namespace connector::flows
