#include "flows/flow_report.h"
#include "flows/posting_json.h"
#include "flows/price_flow.h"
#include "flows/settings_json.h"
#include "server/api.h"

namespace connector::server {

using domain::PriceDecision;
using domain::Result;
using json::Value;
using ports::Task;

namespace {

constexpr std::size_t kReportsRead = 200;
constexpr std::size_t kPostingsShown = 50;
constexpr std::size_t kErrorsShown = 200;

Value optional_amount(const std::optional<domain::Decimal>& amount) { return amount ? Value(*amount) : Value(); }

Value guards_json(const domain::ConnectionSettings& settings) {
  Value value;
  value.set("currency", settings.price_currency);
  value.set("floor", optional_amount(settings.price_floor));
  value.set("ceiling", optional_amount(settings.price_ceiling));
  value.set("max_change_percent", optional_amount(settings.price_max_change_percent));
  return value;
}

/// A feed or a change of the price list, with what Walmart said of each price; its long texts left out.
Value price_posting_json(const store::PostingRow& row) {
  Value value = flows::posting_json(row);
  const Value document = value["document"];
  const Value data = value["target_data"];
  value = flows::without_long_texts(std::move(value));
  value.set("prices", document["lines"].size());
  if (document["lines"].size() == 1) {
    const Value& line = document["lines"].at(0);
    value.set("subject", line["sku"].text_or("").empty() ? line["exact_item"] : line["sku"]);
    value.set("amount", line["unit_price"]);
  }
  value.set("feed", data["feed_id"]);
  value.set("succeeded", data["succeeded"]);
  Value failed{json::Array{}};
  for (const Value& item : data["failed"].array()) {
    if (failed.size() < kErrorsShown) failed.push_back(item);
  }
  value.set("failed_count", data["failed"].size());
  value.set("failed", std::move(failed));
  Value warnings{json::Array{}};
  for (const Value& item : data["warnings"].array()) {
    if (warnings.size() < kErrorsShown) warnings.push_back(item);
  }
  value.set("warnings", std::move(warnings));
  return value;
}

Result<Value> price_summary_of(store::Reader& reader, const store::ConnectionRow& connection) {
  auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  auto reports = flows::newest_reports(reader, connection.id, "prices", kReportsRead);
  if (!reports) return domain::fail(reports.error());
  Value value;
  value.set("to_walmart", settings->prices_to_walmart);
  value.set("to_exact", settings->prices_to_exact);
  value.set("guards", guards_json(*settings));
  Value latest;
  if (!reports->empty()) {
    latest = reports->back().report;
    latest.set("at", reports->back().time);
  }
  value.set("latest", std::move(latest));
  Value postings{json::Array{}};
  for (auto stored = reports->rbegin(); stored != reports->rend() && postings.size() < kPostingsShown; ++stored) {
    for (const Value& key : stored->report["postings"].array()) {
      if (postings.size() == kPostingsShown) break;
      auto row = reader.posting(connection.id, key.text_or(""));
      if (!row) return domain::fail(row.error());
      if (*row) postings.push_back(price_posting_json(**row));
    }
  }
  value.set("postings", std::move(postings));
  return value;
}

Task<ApiAnswer> price_summary(ApiContext* api, ApiRequest request) {
  return read_of_connection(api, std::move(request), price_summary_of);
}

Task<ApiAnswer> skus(ApiContext* api, ApiRequest request) {
  const std::string search = request.routed.query_value("search");
  const std::string wanted = request.routed.query_value("state");
  std::optional<PriceDecision::State> state;
  if (!wanted.empty()) {
    state = domain::parse_price_decision_state(wanted);
    if (!state) co_return domain::fail(domain::Cause::bad_input, "there is no state \"" + wanted + "\" of a price");
  }
  const std::size_t limit = limit_of(request, 50, 500);
  auto rows_of = [search, state, limit, after = request.routed.query_value("after")](
                     store::Reader& reader, const store::ConnectionRow& connection) -> Result<Value> {
    auto decisions = flows::price_decisions(reader, connection.id);
    if (!decisions) return domain::fail(decisions.error());
    Value rows{json::Array{}};
    Value next;
    for (auto entry = decisions->upper_bound(after); entry != decisions->end(); ++entry) {
      const auto& [sku, decision] = *entry;
      if ((state && decision.state != *state) || !found_by(search, sku)) continue;
      if (rows.size() == limit) {
        next = rows.at(limit - 1)["sku"];
        break;
      }
      Value row;
      row.set("sku", sku);
      row.set("state", domain::to_string(decision.state));
      row.set("amount", decision.amount);
      row.set("posting", decision.posting_key.empty() ? Value() : Value(decision.posting_key));
      row.set("error", decision.error.empty() ? Value() : Value(decision.error));
      rows.push_back(std::move(row));
    }
    Value value;
    value.set("rows", std::move(rows));
    value.set("next", std::move(next));
    value.set("total", decisions->size());
    return value;
  };
  co_return co_await read_of_connection(api, std::move(request), std::move(rows_of));
}

}  // namespace

void add_price_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections/{connection}/prices", viewer, price_summary,
             {.summary = "The newest comparison of prices, what the guards keep back, and the newest 50 feeds and "
                         "changes with what was said of each price",
              .answer = "Prices"});
  routes.add("GET", "/connections/{connection}/prices/skus", viewer, skus,
             {.summary = "What became of each SKU's list price at Walmart",
              .query = "search: part of a SKU\nstate(sent|accepted|refused|again|equal|person): all if absent\n"
                       "limit(integer): 1 to 500, 50 if absent\nafter: `next` of the page before",
              .answer = "PricedSkus"});
}

}  // namespace connector::server
