#pragma once

#include <string_view>

/// The stable names under which the calls of this client are admitted and counted (ports::CallGate). Each has its own
/// token bucket at Walmart; the published limits are in walmart.md 1.5.
namespace connector::walmart::endpoints {

inline constexpr std::string_view token = "POST /v3/token";
inline constexpr std::string_view token_detail = "GET /v3/token/detail";
inline constexpr std::string_view orders = "GET /v3/orders";
inline constexpr std::string_view released_orders = "GET /v3/orders/released";
inline constexpr std::string_view order = "GET /v3/orders/{id}";
inline constexpr std::string_view acknowledge = "POST /v3/orders/{id}/acknowledge";
inline constexpr std::string_view ship = "POST /v3/orders/{id}/shipping";
inline constexpr std::string_view cancel = "POST /v3/orders/{id}/cancel";
inline constexpr std::string_view refund = "POST /v3/orders/{id}/refund";
inline constexpr std::string_view returns = "GET /v3/returns";
inline constexpr std::string_view inventories = "GET /v3/inventories";
inline constexpr std::string_view item_inventory = "GET /v3/inventories/{sku}";
inline constexpr std::string_view put_price = "PUT /v3/price";
inline constexpr std::string_view feeds = "GET /v3/feeds";         ///< also GET /v3/feeds/{id}: they share one bucket
inline constexpr std::string_view submit_feed = "POST /v3/feeds";  ///< followed by "?feedType=" and the type
inline constexpr std::string_view items = "GET /v3/items";
inline constexpr std::string_view item = "GET /v3/items/{id}";
inline constexpr std::string_view partner_profile = "GET /v3/settings/partnerprofile";
inline constexpr std::string_view event_types = "GET /v3/webhooks/eventTypes";
inline constexpr std::string_view subscriptions = "GET /v3/webhooks/subscriptions";
inline constexpr std::string_view subscribe = "POST /v3/webhooks/subscriptions";
inline constexpr std::string_view test_subscription = "POST /v3/webhooks/test";
inline constexpr std::string_view unsubscribe = "DELETE /v3/webhooks/subscriptions/{id}";
inline constexpr std::string_view recon_dates = "GET /v3/report/reconreport/availableReconFiles";
inline constexpr std::string_view recon_file = "GET /v3/report/reconreport/reconFile";

}  // namespace connector::walmart::endpoints
