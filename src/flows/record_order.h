#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/planning.h"
#include "flows/apply_plan.h"
#include "flows/planning_context.h"
#include "flows/prepare_order.h"
#include "store/store.h"

namespace connector::flows {

struct RecordedOrder : AppliedPlan {
  bool changed = false;     ///< the facts differ from those stored before
  bool first_seen = false;  ///< nothing was known of the order before
};

/// Durably takes in what Walmart says of one order: merges it with the facts known, plans its documents and
/// writes the postings, all in the caller's transaction. Repeating it changes nothing.
/// `prepared`, if given, was reckoned in the same context.
domain::Result<RecordedOrder> record_order(store::Transaction& transaction, const PlanningContext& context,
                                           const domain::PurchaseOrder& order, domain::UtcTime now,
                                           const PreparedOrder* prepared = nullptr);

/// Takes in an order that cannot be read: a held posting shows it to a person.
domain::Result<void> record_unreadable_order(store::Transaction& transaction, const PlanningContext& context,
                                             const std::string& purchase_order_id, const domain::Error& error,
                                             domain::UtcTime now);

/// Plans a stored order anew after a mapping, setting or reference was mended; releases what no longer needs holding.
domain::Result<RecordedOrder> replan_order(store::Transaction& transaction, const PlanningContext& context,
                                           const std::string& purchase_order_id, domain::UtcTime now);

/// The documents an order would become, against the stored history; nothing is written. For dry runs and previews.
struct OrderPreview {
  domain::PurchaseOrder order;
  domain::Plan plan;
  bool before_go_live = false;  ///< and left alone for it
};
domain::Result<OrderPreview> preview_order(store::Reader& reader, const PlanningContext& context,
                                           const domain::PurchaseOrder& order);

}  // namespace connector::flows
