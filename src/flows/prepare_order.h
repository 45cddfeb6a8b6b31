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
  bool is_known = false;                   ///< the store knows all that the order says
  std::optional<std::string> merged_into;  ///< facts_digest of what the store knew; nullopt if it knew nothing
  domain::PurchaseOrder merged;            ///< the facts with what was known; unset if all was
  std::optional<store::OrderRow> row;      ///< of `merged`
  // Of an order that the store does not know at all; others are planned by the transaction against their history.
  domain::Plan plan;
  std::vector<std::string> documents;  ///< the plan's, as JSON
};

domain::Result<PreparedOrder> prepare_order(store::Reader& reader, const PlanningContext& context,
                                            const domain::PurchaseOrder& order, domain::UtcTime now);

/// The plan's documents as JSON, in order.
std::vector<std::string> texts_of(const domain::Plan& plan);

}  // namespace connector::flows
