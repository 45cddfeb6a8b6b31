#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/time.h"
#include "json/value.h"

namespace connector::contract {

/// Processing of an open invoice: it becomes final, is booked, and gets its number and date (exact.md 4.5).
struct SalesInvoicePrinting {
  std::string invoice_id;
  std::optional<domain::Date> invoice_date;
  std::optional<int> reporting_year;
  std::optional<int> reporting_period;
  std::string document_layout;  ///< guid; empty: the default
};

/// Body of POST salesinvoice/PrintedSalesInvoices; nothing is ever sent to the customer.
std::string printed_sales_invoice_body(const SalesInvoicePrinting& printing);

}  // namespace connector::contract
