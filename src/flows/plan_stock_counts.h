#pragma once

#include "flows/inventory_flow.h"
#include "flows/record_order.h"

namespace connector::flows {

/// Turns a comparison into postings, all in the caller's transaction. A count that waits and says the same stays; one
/// that says something else is withdrawn before the new one is planned; while one is under way its warehouse is left
/// to the next run. A count above stock_confirm_units is held with confirmation_needed. Of items that Exact shows as
/// they were when an earlier count of them was planned that has been posted since, nothing is counted again. A run
/// confined to some items leaves what a waiting count says of others as it is, and asks no person twice about the same
/// facts.
domain::Result<void> plan_stock_counts(store::Transaction& transaction, const PlanningContext& context,
                                       InventoryRun& run, domain::UtcTime now);

/// The counts that a comparison asks for, in the order of its warehouses; without a difference a count has no lines.
std::vector<StockCount> counts_of(const InventoryRun& run);

/// Marks what is new among the run's notices and forgets those that no longer apply.
domain::Result<void> remember_notices(store::Transaction& transaction, store::ConnectionId connection,
                                      InventoryRun& run);

/// What a person reads about a count that waits for confirmation.
std::string confirmation_text(const StockCount& count, const domain::ConnectionSettings& settings);

}  // namespace connector::flows
