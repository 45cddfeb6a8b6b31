#include "domain/booked_orders.h"

#include <algorithm>

#include "domain/credit_planning.h"

namespace connector::domain {

bool is_before_go_live(const PurchaseOrder& order, const ConnectionSettings& settings) {
  return settings.go_live && order.order_time < *settings.go_live;
}

bool books_the_order(PostingKind kind, std::string_view key) {
  return kind != PostingKind::order_acknowledgement && !is_credit_key(key);
}

bool is_left_alone(const PurchaseOrder& order, const ConnectionSettings& settings,
                   const std::vector<PlannedPosting>& postings) {
  return is_before_go_live(order, settings) &&
         std::none_of(postings.begin(), postings.end(), [](const PlannedPosting& posting) {
           const Document& document = posting.document;
           return posting.frozen && !posting.skipped && books_the_order(document.kind, document.key);
         });
}

bool is_left_alone(const std::optional<UtcTime>& refund_time, const ConnectionSettings& settings) {
  return settings.returns_before_go_live == ReturnsBeforeGoLive::ignore ||
         (refund_time && *refund_time < *settings.go_live);
}

bool books_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type) {
  const std::string_view type = ship_node_type.empty() ? seller_fulfilled_type : ship_node_type;
  const auto& booked = settings.ship_node_types;
  return std::find(booked.begin(), booked.end(), type) != booked.end();
}

}  // namespace connector::domain
