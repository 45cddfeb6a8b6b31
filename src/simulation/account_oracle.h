#pragma once

#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/books_oracle.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "in its place": every line is on the account, cost center and VAT code of its item, every document on Walmart's
/// customer account under the shop's prefix, and per order each product and each charge is on its own item with what
/// Walmart charged for it.
void check_accounts(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                    const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
