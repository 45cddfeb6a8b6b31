#pragma once

#include <string>

#include "domain/time.h"

namespace connector::app {

/// Walmart's published answer of GET /v3/orders as if its newest order had been placed a minute before `now`: all
/// times are moved by the same amount, nothing else is changed.
std::string published_orders_as_of(domain::UtcTime now);

}  // namespace connector::app
