#pragma once

#include <optional>
#include <string>

#include "domain/result.h"
#include "domain/time.h"
#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// The name of the watermark up to which the orders of a ship node type were read.
std::string order_watermark(const std::string& ship_node_type);

/// Up to when the orders of this type were read; nullopt if they never were. Error: bad_input if it is no time.
domain::Result<std::optional<domain::UtcTime>> orders_read_to(store::Reader& reader, store::ConnectionId connection,
                                                              const std::string& ship_node_type);

/// Up to when the orders of every type that the connection books were read; nullopt if some never were.
domain::Result<std::optional<domain::UtcTime>> all_orders_read_to(store::Reader& reader,
                                                                  const PlanningContext& context);

}  // namespace connector::flows
