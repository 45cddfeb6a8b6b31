#include "sandbox/exact/invoice_printing.h"

#include <string>
#include <vector>

#include "sandbox/exact/sales_documents.h"
#include "sandbox/exact/sales_invoices.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

using FinancialPeriod = std::pair<int, int>;  ///< year and number

/// nullopt if `problems` arose.
std::optional<FinancialPeriod> period_to_book_in(const Administration& books, Problems& problems,
                                                 const Printing& printing, domain::UtcTime date) {
  auto period = printing.period;
  if (!period) period = books.period_of(date);
  if (!period || !books.has_period(period->first, period->second)) {
    problems.add(unknown_financial_year());
    return std::nullopt;
  }
  if (books.is_closed(period->first, period->second)) {
    problems.add(period_is_closed(problems.language(), period->first, period->second));
    return std::nullopt;
  }
  return period;
}

/// False if `problems` arose.
bool check_accounts(const Administration& books, Problems& problems, const std::vector<Draft>& lines) {
  for (const Draft& line : lines) {
    const RowNumber account = books.find(TableId::gl_accounts, line.get("GLAccount"));
    if (account == no_row || books.table(TableId::gl_accounts).get(account, "IsBlocked").as_boolean()) {
      problems.add(Complaint::blocked, Term::gl_account);
      return false;
    }
  }
  return true;
}

Decimal exchange_rate(const Administration& books, const Draft& header) {
  return books.rate(header.get("Currency").as_text()).value_or(Decimal::from_integer(1));
}

RowNumber insert_entry(Administration& books, RowNumber invoice, const Draft& header, const std::vector<Draft>& lines,
                       FinancialPeriod period, domain::UtcTime now) {
  Draft entry(table_definition(TableId::sales_entries).type);
  for (const char* const same : {"Currency", "Description", "DueDate", "Journal", "OrderNumber", "PaymentCondition",
                                 "PaymentReference", "YourRef", "InvoiceNumber"}) {
    entry.set(same, header.get(same));
  }
  entry.set("Customer", header.get("InvoiceTo"));
  entry.set("EntryDate", header.get("InvoiceDate"));
  entry.set("EntryNumber", header.get("InvoiceNumber"));
  entry.set("Status", Value::integer(50));
  entry.set("Type", Value::integer(is_credit_note(header.get("Type").as_integer()) ? 21 : 20));
  entry.set("ReportingYear", Value::integer(period.first));
  entry.set("ReportingPeriod", Value::integer(period.second));
  entry.set_amount("Rate", exchange_rate(books, header));
  entry.set_amount("AmountFC", booked(books, invoice, header.get("AmountFC").as_decimal()));
  entry.set_amount("VATAmountFC", booked(books, invoice, header.get("VATAmountFC").as_decimal()));
  const RowNumber entry_row = books.insert(TableId::sales_entries, entry, now);
  for (const Draft& line : lines) {
    Draft entry_line(table_definition(TableId::sales_entry_lines).type);
    for (const char* const same : {"GLAccount", "Description", "VATCode", "VATPercentage", "CostCenter", "CostUnit",
                                   "Quantity", "LineNumber", "Notes", "Project"}) {
      entry_line.set(same, line.get(same));
    }
    entry_line.set_amount("AmountFC", booked(books, invoice, line.get("AmountFC").as_decimal()));
    entry_line.set_amount("VATAmountFC", booked(books, invoice, line.get("VATAmountFC").as_decimal()));
    books.insert(TableId::sales_entry_lines, entry_line, now, entry_row);
  }
  return entry_row;
}

void insert_receivable(Administration& books, RowNumber invoice, const Draft& header, RowNumber entry,
                       domain::UtcTime now) {
  Draft receivable(table_definition(TableId::receivables).type);
  for (const char* const same : {"Currency", "Description", "DueDate", "InvoiceDate", "InvoiceNumber", "Journal",
                                 "OrderNumber", "PaymentCondition", "PaymentReference", "YourRef"}) {
    receivable.set(same, header.get(same));
  }
  receivable.set("Account", header.get("InvoiceTo"));
  receivable.set("EntryDate", header.get("InvoiceDate"));
  receivable.set("EntryNumber", header.get("InvoiceNumber"));
  receivable.set("EntryID", Value::reference(TableId::sales_entries, entry));
  receivable.set_amount("AmountFC", booked(books, invoice, header.get("AmountFC").as_decimal()));
  receivable.set("IsFullyPaid", Value::boolean(false));
  receivable.set("Status", Value::integer(20));
  receivable.set_amount("RateFC", exchange_rate(books, header));
  books.insert(TableId::receivables, receivable, now);
}

