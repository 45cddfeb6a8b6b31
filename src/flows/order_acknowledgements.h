#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// Whether Walmart is to be asked for the orders that wait for an acknowledgement, because the setting was turned on,
/// or covers others, since it was last asked: of those that are known already nothing new is heard.
domain::Result<bool> wants_created_orders(store::Reader& reader, const PlanningContext& context);
/// Notes that it was asked, unless the settings were changed meanwhile.
domain::Result<void> note_created_orders_read(store::Transaction& transaction, const PlanningContext& context);
/// The settings of a connection change: to be asked again.
domain::Result<void> forget_created_orders_read(store::Transaction& transaction, store::ConnectionId connection);

/// Plans the acknowledgements of orders that are known; returns how many were not planned yet.
domain::Result<std::size_t> plan_acknowledgements(store::Transaction& transaction, const PlanningContext& context,
                                                  const std::vector<std::string>& purchase_orders, domain::UtcTime now);

/// Orders whose acknowledgement waits although the setting is off.
domain::Result<std::vector<std::string>> unwanted_acknowledgements(store::Reader& reader,
                                                                   const PlanningContext& context);

}  // namespace connector::flows
