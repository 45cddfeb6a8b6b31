#include "flows/connected_systems.h"
#include "flows/flow_report.h"
#include "flows/json_members.h"
#include "server/api.h"

namespace connector::server {

using domain::Result;
using ports::Task;

namespace {

constexpr std::int64_t kDays = 31;

json::Value window_json(const std::optional<LiveConnection::Window>& window) {
  if (!window) return {};
  json::Value value;
  value.set("remaining", window->remaining);
  value.set("limit", window->limit);
  value.set("reset", domain::to_iso8601(window->reset));
  return value;
}

json::Value live_json(const LiveConnection& live) {
  json::Value flows{json::Array{}};
  for (const auto& flow : live.flows) {
    json::Value entry;
    entry.set("name", flow.name);
    entry.set("last_started", flows::time_or_null(flow.last_started));
    entry.set("last_succeeded", flows::time_or_null(flow.last_succeeded));
    entry.set("next_run", flows::time_or_null(flow.next_run));
    entry.set("last_error", flow.last_error.empty() ? json::Value() : json::Value(flow.last_error));
    flows.push_back(std::move(entry));
  }
  json::Value value;
  value.set("running", live.running);
  value.set("walmart_refuses", live.walmart_refuses);
  value.set("exact_refuses", live.exact_refuses);
  value.set("flows", std::move(flows));
  value.set("exact_minute", window_json(live.exact_minute));
  value.set("exact_day", window_json(live.exact_day));
  value.set("walmart_orders_left",
            live.walmart_orders_left < 0 ? json::Value() : json::Value(live.walmart_orders_left));
  return value;
}

struct Known {
  store::ConnectionRow row;
  json::Value value;
};

/// Items and units that the newest comparison of stock found different; null if there was none.
Result<json::Value> stock_drift(store::Reader& reader, store::ConnectionId connection) {
  auto report = flows::latest_report(reader, connection, "inventory");
  if (!report) return domain::fail(report.error());
  if (report->is_null()) return json::Value();
  std::int64_t items = 0;
  domain::Decimal units;
  for (const json::Value& warehouse : (*report)["warehouses"].array()) {
    items += warehouse["items_different"].integer().value_or(0);
    units += warehouse["units_moved"].decimal().value_or(domain::Decimal());
  }
  json::Value value;
  value.set("items", items);
  value.set("units", units);
  return value;
}

Result<Known> describe(store::Reader& reader, store::ConnectionRow row) {
  json::Value value;
  value.set("id", row.id);
  value.set("name", row.name);
  value.set("division", row.division == 0 ? json::Value() : json::Value(row.division));
  value.set("paused", row.paused);
  const auto systems = flows::connected_systems(reader, row);
  if (!systems) return domain::fail(systems.error());
  value.set("walmart_connected", systems->walmart);
  value.set("exact_connected", systems->exact_sign_in);
  auto counts = reader.posting_counts(row.id);
  if (!counts) return domain::fail(counts.error());
  json::Value states{json::Object{}};
  json::Value causes{json::Object{}};
  std::int64_t for_person = 0;
  std::int64_t on_the_way = 0;
  for (const auto& count : *counts) {
    const std::string state(store::to_string(count.state));
    states.set(state, states[state].integer().value_or(0) + count.count);
    using enum store::PostingState;
    const bool waits = store::waits_for_person(count.state, count.cause);
    for_person += waits ? count.count : 0;
    on_the_way +=
        !waits && (count.state == planned || count.state == sending || count.state == retry) ? count.count : 0;
    if (!count.cause || !waits) continue;
    const std::string cause(domain::to_string(*count.cause));
    causes.set(cause, causes[cause].integer().value_or(0) + count.count);
  }
  value.set("states", std::move(states));
  value.set("causes", std::move(causes));
  value.set("for_person", for_person);
  value.set("on_the_way", on_the_way);
  auto drift = stock_drift(reader, row.id);
  if (!drift) return domain::fail(drift.error());
  value.set("stock_drift", std::move(*drift));
  return Known{std::move(row), std::move(value)};
}

Task<ApiAnswer> overview(ApiContext* api, ApiRequest) {
  struct Read {
    std::vector<Known> connections;
    std::vector<store::PostedHour> hours;
  };
  const auto now = api->environment.clock.now();
  const std::int64_t from = domain::to_epoch_milliseconds(now) / 3'600'000 - kDays * 24;
  auto query = [from](store::Reader& reader) -> Result<Read> {
    Read read;
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    for (auto& row : *rows) {
      auto known = describe(reader, std::move(row));
      if (!known) return domain::fail(known.error());
      read.connections.push_back(*std::move(known));
    }
    auto hours = store::console(reader).posted_hours(0, from);
    if (!hours) return domain::fail(hours.error());
    read.hours = *std::move(hours);
    return read;
  };
  auto read = co_await api->environment.store.read(std::move(query));
  if (!read) co_return domain::fail(read.error());
  json::Value connections{json::Array{}};
  for (Known& known : read->connections) {
    known.value.set("live", live_json(api->host.live(known.row.id)));
    connections.push_back(std::move(known.value));
  }
  json::Value hours{json::Array{}};
  for (const auto& hour : read->hours) {
    json::Value entry;
    entry.set("connection", hour.connection);
    entry.set("from", domain::to_iso8601(domain::from_epoch_milliseconds(hour.hour * 3'600'000)));
    entry.set("currency", hour.currency);
    entry.set("kind", domain::to_string(hour.kind));
    entry.set("count", hour.count);
    entry.set("total", hour.total);
    hours.push_back(std::move(entry));
  }
  json::Value value;
  value.set("now", domain::to_iso8601(now));
  value.set("connections", std::move(connections));
  value.set("posted_hours", std::move(hours));
  co_return ok(value);
}

}  // namespace

void add_overview_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/overview", Needs::viewer, overview,
      {.summary = "Is everything all right: flows, postings by state and cause, budgets, and what was posted per "
                  "hour in the last 31 days",
       .answer = "Overview"});
}

}  // namespace connector::server
