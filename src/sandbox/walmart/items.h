#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// GET /v3/items: nextCursor=* first, then the cursor given; it lives two minutes.
ports::HttpResponse get_items(Seller& seller, const Request& request, domain::UtcTime now);
/// GET /v3/items/{id}?productIdType=SKU|GTIN|UPC.
ports::HttpResponse get_item(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
