#include "flows/freezing/document_bodies.h"

#include <utility>

#include "domain/daily_summary.h"
#include "domain/mutation.h"
#include "domain/period_calendar.h"
#include "exact/entity_text.h"
#include "exact/resources.h"
#include "flows/freezing/exact_date.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::DocumentLine;
using domain::PostingKind;
using domain::Result;
using json::Value;
using store::PostingRow;
using store::PostingState;
using store::Reader;

namespace {

/// Of a line of an order or invoice.
constexpr std::size_t kLongestDescription = 100;

Result<Value> sales_line(KnownCodes& codes, const DocumentLine& line, bool with_gl_account) {
  auto item = codes.item(line);
  if (!item) return domain::fail(item.error());
  Value body{json::Object{}};
  body.set("Item", *item);
  if (!line.description.empty()) body.set("Description", exact::fitting(line.description, kLongestDescription));
  body.set("Quantity", line.quantity);
  // Both prices, so that no discount of a price list or customer changes the amount (exact.md 4.4).
  body.set("UnitPrice", line.unit_price);
  body.set("NetPrice", line.unit_price);
  if (auto known = codes.code("vat_code", line.vat_code, Cause::missing_vat_code, "VAT code", line); !known) {
    return domain::fail(known.error());
  }
  if (auto known = codes.code("cost_center", line.cost_center, Cause::missing_cost_center, "cost center", line);
      !known) {
    return domain::fail(known.error());
  }
  if (auto known = codes.code("cost_unit", line.cost_unit, Cause::missing_cost_center, "cost unit", line); !known) {
    return domain::fail(known.error());
  }
  if (!line.vat_code.empty()) body.set("VATCode", line.vat_code);
  if (!line.cost_center.empty()) body.set("CostCenter", line.cost_center);
  if (!line.cost_unit.empty()) body.set("CostUnit", line.cost_unit);
  if (!line.gl_account.empty()) {
    auto account = codes.gl_account(line.gl_account, line);
    if (!account) return domain::fail(account.error());
    if (with_gl_account && !domain::mutated(domain::Mutation::accounts_not_stated)) body.set("GLAccount", *account);
  }
  if (auto fits = codes.account_use(line, with_gl_account); !fits) return domain::fail(fits.error());
  return body;
}

Value header(const std::string& customer, const Document& document) {
  Value body{json::Object{}};
  body.set("OrderedBy", customer);
  body.set("YourRef", document.reference);
  const std::string description = domain::description_in_exact(document);
  if (!description.empty()) body.set("Description", description);
  const auto date = domain::date_in_exact(document);
  if (date && !domain::mutated(domain::Mutation::dates_not_stated)) body.set("OrderDate", exact_date(*date));
  if (!document.currency.empty()) body.set("Currency", document.currency);
  return body;
}

/// An invoice or credit note on that customer account.
Result<Value> invoice_on(const std::string& customer, KnownCodes& codes, const Document& document,
                         const domain::ConnectionSettings& settings) {
  const bool credit = document.kind == PostingKind::credit_memo;
  Value body = header(customer, document);
  auto journal = codes.sales_journal(settings);
  if (!journal) return domain::fail(journal.error());
  if (!journal->empty()) body.set("Journal", *journal);
  body.set("InvoiceTo", customer);
  const auto plain = credit ? exact::SalesInvoiceType::credit_note : exact::SalesInvoiceType::invoice;
  const auto direct = credit ? exact::SalesInvoiceType::direct_credit_note : exact::SalesInvoiceType::direct_invoice;
  body.set("Type", static_cast<std::int64_t>(document.direct ? direct : plain));
  if (document.direct) {
    auto warehouse = codes.warehouse(document.warehouse);
    if (!warehouse) return domain::fail(warehouse.error());
    body.set("Warehouse", *warehouse);
  }
  Value lines{json::Array{}};
  for (const DocumentLine& line : document.lines) {
    DocumentLine signed_line = line;
    if (credit && settings.credit_note_quantities_negative) signed_line.quantity = -line.quantity;
    auto built = sales_line(codes, signed_line, true);
    if (!built) return built;
    lines.push_back(std::move(*built));
  }
  body.set("SalesInvoiceLines", std::move(lines));
  if (document.kind == PostingKind::daily_invoice) body.set("Remarks", "Orders: " + domain::order_list(document));
  return body;
}

/// The customer that a posting was sent with, or the one before it that states one: an invoice that Exact makes of a
/// sales order has the order's, an order's share that of its day's invoice. Empty if none of them states one.
Result<std::string> stated_customer(Reader& reader, store::ConnectionId connection, std::string key) {
  while (!key.empty()) {
    auto row = reader.posting(connection, key);
    if (!row) return domain::fail(row.error());
    if (!*row) break;
    if (!(*row)->body.empty()) {
      auto body = json::parse((*row)->body);
      if (!body) return domain::fail(body.error());
      std::string customer = (*body)["OrderedBy"].text_or("");
      if (!customer.empty()) return customer;
    }
    key = std::move((*row)->depends_on);
  }
  return std::string();
}

/// The customer of what is corrected: the settings may name another one by now, which owes nothing of it.
Result<std::string> corrected_customer(Reader& reader, KnownCodes& codes, const PostingRow& row,
                                       const Document& document, const domain::ConnectionSettings& settings) {
  auto stated = stated_customer(reader, row.connection, document.depends_on);
  if (!stated || !stated->empty()) return stated;
  return codes.customer(settings);
}

}  // namespace

