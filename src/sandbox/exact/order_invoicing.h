#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// POST salesinvoice/InvoiceSalesOrders (exact.md 4.6): starts a job, or runs it at once where Mode 0 is still served.
Outcome create_invoice_sales_orders(Call& call);

/// Runs the jobs that are due.
void run_invoicing_jobs(Administration& books, domain::UtcTime now);

/// The answer of read/salesinvoice/InvoiceSalesOrderResult for a job, as the member of d.results.
json::Value invoicing_result(const Administration& books, std::size_t job);

}  // namespace connector::sandbox::exact
