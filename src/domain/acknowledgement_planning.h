#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/planning.h"
#include "domain/settings.h"

namespace connector::domain {

/// "acknowledgement/1796277083022": Walmart acknowledges an order as a whole.
std::string acknowledgement_key(std::string_view purchase_order_id);

/// Whether units of the order are in status Created: Walmart waits for the seller's acknowledgement.
bool awaits_acknowledgement(const PurchaseOrder& order);

/// Whether orders of this type are for the seller to acknowledge under these settings. Those that Walmart fulfils come
/// acknowledged, and Walmart refuses to hear of them (walmart.md 2.4). An empty type is SellerFulfilled.
bool acknowledges_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type);

/// The acknowledgement that an order waits for, if the settings say that it is the connector's to send; one that is not
/// wanted any more, because the order is no longer Created or the setting was turned off, is withdrawn. `history` as
/// for plan_order. Pure.
Plan plan_acknowledgement(const PurchaseOrder& order, const ConnectionSettings& settings,
                          const std::vector<PlannedPosting>& history);

}  // namespace connector::domain
