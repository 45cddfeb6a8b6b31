#pragma once

#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/books_oracle.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "settled": of every payout whose file was there before `settled_before` Exact has one journal entry, which says to
/// the cent, account by account, what Walmart settled; and there is no other entry. Knows nothing of planning: where
/// each of Walmart's words is booked is written down once more.
void check_settlements(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                       const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
