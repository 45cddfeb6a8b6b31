#include "domain/booked_orders.h"

#include <algorithm>

namespace connector::domain {

bool is_before_go_live(const PurchaseOrder& order, const ConnectionSettings& settings) {
  return settings.go_live && order.order_time < *settings.go_live;
}

bool books_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type) {
  const std::string_view type = ship_node_type.empty() ? seller_fulfilled_type : ship_node_type;
  const auto& booked = settings.ship_node_types;
  return std::find(booked.begin(), booked.end(), type) != booked.end();
}

}  // namespace connector::domain
