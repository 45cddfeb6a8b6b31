#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Sales orders whose outcome is unclear, by their reference; those found get the ids of their lines.
ports::Task<void> look_up_orders(LookUpSources sources, LookUpBatch batch);
/// Sales orders that Exact made and whose lines it did not tell: their target_data is a PlacedOrder.
ports::Task<void> look_up_placed_orders(LookUpSources sources, LookUpBatch batch);
/// Changes of sales order lines: done once all lines have the quantities of the change.
ports::Task<void> look_up_order_changes(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
