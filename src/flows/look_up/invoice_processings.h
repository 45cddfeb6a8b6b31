#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Processings of invoices, which are made final by them: by the status of the invoice.
ports::Task<void> look_up_processings(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
