#include <algorithm>
#include <map>
#include <set>

#include "domain/letter_case.h"
#include "flows/connected_systems.h"
#include "flows/flow_report.h"
#include "flows/json_members.h"
#include "flows/posting_states.h"
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

/// How urgently a person has to look at a connection, the most urgent first.
enum class Need { decision, repair, set_up, nothing };

struct Known {
  store::ConnectionRow row;
  json::Value value;
  bool is_unfinished = false;  ///< still being set up: it was never let go live, or cannot be
  bool is_signed_out = false;  ///< postings wait for a sign-in
  Need need = Need::nothing;
};

/// Sums over all connections, whatever part of them is listed.
struct Totals {
  std::int64_t connections = 0;
  std::int64_t matching = 0;
  std::int64_t deciding = 0;    ///< with postings that wait for a person
  std::int64_t troubled = 0;    ///< that do not work, beside those
  std::int64_t unfinished = 0;  ///< that are being set up
  std::int64_t for_person = 0;
  std::int64_t on_the_way = 0;
  std::int64_t posted = 0;
  std::set<std::string> causes;
  std::int64_t drifting = 0;  ///< whose stock was compared
  std::int64_t drift_items = 0;
  domain::Decimal drift_units;

  void add(const Known& known) {
    ++connections;
    deciding += known.need == Need::decision ? 1 : 0;
    troubled += known.need == Need::repair ? 1 : 0;
    unfinished += known.is_unfinished ? 1 : 0;
    for_person += known.value["for_person"].integer().value_or(0);
    on_the_way += known.value["on_the_way"].integer().value_or(0);
    posted += known.value["states"]["posted"].integer().value_or(0);
    for (const auto& [cause, count] : known.value["causes"].object()) causes.insert(cause);
    const json::Value& drift = known.value["stock_drift"];
    if (drift.is_null()) return;
    ++drifting;
    drift_items += drift["items"].integer().value_or(0);
    drift_units += drift["units"].decimal().value_or(domain::Decimal());
  }
  json::Value json() const {
    json::Value value;
    value.set("connections", connections);
    value.set("matching", matching);
    value.set("deciding", deciding);
    value.set("troubled", troubled);
    value.set("unfinished", unfinished);
    value.set("for_person", for_person);
    value.set("on_the_way", on_the_way);
    value.set("posted", posted);
    value.set("causes", causes.size());
    json::Value drift;
    drift.set("items", drift_items);
    drift.set("units", drift_units);
    value.set("stock_drift", drifting > 0 ? std::move(drift) : json::Value());
    return value;
  }
};

/// Which of the connections are listed.
struct Wanted {
  std::string search;  ///< part of the name, in any case
  std::size_t limit = 0;
  std::string named;  ///< listed in any case, behind the others

  bool matches(const std::string& name) const {
    return search.empty() || domain::lower_case(name).find(search) != std::string::npos;
  }
};

Need need_of(const Known& known, const LiveConnection& live) {
  if (known.value["for_person"].integer().value_or(0) > 0) return Need::decision;
  if (known.is_unfinished) return Need::set_up;
  const bool failing =
      std::any_of(live.flows.begin(), live.flows.end(), [](const auto& flow) { return !flow.last_error.empty(); });
  const bool works = live.running && !live.walmart_refuses && !live.exact_refuses && !known.is_signed_out && !failing;
  return works && !known.row.paused ? Need::nothing : Need::repair;
}

/// Items and units that the newest comparison of stock found different.
json::Value stock_drift(const json::Value& report) {
  std::int64_t items = 0;
  domain::Decimal units;
  for (const json::Value& warehouse : report["warehouses"].array()) {
    items += warehouse["items_different"].integer().value_or(0);
    units = domain::saturated_sum(units, warehouse["units_moved"].decimal().value_or(domain::Decimal()));
  }
  json::Value value;
  value.set("items", items);
  value.set("units", units);
  return value;
}

/// What the store knows of one connection beside its row.
struct Kept {
  flows::ConnectedSystems systems;
  std::vector<store::Reader::StateCount> counts;
  json::Value stock_drift;  ///< null if stock was never compared
};

/// Of all connections, in their order: one statement for each kind of fact, however many connections there are.
Result<std::vector<Kept>> read_kept(store::Reader& reader, const std::vector<store::ConnectionRow>& rows) {
  auto systems = flows::connected_systems(reader, rows);
  if (!systems) return domain::fail(systems.error());
  auto counts = reader.posting_counts(0);
  if (!counts) return domain::fail(counts.error());
  std::vector<Kept> kept(rows.size());
  std::map<store::ConnectionId, Kept*> by_id;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    kept[i].systems = (*systems)[i];
    by_id.emplace(rows[i].id, &kept[i]);
  }
  // Removed connections' postings are counted in the store as well.
  for (auto& count : *counts) {
    if (const auto found = by_id.find(count.connection); found != by_id.end()) found->second->counts.push_back(count);
  }
  const auto take = [&by_id](store::ConnectionId connection, const json::Value& report) -> Result<void> {
    by_id.at(connection)->stock_drift = stock_drift(report);
    return {};
  };
  if (auto done = flows::visit_latest_reports(reader, "inventory", take); !done) return domain::fail(done.error());
  return kept;
}

