#include "flows/daily_summary.h"
#include "flows/document_json.h"
#include "flows/posting_json.h"
#include "server/api.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;
using store::PostingRow;

namespace {

json::Value order_of(const std::string& key, const std::string& purchase_order, const domain::Decimal& total) {
  json::Value order;
  order.set("key", key);
  order.set("purchase_order", purchase_order);
  order.set("total", total);
  return order;
}

/// The orders in an invoice that was made up, or those that wait for it; and what they come to.
Result<void> add_orders(store::Reader& reader, const PostingRow& invoice, json::Value& shown) {
  auto document = flows::document_of(invoice);
  if (!document) return domain::fail(document.error());
  json::Value orders{json::Array{}};
  for (const auto& member : document->members) {
    orders.push_back(order_of(member.key, member.purchase_order_id, member.total));
  }
  auto waiting = reader.blocked_by(invoice.connection, invoice.key);
  if (!waiting) return domain::fail(waiting.error());
  domain::Decimal total;
  for (const PostingRow& row : *waiting) {
    if (row.kind != domain::PostingKind::sales_invoice || !document->members.empty()) continue;
    orders.push_back(order_of(row.key, row.source_id, row.total));
    total = total + row.total;
  }
  if (document->members.empty()) shown.set("total", total);
  shown.set("orders", std::move(orders));
  return {};
}

Task<ApiAnswer> show_day(ApiContext* api, ApiRequest request) {
  std::string day = request.routed.path_value("day");
  auto read = [day = std::move(day), pages = &api->exact_pages](
                  store::Reader& reader, const store::ConnectionRow& connection) -> Result<json::Value> {
    if (!flows::is_day(day)) return domain::fail(Cause::bad_input, "a day is written like 2026-11-23");
    auto postings = reader.postings_of(connection.id, day);
    if (!postings) return domain::fail(postings.error());
    json::Value documents{json::Array{}};
    for (const PostingRow& posting : *postings) {
      json::Value shown = flows::posting_json(posting);
      shown.set("page", page_in_exact(*pages, connection.division, posting));
      if (posting.kind == domain::PostingKind::daily_invoice) {
        if (auto added = add_orders(reader, posting, shown); !added) return domain::fail(added.error());
      }
      documents.push_back(std::move(shown));
    }
    store::AuditFilter filter;
    filter.connection = connection.id;
    filter.source_id = day;
    auto trail = trail_of(reader, filter);
    if (!trail) return domain::fail(trail.error());
    json::Value value;
    value.set("day", day);
    value.set("documents", std::move(documents));
    value.set("trail", std::move(*trail));
    return value;
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

}  // namespace

void add_day_routes(ApiRoutes& routes) {
  routes.add("GET", "/connections/{connection}/days/{day}", Needs::viewer, show_day,
             {.summary = "The invoices of a day (daily_summary), the orders in each, and every attempt",
              .answer = R"({"type":"object","required":["day","documents","trail"],"properties":{
                      "day":{"type":"string","format":"date"},
                      "documents":{"type":"array","items":{"$ref":"#/components/schemas/Posting"}},
                      "trail":{"type":"array","items":{"$ref":"#/components/schemas/AuditRecord"}}}})"});
}

}  // namespace connector::server
