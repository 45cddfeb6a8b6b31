#pragma once

#include <string_view>

#include "domain/order.h"
#include "domain/settings.h"

namespace connector::domain {

/// Whether the order was placed before the connector keeps the books (settings.go_live).
bool is_before_go_live(const PurchaseOrder& order, const ConnectionSettings& settings);

/// Walmart's shipNode.type of orders that its fulfilment service (WFS) ships (walmart.md 3).
inline constexpr std::string_view walmart_fulfilled_type = "WFSFulfilled";
/// The same of those that the seller ships.
inline constexpr std::string_view seller_fulfilled_type = "SellerFulfilled";

/// Whether the connection books orders of this kind (settings.ship_node_types); a kind not stated is SellerFulfilled.
bool books_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type);

}  // namespace connector::domain
