#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "exact/odata_query.h"
#include "exact/resources.h"
#include "json/value.h"

namespace connector::contract {

/// A line to be posted. Items and G/L accounts are guids; cost center, cost unit and VAT code are codes (exact.md 4.5).
struct SalesInvoiceLine {
  std::string item;
  std::string description;
  domain::Decimal quantity;
  std::optional<domain::Decimal> unit_price;
  std::optional<domain::Decimal> net_price;  ///< after discount: what counts
  std::string vat_code;
  std::string gl_account;
  std::string cost_center;
  std::string cost_unit;
};

/// An invoice or credit note to be posted; guids but for the codes `journal` and `currency`.
struct SalesInvoice {
  exact::SalesInvoiceType type = exact::SalesInvoiceType::invoice;
  std::string journal;  ///< empty: the division's default sales journal
  std::string ordered_by;
  std::string invoice_to;
  std::string your_ref;
  std::string description;
  std::optional<domain::Date> order_date;
  std::string currency;
  std::string warehouse;  ///< direct ones only: mandatory there, refused elsewhere
  std::vector<SalesInvoiceLine> lines;
};

/// An invoice as Exact holds it.
struct SalesInvoiceRecord {
  std::string id;
  std::string number;  ///< empty until one is assigned
  std::string order_number;
  std::string your_ref;
  std::string currency;
  std::int64_t type = 0;    ///< SalesInvoiceType, or a number not known here
  std::int64_t status = 0;  ///< SalesInvoiceStatus, or a number not known here
  std::optional<domain::Date> invoice_date;
  std::optional<domain::Decimal> amount;                ///< AmountFC: with VAT
  std::optional<domain::Decimal> amount_excluding_vat;  ///< AmountFCExclVat
};

/// Body of POST salesinvoice/SalesInvoices; the same value gives the same bytes.
std::string sales_invoice_body(const SalesInvoice& invoice);
/// malformed_response without an id.
domain::Result<SalesInvoiceRecord> read_sales_invoice(const json::Value& row);
/// Invoices with exactly this reference.
exact::ODataQuery sales_invoices_by_reference(std::string_view your_ref);

}  // namespace connector::contract
