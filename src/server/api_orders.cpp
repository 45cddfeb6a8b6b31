#include "flows/posting_json.h"
#include "flows/posting_states.h"
#include "flows/settings_json.h"
#include "server/api.h"
#include "server/listed_order.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;
using store::PostingRow;

namespace {

std::optional<std::pair<domain::UtcTime, std::int64_t>> parse_cursor(const std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto time = json::parse_integer(text.substr(0, dot));
  const auto id = json::parse_integer(text.substr(dot + 1));
  if (!time || !id) return std::nullopt;
  return std::pair(domain::from_epoch_milliseconds(*time), *id);
}

std::optional<store::OrderFilter::State> parse_state(const std::string& text) {
  using State = store::OrderFilter::State;
  if (text.empty() || text == "any") return State::any;
  if (text == "failed") return State::failed;
  if (text == "waiting") return State::waiting;
  if (text == "skipped") return State::skipped;
  if (text == "before_go_live") return State::before_go_live;
  return std::nullopt;
}

/// Of all connections. Error: bad_input for a word or a time that there is not.
Result<store::OrderFilter> order_filter(const ApiRequest& request) {
  store::OrderFilter filter;
  filter.search = request.routed.query_value("search");
  const auto state = parse_state(request.routed.query_value("state"));
  if (!state) return domain::fail(Cause::bad_input, "state is any, failed, waiting, skipped or before_go_live");
  filter.state = *state;
  auto from = time_of(request, "from");
  if (!from) return domain::fail(from.error());
  auto until = time_of(request, "until");
  if (!until) return domain::fail(until.error());
  filter.from = *from;
  filter.until = *until;
  filter.oldest_first = request.routed.query_value("sort") == "order_time";
  filter.limit = limit_of(request, 50, 200);
  filter.after = parse_cursor(request.routed.query_value("after"));
  return filter;
}

Result<json::Value> orders_json(store::Reader& reader, const store::ConnectionRow& connection,
                                store::OrderFilter filter) {
  filter.connection = connection.id;
  const auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  json::Value orders{json::Array{}};
  json::Value value;
  if (filter.state == store::OrderFilter::State::before_go_live) {
    if (!settings->go_live) {
      value.set("orders", std::move(orders));
      value.set("next", json::Value());
      return value;
    }
    // The first page begins at go-live, so that what was ordered since is not looked through.
    if (!filter.until || *filter.until > *settings->go_live) filter.until = *settings->go_live;
  }
  auto rows = store::console(reader).orders(filter);
  if (!rows) return domain::fail(rows.error());
  for (const auto& row : *rows) {
    auto postings = reader.postings_of(connection.id, row.order.purchase_order_id);
    if (!postings) return domain::fail(postings.error());
    orders.push_back(listed_order(row.order, *postings, settings->charge_reading));
  }
  value.set("orders", std::move(orders));
  value.set("next", json::Value());
  if (rows->size() == filter.limit) {
    const auto& last = rows->back();
    value.set("next",
              std::to_string(domain::to_epoch_milliseconds(last.order.order_time)) + "." + std::to_string(last.id));
  }
  return value;
}

Task<ApiAnswer> list_orders(ApiContext* api, ApiRequest request) {
  auto read = [filter = order_filter(request)](store::Reader& reader,
                                               const store::ConnectionRow& connection) -> Result<json::Value> {
    if (!filter) return domain::fail(filter.error());
    return orders_json(reader, connection, *filter);
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

Result<json::Value> order_with_documents(store::Reader& reader, const store::ConnectionRow& connection,
                                         const std::string& source, const ExactPages& pages) {
  const auto settings = flows::settings_of(connection);
  if (!settings) return domain::fail(settings.error());
  auto order = reader.order(connection.id, source);
  if (!order) return domain::fail(order.error());
  auto postings = reader.postings_of(connection.id, source);
  if (!postings) return domain::fail(postings.error());
  if (!*order && postings->empty()) return domain::fail(Cause::not_found, "there is no order " + source);
  json::Value value = *order ? listed_order(**order, *postings, settings->charge_reading) : json::Value(json::Object{});
  value.set("purchase_order", source);
  auto facts = *order ? json::parse((*order)->facts) : Result<json::Value>(json::Value());
  value.set("facts", facts ? *facts : json::Value());
  value.set("booking_zone", settings->booking_zone);
  json::Value shown{json::Array{}};
  for (PostingRow& posting : *postings) {
    if (auto said = flows::say_what_it_waits_for(reader, posting); !said) return domain::fail(said.error());
    json::Value document = flows::posting_json(posting);
    document.set("page", page_in_exact(pages, connection.division, posting));
    shown.push_back(std::move(document));
  }
  value.set("documents", std::move(shown));
  store::AuditFilter filter;
  filter.connection = connection.id;
  filter.source_id = source;
  auto trail = trail_of(reader, filter);
  if (!trail) return domain::fail(trail.error());
  value.set("trail", std::move(*trail));
  return value;
}

Task<ApiAnswer> show_order(ApiContext* api, ApiRequest request) {
  auto read = [source = request.routed.path_value("order"), pages = &api->exact_pages](
                  store::Reader& reader, const store::ConnectionRow& connection) {
    return order_with_documents(reader, connection, source, *pages);
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

}  // namespace

void add_order_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/connections/{connection}/orders", Needs::viewer, list_orders,
      {.summary = "Walmart's orders, newest first, with what became of them",
       .query =
           "search: the beginning of a purchase order number; or a customer order number, SKU or posted "
           "amount\nstate(any|failed|waiting|skipped|before_go_live): any if absent\nfrom: ordered at this time or "
           "later\nuntil: ordered before this time\nsort(-order_time|order_time): "
           "the newest first if absent\nlimit(integer): 1 to 200, 50 if absent\nafter: `next` of the page before",
       .answer = R"({"type":"object","required":["orders","next"],"properties":{"orders":{"type":"array",
                        "items":{"$ref":"#/components/schemas/ListedOrder"}},"next":{"type":"string","nullable":true}}})"});
  routes.add(
      "GET", "/connections/{connection}/orders/{order}", Needs::viewer, show_order,
      {.summary = "One order: Walmart's facts, its documents in Exact, and every attempt", .answer = "ListedOrder"});
}

}  // namespace connector::server
