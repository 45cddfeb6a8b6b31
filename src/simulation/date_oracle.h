#pragma once

#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/books_oracle.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "dated": an invoice and a delivery bear a day on which what they hold left in the booking zone, a day's invoice the
/// day on which all its orders shipped, a sales order the day of the order, and a credit note, or an invoice that takes
/// one back, a day between the first refund and its own making. Where a closed period is left, it is for the first day
/// after it, and only once Exact had refused every period in between.
void check_dates(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                 const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
