#include <algorithm>

#include "flows/flow_report.h"
#include "flows/inventory_flow.h"
#include "flows/posting_json.h"
#include "flows/settings_json.h"
#include "flows/stock_position_cache.h"
#include "flows/walmart_stock.h"
#include "server/api.h"
#include "server/compared_stock.h"

namespace connector::server {

using domain::Result;
using domain::StockPlace;
using json::Value;
using ports::Task;

namespace {

/// A day of runs every quarter of an hour.
constexpr std::size_t kReportsShown = 96;
constexpr std::size_t kCountsShown = 20;

/// Why nothing is compared, as a word; null if it is.
Value idle_word(const domain::ConnectionSettings& settings, const domain::Mapping& mapping) {
  if (settings.stock_counts == domain::StockCounts::off) return "off";
  if (mapping.ship_node_warehouses().empty()) return "no_ship_nodes";
  return {};
}

Value drift_point(const flows::StoredReport& stored) {
  domain::Decimal units;
  std::int64_t different = 0;
  std::int64_t compared = 0;
  for (const Value& warehouse : stored.report["warehouses"].array()) {
    units = domain::saturated_sum(units, warehouse["units_moved"].decimal().value_or(domain::Decimal()));
    different += warehouse["items_different"].integer().value_or(0);
    compared += warehouse["items_compared"].integer().value_or(0);
  }
  Value point;
  point.set("at", stored.time);
  point.set("units", units);
  point.set("items_different", different);
  point.set("items_compared", compared);
  return point;
}

/// A stock count as the page shows it, with its lines.
Result<Value> count_json(store::Reader& reader, store::ConnectionId connection, const std::string& key) {
  auto row = reader.posting(connection, key);
  if (!row) return domain::fail(row.error());
  if (!*row) return Value();
  Value value = flows::posting_json(**row);
  for (const auto* name : {"body", "target_data"}) value.erase(name);
  return value;
}

/// Keys of the counts that the reports name, the newest first.
std::vector<std::string> counts_of_reports(const std::vector<flows::StoredReport>& reports) {
  std::vector<std::string> keys;
  for (auto stored = reports.rbegin(); stored != reports.rend(); ++stored) {
    for (const Value& warehouse : stored->report["warehouses"].array()) {
      const std::string key = warehouse["posting"].text_or("");
      if (key.empty() || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(key);
      if (keys.size() == kCountsShown) return keys;
    }
  }
  return keys;
}

Result<Value> inventory_summary_of(store::Reader& reader, const store::ConnectionRow& connection) {
  auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  auto mapping = reader.mapping(connection.id);
  if (!mapping) return domain::fail(mapping.error());
  auto reports = flows::newest_reports(reader, connection.id, "inventory", kReportsShown);
  if (!reports) return domain::fail(reports.error());
  auto noticed = flows::newest_reports(reader, connection.id, flows::kNoticedStock, kCountsShown);
  if (!noticed) return domain::fail(noticed.error());
  auto notices = reader.references(connection.id, "inventory_notice");
  if (!notices) return domain::fail(notices.error());
  Value value;
  value.set("idle", idle_word(*settings, *mapping));
  value.set("confirm_units", settings->stock_confirm_units);
  Value drift{json::Array{}};
  for (const auto& stored : *reports) drift.push_back(drift_point(stored));
  value.set("drift", std::move(drift));
  Value latest;
  if (!reports->empty()) {
    latest = reports->back().report;
    latest.set("at", reports->back().time);
    latest.erase("new_notices");
    if (auto* warehouses = latest.find("warehouses")) {
      for (Value& warehouse : *warehouses->mutable_array()) warehouse.erase("lines");
    }
  }
  value.set("latest", std::move(latest));
  Value counts{json::Array{}};
  std::vector<flows::StoredReport> both = *reports;
  std::move(noticed->begin(), noticed->end(), std::back_inserter(both));
  std::stable_sort(both.begin(), both.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  for (const std::string& key : counts_of_reports(both)) {
    auto count = count_json(reader, connection.id, key);
    if (!count) return count;
    if (!count->is_null()) counts.push_back(std::move(*count));
  }
  value.set("counts", std::move(counts));
  Value told{json::Array{}};
  for (const auto& notice : *notices) {
    Value entry;
    entry.set("subject", notice.code);
    auto message = json::parse(notice.data);
    entry.set("message", message ? message->text_or("") : std::string());
    told.push_back(std::move(entry));
  }
  value.set("notices", std::move(told));
  return value;
}

Task<ApiAnswer> inventory_summary(ApiContext* api, ApiRequest request) {
  return read_of_connection(api, std::move(request), inventory_summary_of);
}

struct StockSearch {
  std::string text;
  bool different_only = false;
  std::size_t from = 0;
  std::size_t limit = 50;
};

Result<Value> stock_rows(store::Reader& reader, const store::ConnectionRow& connection, const StockSearch& search) {
  auto mapping = reader.mapping(connection.id);
  if (!mapping) return domain::fail(mapping.error());
  auto walmart = flows::walmart_stock(reader, connection.id);
  if (!walmart) return domain::fail(walmart.error());
  auto exact = flows::stock_positions(reader, connection.id);
  if (!exact) return domain::fail(exact.error());
  auto report = flows::latest_report(reader, connection.id, "inventory");
  if (!report) return domain::fail(report.error());
  const ComparedStock compared = compared_stock(*report);
  auto counted = counted_since(reader, connection.id, *report);
  if (!counted) return domain::fail(counted.error());
  Value rows{json::Array{}};
  std::size_t found = 0;
  for (const auto& quantity : *walmart) {
    const auto place = domain::stock_place(*mapping, quantity.sku, quantity.ship_node);
    const auto line = place ? compared.different.find(*place) : compared.different.end();
    if (search.different_only && line == compared.different.end()) continue;
    if (!found_by(search.text, quantity.sku) && !found_by(search.text, quantity.ship_node) &&
        !(place && found_by(search.text, place->first))) {
      continue;
    }
    if (++found <= search.from || rows.size() == search.limit) continue;
    Value row;
    row.set("sku", quantity.sku);
    row.set("ship_node", quantity.ship_node);
    row.set("walmart", quantity.in_hand ? Value(*quantity.in_hand) : Value());
    row.set("item", place ? Value(place->first) : Value());
    row.set("warehouse", place ? Value(place->second) : Value());
    const auto position = place ? exact->find(*place) : exact->end();
    row.set("exact", position == exact->end() ? Value() : Value(position->second.current));
    const bool different = line != compared.different.end();
    row.set("pending", different ? (*line->second)["pending"] : Value());
    const bool is_equal = place && !compared.untold.contains(*place);
    row.set("difference", different ? (*line->second)["difference"] : is_equal ? Value(0) : Value());
    row.set("moving", place && compared.moving.contains(*place));
    row.set("counted", different && counted->contains(*place));
    rows.push_back(std::move(row));
  }
  Value value;
  const std::size_t shown = search.from + rows.size();
  value.set("rows", std::move(rows));
  value.set("found", found);
  value.set("next", shown < found ? Value(std::to_string(shown)) : Value());
  return value;
}

Task<ApiAnswer> stock(ApiContext* api, ApiRequest request) {
  StockSearch search;
  search.text = request.routed.query_value("search");
  search.different_only = request.routed.query_value("different") == "true";
  search.limit = limit_of(request, 50, 500);
  const auto after = json::parse_integer(request.routed.query_value("after"));
  search.from = static_cast<std::size_t>(std::max<std::int64_t>(0, after.value_or(0)));
  auto rows = [search](store::Reader& reader, const store::ConnectionRow& connection) {
    return stock_rows(reader, connection, search);
  };
  return read_of_connection(api, std::move(request), std::move(rows));
}

/// One item's differences over the runs; a run that compared it and found none has the difference zero.
Task<ApiAnswer> item_drift(ApiContext* api, ApiRequest request) {
  auto read = [item = request.routed.query_value("item"), code = request.routed.query_value("warehouse")](
                  store::Reader& reader, const store::ConnectionRow& connection) -> Result<Value> {
    auto reports = flows::newest_reports(reader, connection.id, "inventory", kReportsShown);
    if (!reports) return domain::fail(reports.error());
    Value points{json::Array{}};
    for (const auto& stored : *reports) {
      const ComparedStock compared = compared_stock(stored.report);
      const StockPlace place{item, code};
      if (compared.moving.contains(place) || compared.untold.contains(place)) continue;
      const auto line = compared.different.find(place);
      Value point;
      point.set("at", stored.time);
      point.set("difference", line == compared.different.end() ? Value(0) : (*line->second)["difference"]);
      for (const auto* side : {"in_hand", "pending", "exact"})
        point.set(side, line == compared.different.end() ? Value() : (*line->second)[side]);
      points.push_back(std::move(point));
    }
    Value value;
    value.set("drift", std::move(points));
    return value;
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

}  // namespace

void add_inventory_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections/{connection}/inventory", viewer, inventory_summary,
             {.summary = "The newest comparison of stock, the counts it led to, and the drift of the last 96 runs",
              .answer = "Inventory"});
  routes.add("GET", "/connections/{connection}/inventory/stock", viewer, stock,
             {.summary = "Stock per SKU and ship node: Walmart's and Exact's side, and the difference of the place",
              .query = "search: part of a SKU, item or ship node\ndifferent(boolean): true shows differences only\n"
                       "limit(integer): 1 to 500, 50 if absent\nafter: `next` of the page before",
              .answer = "StockRows"});
  routes.add("GET", "/connections/{connection}/inventory/drift", viewer, item_drift,
             {.summary = "Difference of one item in one warehouse over the last 96 runs",
              .query = "item: Exact's item code\nwarehouse: Exact's warehouse code",
              .answer = "ItemDrift"});
}

}  // namespace connector::server
