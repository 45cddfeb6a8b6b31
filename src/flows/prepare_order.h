#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/planning.h"
#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// What a read order changes, reckoned on a snapshot ahead of the transaction that records it: the store's only writer
/// has less to do then, and for orders that say nothing new there is nothing to write.
struct PreparedOrder {
  bool is_known = false;  ///< the store knows all that the order says
  /// Of an order that the store does not know at all; absent for others, which the transaction merges and plans itself.
  std::optional<store::OrderRow> row;
  domain::Plan plan;                   ///< against no history
  std::vector<std::string> documents;  ///< the plan's, as JSON
};

domain::Result<PreparedOrder> prepare_order(store::Reader& reader, const PlanningContext& context,
                                            const domain::PurchaseOrder& order, domain::UtcTime now);

/// The plan's documents as JSON, in order.
std::vector<std::string> texts_of(const domain::Plan& plan);

}  // namespace connector::flows
