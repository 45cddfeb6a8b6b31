#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/catalogue.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// What the seller says there is: units reserved for orders stay reserved.
void set_stock(Seller& seller, Item& item, std::size_t node, std::int64_t quantity, domain::UtcTime now);

// walmart.md 4.
ports::HttpResponse get_inventory(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse put_inventory(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_inventories(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_inventories_of_item(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse put_inventories_of_item(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
