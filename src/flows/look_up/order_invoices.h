#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Invoices that Exact makes of sales orders in the background: one with the order's number and reference, no credit
/// note, that no other posting has, with the delivered amount; else what became of the background process.
ports::Task<void> look_up_order_invoices(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
