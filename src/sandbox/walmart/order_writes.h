#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

// The writes of walmart.md 2.4. All or nothing: with one wrong line nothing is done and every fault is named.

/// POST /v3/orders/{purchaseOrderId}/acknowledge: the whole order, empty body.
ports::HttpResponse post_acknowledge(Seller& seller, const Request& request, domain::UtcTime now);
/// POST /v3/orders/{purchaseOrderId}/shipping: quantities with tracking; processMode PARTIAL_UPDATE changes the
/// tracking of what was shipped within four hours.
ports::HttpResponse post_shipping(Seller& seller, const Request& request, domain::UtcTime now);
/// POST /v3/orders/{purchaseOrderId}/cancel.
ports::HttpResponse post_cancel(Seller& seller, const Request& request, domain::UtcTime now);
/// POST /v3/orders/{purchaseOrderId}/refund: negative amounts, or isFullRefund.
ports::HttpResponse post_refund(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