RowNumber insert_document(Administration& books, const Draft& header, domain::UtcTime now) {
  Draft document(table_definition(TableId::documents).type);
  document.set("Subject", document.own_text("Invoice " + std::to_string(header.get("InvoiceNumber").as_integer())));
  document.set("Type", Value::integer(10));
  document.set("Account", header.get("InvoiceTo"));
  document.set("DocumentDate", header.get("InvoiceDate"));
  document.set("SalesInvoiceNumber", header.get("InvoiceNumber"));
  document.set("HID", Value::integer(books.next_number("document", 1)));
  document.set("HasEmptyBody", Value::boolean(true));
  return books.insert(TableId::documents, document, now);
}

}  // namespace

bool print_invoice(Administration& books, Problems& problems, RowNumber invoice, const Printing& printing,
                   domain::UtcTime now) {
  Draft header = books.table(TableId::sales_invoices).draft(invoice);
  if (header.get("Status").as_integer() >= invoice_processed) {
    problems.add(already_processed(problems.language()));
    return false;
  }
  const domain::UtcTime date = day_of(printing.date.value_or(now));
  const auto period = period_to_book_in(books, problems, printing, date);
  if (!period) return false;
  const std::vector<Draft> lines = stored_lines(books, TableId::sales_invoices, invoice);
  if (!check_accounts(books, problems, lines)) return false;

  header.set("InvoiceDate", Value::instant(date));
  set_due_date(books, header);
  if (!header.has("InvoiceNumber")) header.set("InvoiceNumber", Value::integer(take_invoice_number(books, date)));
  header.set("Status", Value::integer(invoice_processed));
  for (const Draft& line : lines) move_line_stock(books, header, line, StockMoment::printing, 1, now);
  const RowNumber entry = insert_entry(books, invoice, header, lines, *period, now);
  insert_receivable(books, invoice, header, entry, now);
  header.set("Document", Value::reference(TableId::documents, insert_document(books, header, now)));
  books.update(TableId::sales_invoices, invoice, header, now);
  books.touch_lines(TableId::sales_invoices, invoice, now);
  return true;
}

Outcome create_printed_sales_invoice(Call& call) {
  const Draft& draft = call.draft;
  if (!draft.has("InvoiceID")) {
    call.problems.add(Complaint::mandatory, Term::invoice);
    return {};
  }
  const RowNumber invoice = call.books.find(TableId::sales_invoices, draft.get("InvoiceID"));
  if (invoice == no_row) {
    call.problems.add(Complaint::invalid_reference, Term::invoice);
    return {};
  }
  if (draft.has("DocumentLayout") && call.books.find(TableId::layouts, draft.get("DocumentLayout")) == no_row) {
    call.problems.add(Complaint::invalid_reference, Term::layout);
    return {};
  }
  Printing printing;
  if (draft.has("InvoiceDate")) printing.date = draft.get("InvoiceDate").as_instant();
  if (draft.has("ReportingPeriod") && draft.has("ReportingYear")) {
    printing.period = {static_cast<int>(draft.get("ReportingYear").as_integer()),
                       static_cast<int>(draft.get("ReportingPeriod").as_integer())};
  }
  if (!print_invoice(call.books, call.problems, invoice, printing, call.now)) return {};

  const bool dutch = call.problems.language() == Language::dutch;
  const Value document = call.books.table(TableId::sales_invoices).get(invoice, "Document");
  const domain::UtcTime date = call.books.table(TableId::sales_invoices).get(invoice, "InvoiceDate").as_instant();
  Outcome outcome{Outcome::Kind::created_elsewhere, no_row, json::Value{json::Object{}}};
  for (const Property& property : draft.type().properties()) outcome.answer.set(property.name, nullptr);
  outcome.answer.set("InvoiceID", to_string(call.books.guid(Reference{TableId::sales_invoices, invoice})));
  outcome.answer.set("Division", call.books.code());
  outcome.answer.set("Document", to_string(call.books.guid(document.as_reference())));
  outcome.answer.set("DocumentCreationSuccess", dutch ? "Document aangemaakt" : "Document created");
  outcome.answer.set("InvoiceDate", "/Date(" + std::to_string(domain::to_epoch_milliseconds(date)) + ")/");
  const bool send = draft.get("SendEmailToCustomer").as_boolean();
  outcome.answer.set("SendEmailToCustomer", send);
  if (send) outcome.answer.set("EmailCreationSuccess", dutch ? "E-mail aangemaakt" : "Email created");
  outcome.answer.set("SendInvoiceToCustomerPostbox", draft.get("SendInvoiceToCustomerPostbox").as_boolean());
  outcome.answer.set("SendOutputBasedOnAccount", draft.get("SendOutputBasedOnAccount").as_boolean());
  return outcome;
}

}  // namespace connector::sandbox::exact