Known describe(store::ConnectionRow row, Kept kept) {
  json::Value value;
  value.set("id", row.id);
  value.set("name", row.name);
  value.set("division", row.division == 0 ? json::Value() : json::Value(row.division));
  value.set("paused", row.paused);
  const auto& systems = kept.systems;
  value.set("walmart_connected", systems.walmart);
  value.set("exact_connected", systems.exact_sign_in);
  json::Value states{json::Object{}};
  json::Value causes{json::Object{}};
  std::int64_t for_person = 0;
  std::int64_t on_the_way = 0;
  for (const auto& count : kept.counts) {
    const std::string state(store::to_string(count.state));
    states.set(state, states[state].integer().value_or(0) + count.count);
    const bool waits = store::waits_for_person(count.state, count.cause);
    for_person += waits ? count.count : 0;
    on_the_way += !waits && flows::is_on_its_way(count.state) ? count.count : 0;
    if (!count.cause || !waits) continue;
    const std::string cause(domain::to_string(*count.cause));
    causes.set(cause, causes[cause].integer().value_or(0) + count.count);
  }
  Known known;
  known.is_unfinished =
      !systems.walmart || !systems.exact_sign_in || row.division == 0 || (row.paused && states.object().empty());
  known.is_signed_out = !causes["authentication_failed"].is_null();
  value.set("unfinished", known.is_unfinished);
  value.set("states", std::move(states));
  value.set("causes", std::move(causes));
  value.set("for_person", for_person);
  value.set("on_the_way", on_the_way);
  value.set("stock_drift", std::move(kept.stock_drift));
  known.row = std::move(row);
  known.value = std::move(value);
  return known;
}

/// Those listed, the most urgent first, then by name; `connections` come by name.
json::Value listed_json(std::vector<Known>& connections, const Wanted& wanted, ConnectionHost& host, Totals* totals) {
  std::vector<Known*> listed;
  Known* named = nullptr;
  for (Known& known : connections) {
    const LiveConnection live = host.live(known.row.id);
    known.need = need_of(known, live);
    totals->add(known);
    if (known.row.name == wanted.named) named = &known;
    if (!wanted.matches(known.row.name)) continue;
    ++totals->matching;
    listed.push_back(&known);
  }
  std::stable_sort(listed.begin(), listed.end(), [](const Known* a, const Known* b) { return a->need < b->need; });
  if (listed.size() > wanted.limit) listed.resize(wanted.limit);
  if (named != nullptr && std::find(listed.begin(), listed.end(), named) == listed.end()) listed.push_back(named);
  json::Value values{json::Array{}};
  for (Known* known : listed) {
    known->value.set("live", live_json(host.live(known->row.id)));
    values.push_back(std::move(known->value));
  }
  return values;
}

Task<ApiAnswer> overview(ApiContext* api, ApiRequest request) {
  struct Read {
    std::vector<Known> connections;
    std::vector<store::PostedHour> hours;
  };
  const Wanted wanted{domain::lower_case(request.routed.query_value("search")), limit_of(request, 100, 500),
                      request.routed.query_value("connection")};
  const auto now = api->environment.clock.now();
  const std::int64_t from = domain::to_epoch_milliseconds(now) / 3'600'000 - kDays * 24;
  auto query = [from](store::Reader& reader) -> Result<Read> {
    Read read;
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    auto kept = read_kept(reader, *rows);
    if (!kept) return domain::fail(kept.error());
    for (std::size_t i = 0; i < rows->size(); ++i) {
      read.connections.push_back(describe(std::move((*rows)[i]), std::move((*kept)[i])));
    }
    auto hours = store::console(reader).posted_hours(0, from);
    if (!hours) return domain::fail(hours.error());
    read.hours = *std::move(hours);
    return read;
  };
  auto read = co_await api->environment.store.read(std::move(query));
  if (!read) co_return domain::fail(read.error());
  json::Value names{json::Array{}};
  for (const Known& known : read->connections) {
    json::Value name;
    name.set("id", known.row.id);
    name.set("name", known.row.name);
    names.push_back(std::move(name));
  }
  Totals totals;
  json::Value connections = listed_json(read->connections, wanted, api->host, &totals);
  json::Value hours{json::Array{}};
  for (const auto& hour : read->hours) {
    json::Value entry;
    entry.set("from", domain::to_iso8601(domain::from_epoch_milliseconds(hour.hour * 3'600'000)));
    entry.set("currency", hour.currency);
    entry.set("kind", domain::to_string(hour.kind));
    entry.set("count", hour.count);
    entry.set("total", hour.total);
    hours.push_back(std::move(entry));
  }
  json::Value value;
  value.set("now", domain::to_iso8601(now));
  value.set("totals", totals.json());
  value.set("names", std::move(names));
  value.set("connections", std::move(connections));
  value.set("posted_hours", std::move(hours));
  co_return ok(value);
}

}  // namespace

void add_overview_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/overview", Needs::viewer, overview,
      {.summary = "Is everything all right: flows, postings by state and cause, budgets, and what was posted per "
                  "hour in the last 31 days; connections that need a person first",
       .query = "search: part of a connection's name\nlimit(integer): connections, 1 to 500, 100 if absent\n"
                "connection: one that is listed in any case",
       .answer = "Overview"});
}

}  // namespace connector::server
