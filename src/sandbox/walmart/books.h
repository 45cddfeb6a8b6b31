#pragma once

#include "domain/time.h"
#include "json/value.h"
#include "ports/http.h"
#include "sandbox/walmart/order.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// Money by kind; a discount is negative, tax covers all charges, and what is kept back of a refund is negative.
struct MoneyByKind {
  domain::Decimal product, discount, shipping, fee, tax, kept;

  domain::Decimal without_tax() const { return product + discount + shipping + fee + kept; }
  MoneyByKind& operator+=(const MoneyByKind& other);
};

/// What the customer was charged for the units of the line that were shipped.
MoneyByKind charged_for_shipped(const Line& line);
/// What the customer got back for the line; positive amounts.
MoneyByKind refunded_on(const Line& line);

/// GET /sandbox/walmart/books: the truth by purchase order and line, and the totals by currency. Amounts are decimal
/// text. Query: purchaseOrderId, shipNodeType, offset, limit (of the orders listed; totals cover all), orders=false.
ports::HttpResponse get_books(Seller& seller, const Request& request, domain::UtcTime now);
/// GET /sandbox/walmart/counters.
json::Value counters_payload(const Seller& seller);

}  // namespace connector::sandbox::walmart