Result<Value> order_body(KnownCodes& codes, const Document& document, const domain::ConnectionSettings& settings) {
  auto customer = codes.customer(settings);
  if (!customer) return domain::fail(customer.error());
  Value body = header(*customer, document);
  if (!document.warehouse.empty()) {
    auto warehouse = codes.warehouse(document.warehouse);
    if (!warehouse) return domain::fail(warehouse.error());
    body.set("WarehouseID", *warehouse);
  }
  Value lines{json::Array{}};
  for (const DocumentLine& line : document.lines) {
    auto built = sales_line(codes, line, false);
    if (!built) return built;
    lines.push_back(std::move(*built));
  }
  body.set("SalesOrderLines", std::move(lines));
  return body;
}

Result<Value> invoice_body(KnownCodes& codes, const Document& document, const domain::ConnectionSettings& settings) {
  auto customer = codes.customer(settings);
  if (!customer) return domain::fail(customer.error());
  return invoice_on(*customer, codes, document, settings);
}

Result<Value> reversal_body(Reader& reader, KnownCodes& codes, const PostingRow& row, const Document& document,
                            const domain::ConnectionSettings& settings) {
  auto customer = corrected_customer(reader, codes, row, document, settings);
  if (!customer) return domain::fail(customer.error());
  return invoice_on(*customer, codes, document, settings);
}

Result<Value> credit_body(Reader& reader, KnownCodes& codes, const PostingRow& row, const Document& document,
                          const domain::ConnectionSettings& settings) {
  auto customer = corrected_customer(reader, codes, row, document, settings);
  if (!customer) return domain::fail(customer.error());
  auto body = invoice_on(*customer, codes, document, settings);
  if (!body || document.depends_on.empty()) return body;
  auto invoice = reader.posting(row.connection, document.depends_on);
  if (!invoice) return domain::fail(invoice.error());
  if (!*invoice || (*invoice)->state != PostingState::posted) {
    return domain::fail(Cause::waiting_for_dependency, "waits until " + document.depends_on + " is posted");
  }
  std::string remarks = "Corrects invoice " + (*invoice)->reference;
  if ((*invoice)->depends_on.starts_with("daily/")) {
    auto daily = reader.posting(row.connection, (*invoice)->depends_on);
    if (!daily) return domain::fail(daily.error());
    if (*daily) remarks = "Corrects invoice " + (*daily)->reference + " in what it holds of " + (*invoice)->reference;
  }
  if (!(*invoice)->target_number.empty()) remarks += ", number " + (*invoice)->target_number;
  body->set("Remarks", remarks);
  return body;
}

Result<void> check_line(KnownCodes& codes, const DocumentLine& line, bool with_gl_account) {
  const auto built = sales_line(codes, line, with_gl_account);
  if (!built) return domain::fail(built.error());
  return {};
}

}  // namespace connector::flows
