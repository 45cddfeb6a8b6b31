#pragma once

#include "json/value.h"
#include "sandbox/exact/exact_service.h"

namespace connector::sandbox::exact {

/// The books of a division for inspection: sales orders, deliveries, invoices, credit notes and journal entries with
/// their lines, journal totals and stock. Amounts are decimal text; `booked_amount` is signed (credit notes negative).
/// With `summary` the documents are left out and only counted.
json::Value books_of(const Administration& books, bool summary);

/// Requests per endpoint and status, 429s given, refresh tokens used twice.
json::Value counters_of(const ExactService& service);

}  // namespace connector::sandbox::exact
