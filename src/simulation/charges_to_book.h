#pragma once

#include "domain/settings.h"
#include "sandbox/walmart/books.h"
#include "sandbox/walmart/order.h"

namespace connector::simulation {

/// What the customer was charged for what shipped of a line, as far as the seller has it booked: a replacement may be
/// free in the books whatever Walmart states (settings.replacement_prices).
sandbox::walmart::MoneyByKind charges_to_book(const sandbox::walmart::Order& order, const sandbox::walmart::Line& line,
                                              const domain::ConnectionSettings& settings);

}  // namespace connector::simulation
