#pragma once

#include <vector>

#include "domain/settings.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::server {

/// An order as the API's lists show it, with one word for what became of it ("status") and, by currency, what Walmart
/// charges for what was not cancelled, without tax ("totals"), and the invoices less the credit memos that stand in
/// Exact ("booked"). `postings` are all that the order has. Facts that cannot be read leave "totals" and "skus" empty.
json::Value listed_order(const store::OrderRow& order, const std::vector<store::PostingRow>& postings,
                         domain::ChargeReading reading);

}  // namespace connector::server
