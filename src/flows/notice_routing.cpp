#include "flows/notice_routing.h"

#include <algorithm>
#include <array>

#include "json/value.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using store::NoticeRow;

namespace {

struct Route {
  std::string_view word;
  std::string_view flow;
};

/// walmart.md 6. ORDER_UPDATES arrives under its sub-event.
constexpr std::array kWalmartRoutes{
    Route{"PO_CREATED", "orders"},        Route{"PO_LINE_AUTOCANCELLED", "orders"}, Route{"ORDER_UPDATES", "orders"},
    Route{"INTENT_TO_CANCEL", "orders"},  Route{"FRAUD_CANCEL", "orders"},          Route{"RETURN_CREATED", "returns"},
    Route{"RETURN_DELIVERED", "returns"}, Route{"RETURN_INVOICED", "returns"},      Route{"INVENTORY_OOS", "inventory"},
    Route{"OFFER_PUBLISHED", "prices"},   Route{"OFFER_UNPUBLISHED", "prices"},     Route{"BUY_BOX_CHANGED", "prices"},
    Route{"REPORT_STATUS", "settlements"}};

/// exact.md 5, issue 3. Those that are known to exist come first: what Exact does not know may end a sign-up.
constexpr std::array kExactRoutes{Route{"Items", kReferenceNotices},        Route{"Accounts", kReferenceNotices},
                                  Route{"StockPositions", "inventory"},     Route{"SalesOrders", kDocumentNotices},
                                  Route{"SalesInvoices", kDocumentNotices}, Route{"ItemPrices", "prices"},
                                  Route{"SalesItemPrices", "prices"}};

template <std::size_t Size>
std::string flow_of(const std::array<Route, Size>& routes, std::string_view word) {
  const auto found = std::find_if(routes.begin(), routes.end(), [word](const Route& r) { return r.word == word; });
  return found == routes.end() ? std::string() : std::string(found->flow);
}

}  // namespace

std::vector<NoticeRow> notices_of(const walmart::Notification& notification, const std::string& event_id) {
  NoticeRow row;
  row.source = "walmart";
  row.event_id = event_id;
  row.topic = notification.event_type;
  row.flow = flow_of(kWalmartRoutes, notification.event_type);
  const std::vector<std::string>* entities = nullptr;
  if (row.flow == "orders") entities = &notification.purchase_order_ids;
  if (row.flow == "returns") entities = &notification.return_order_ids;
  if (row.flow == "settlements") entities = &notification.report_request_ids;
  if (row.flow == "inventory" || row.flow == "prices") entities = &notification.skus;
  std::vector<NoticeRow> rows;
  if (entities != nullptr) {
    for (const std::string& entity : *entities) {
      rows.push_back(row);
      rows.back().entity = entity;
    }
  }
  if (rows.empty()) rows.push_back(row);
  return rows;
}

Result<ExactNotice> read_exact_notice(std::string_view content) {
  const auto parsed = json::parse(content);
  if (!parsed) return domain::fail(parsed.error());
  ExactNotice notice;
  notice.topic = (*parsed)["Topic"].text_or("");
  notice.action = (*parsed)["Action"].text_or("");
  notice.key = (*parsed)["Key"].text_or("");
  // Guids of answers are read in lower case, too (exact/answers.h).
  for (std::string* word : {&notice.action, &notice.key}) {
    std::transform(word->begin(), word->end(), word->begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  }
  notice.division = (*parsed)["Division"].integer().value_or(0);
  if (notice.topic.empty() || notice.key.empty()) {
    return domain::fail(Cause::malformed_response, "the notice names no topic or key");
  }
  return notice;
}

NoticeRow notice_of(const ExactNotice& notice, const std::string& event_id) {
  NoticeRow row;
  row.source = "exact";
  row.event_id = event_id;
  row.topic = notice.topic;
  row.flow = flow_of(kExactRoutes, notice.topic);
  row.entity = notice.key;
  row.action = notice.action;
  return row;
}

const std::vector<std::string>& walmart_events() {
  static const std::vector<std::string> events = [] {
    std::vector<std::string> words;
    words.reserve(std::size(kWalmartRoutes));
    for (const Route& route : kWalmartRoutes) words.emplace_back(route.word);
    return words;
  }();
  return events;
}

const std::vector<std::string>& exact_topics() {
  static const std::vector<std::string> topics = [] {
    std::vector<std::string> words;
    words.reserve(std::size(kExactRoutes));
    for (const Route& route : kExactRoutes) words.emplace_back(route.word);
    return words;
  }();
  return topics;
}

}  // namespace connector::flows
