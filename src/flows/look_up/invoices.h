#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Invoices and credit memos that were sent as such, by their reference.
ports::Task<void> look_up_by_reference(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
