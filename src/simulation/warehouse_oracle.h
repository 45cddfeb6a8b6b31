#pragma once

#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/books_oracle.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "in its place": every sales order, every delivery and every document that moves stock by itself states the warehouse
/// from which the shop serves the order's ship node; where invoices move stock, those of what left do.
void check_warehouses(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                      const BooksPolicy& policy, domain::UtcTime now, Verdicts& verdicts);

}  // namespace connector::simulation
