#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// A delivery carries no YourRef: it is found by its lines' sales order lines and its description. One line tells what
/// was sent; of what was never sent, as after a backup was put back, any line may stand on one of that description.
ports::Task<void> look_up_deliveries(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
