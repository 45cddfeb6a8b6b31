#include "sandbox/walmart/endpoints.h"

#include <chrono>

#include "sandbox/walmart/feed_types.h"
#include "sandbox/walmart/inventory.h"
#include "sandbox/walmart/items.h"
#include "sandbox/walmart/order_writes.h"
#include "sandbox/walmart/orders_query.h"
#include "sandbox/walmart/settings.h"
#include "sandbox/walmart/settlements.h"

namespace connector::sandbox::walmart {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::vector<Endpoint>& endpoints() {
  using S = Switches;
  static const std::vector<Endpoint> table = {
      {"POST", {"v3", "token"}, Origin::gateway, nullptr, {"", 0, {}}, post_token, true},
      {"GET", {"v3", "token", "detail"}, Origin::gateway, nullptr, {"", 0, {}}, get_token_detail, false},
      {"GET", {"v3", "orders"}, Origin::orders, &S::scope_orders, {"orders", 5000, minutes(1)}, get_orders, false},
      {"GET",
       {"v3", "orders", "released"},
       Origin::orders,
       &S::scope_orders,
       {"released", 60, minutes(1)},
       get_released_orders,
       false},
      {"GET", {"v3", "orders", "*"}, Origin::orders, &S::scope_orders, {"order", 5000, minutes(1)}, get_order, false},
      {"POST",
       {"v3", "orders", "*", "acknowledge"},
       Origin::orders,
       &S::scope_orders,
       {"acknowledge", 60, minutes(1)},
       post_acknowledge,
       false},
      {"POST",
       {"v3", "orders", "*", "shipping"},
       Origin::orders,
       &S::scope_orders,
       {"shipping", 60, minutes(1)},
       post_shipping,
       false},
      {"POST",
       {"v3", "orders", "*", "cancel"},
       Origin::orders,
       &S::scope_orders,
       {"cancel", 60, minutes(1)},
       post_cancel,
       false},
      {"POST",
       {"v3", "orders", "*", "refund"},
       Origin::orders,
       &S::scope_orders,
       {"refund", 60, minutes(1)},
       post_refund,
       false},
      {"GET", {"v3", "returns"}, Origin::returns, &S::scope_returns, {"returns", 50, minutes(1)}, get_returns, false},
      {"POST",
       {"v3", "returns", "*", "refund"},
       Origin::returns,
       &S::scope_returns,
       {"return refund", 60, minutes(1)},
       post_return_refund,
       false},
      {"GET",
       {"v3", "inventory"},
       Origin::inventory,
       &S::scope_inventory,
       {"get inventory", 200, minutes(1)},
       get_inventory,
       false},
      {"PUT",
       {"v3", "inventory"},
       Origin::inventory,
       &S::scope_inventory,
       {"put inventory", 200, minutes(1)},
       put_inventory,
       false},
      {"GET",
       {"v3", "inventories"},
       Origin::inventory,
       &S::scope_inventory,
       {"inventories", 200, minutes(1)},
       get_inventories,
       false},
      {"GET",
       {"v3", "inventories", "*"},
       Origin::inventory,
       &S::scope_inventory,
       {"get inventories/sku", 200, minutes(1)},
       get_inventories_of_item,
       false},
      {"PUT",
       {"v3", "inventories", "*"},
       Origin::inventory,
       &S::scope_inventory,
       {"put inventories/sku", 200, minutes(1)},
       put_inventories_of_item,
       false},
      {"PUT", {"v3", "price"}, Origin::price, &S::scope_price, {"price", 100, hours(1)}, put_price, false},
      {"GET", {"v3", "items"}, Origin::items, &S::scope_item, {"items", 300, minutes(1)}, get_items, false},
      {"GET", {"v3", "items", "*"}, Origin::items, &S::scope_item, {"item", 900, minutes(1)}, get_item, false},
      {"POST", {"v3", "feeds"}, Origin::feeds, &S::scope_feeds, {"feeds", 10, hours(1)}, post_feed, false},
      {"GET", {"v3", "feeds"}, Origin::feeds, &S::scope_feeds, {"feed status", 5000, minutes(1)}, get_feeds, false},
      {"GET", {"v3", "feeds", "*"}, Origin::feeds, &S::scope_feeds, {"feed status", 5000, minutes(1)}, get_feed, false},
      {"GET",
       {"v3", "webhooks", "eventTypes"},
       Origin::notifications,
       nullptr,
       {"eventTypes", 5, minutes(1)},
       get_event_types,
       false},
      {"GET",
       {"v3", "webhooks", "subscriptions"},
       Origin::notifications,
       nullptr,
       {"get subscriptions", 50, minutes(1)},
       get_subscriptions,
       false},
      {"POST",
       {"v3", "webhooks", "subscriptions"},
       Origin::notifications,
       nullptr,
       {"post subscriptions", 200, minutes(1)},
       post_subscriptions,
       false},
      {"PATCH",
       {"v3", "webhooks", "subscriptions", "*"},
       Origin::notifications,
       nullptr,
       {"patch subscriptions", 5, minutes(1)},
       patch_subscription,
       false},
      {"DELETE",
       {"v3", "webhooks", "subscriptions", "*"},
       Origin::notifications,
       nullptr,
       {"delete subscriptions", 10, minutes(1)},
       delete_subscription,
       false},
      {"POST",
       {"v3", "webhooks", "test"},
       Origin::notifications,
       nullptr,
       {"webhook test", 10, minutes(1)},
       post_webhook_test,
       false},
      {"GET",
       {"v3", "settings", "shipping", "shipnodes"},
       Origin::settings,
       nullptr,
       {"shipnodes", 50, minutes(1)},
       get_ship_nodes,
       false},
      {"GET",
       {"v3", "settings", "partnerprofile"},
       Origin::settings,
       nullptr,
       {"partnerprofile", 50, minutes(1)},
       get_partner_profile,
       false},
      {"GET",
       {"v3", "report", "reconreport", "availableReconFiles"},
       Origin::reports,
       &S::scope_reports,
       {"availableReconFiles", 100, minutes(1)},
       get_available_recon_files,
       false},
      {"GET",
       {"v3", "report", "reconreport", "reconFile"},
       Origin::reports,
       &S::scope_reports,
       {"reconFile", 100, minutes(1)},
       get_recon_file,
       false,
       true},
  };
  return table;
}

bool is_path(const Endpoint& endpoint, const std::vector<std::string>& segments) {
  if (endpoint.path.size() != segments.size()) return false;
  for (std::size_t index = 0; index < segments.size(); ++index) {
    if (endpoint.path[index] != "*" && endpoint.path[index] != segments[index]) return false;
  }
  return true;
}

}  // namespace

std::string Endpoint::name() const {
  std::string text(method);
  text += ' ';
  for (const std::string_view segment : path) {
    text += '/';
    text += segment;
  }
  return text;
}

const Endpoint* find_endpoint(const Request& request, int& status) {
  status = 404;
  for (const Endpoint& endpoint : endpoints()) {
    if (!is_path(endpoint, request.segments)) continue;
    if (endpoint.method == request.source.method) return &endpoint;
    status = 405;
  }
  return nullptr;
}

Limit limit_of(const Endpoint& endpoint, const Request& request) {
  if (endpoint.handler == post_feed) {
    // An unknown type is refused by the handler and takes from no bucket.
    const FeedType* type = find_feed_type(request.parameter("feedType"));
    return type == nullptr ? Limit{"", 0, {}} : Limit{type->bucket, type->per_hour, hours(1)};
  }
  if (endpoint.handler == get_items && !request.parameters.empty()) return {"items with parameters", 60, minutes(1)};
  return endpoint.limit;
}

}  // namespace connector::sandbox::walmart
