#pragma once

#include "domain/time.h"
#include "ports/http.h"

namespace connector::sandbox::walmart {

struct Seller;

/// GET /sandbox/walmart/settlements: the truth of all available settlements, oldest first; like the API's own calls it
/// closes the periods that can be. Dates are UTC, amounts decimal text with the signs of the file:
///   {"settlements": [{"payoutDate": "2026-07-28", "periodStart", "periodEnd", "currency", "totalPayable",
///     "amounts": [{"transactionType", "description", "amountType", "amount"}],   summed by these three words
///     "orders": [{"purchaseOrderId", "sale", "saleTax", "refund", "refundTax"}]}]}   in the order of the file
/// sale and refund are the net of Product Price, Shipping and Fee/Reimbursement; a refund is negative. An order with
/// rows of a service fee alone has zeros. totalPayable is the true sum, whatever settlement_sum_is_off says.
ports::HttpResponse get_settlements(Seller& seller, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
