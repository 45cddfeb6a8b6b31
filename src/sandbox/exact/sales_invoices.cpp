#include "sandbox/exact/sales_invoices.h"

#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

void check_journal(const Administration& books, Problems& problems, Draft& header) {
  const Table& journals = books.table(TableId::journals);
  if (!header.has("Journal") && books.switches().journal_has_default) {
    for (RowNumber row = 0; row < journals.size(); ++row) {
      if (journals.is_live(row) && journals.get(row, "Type").as_integer() == 20) {
        header.set("Journal", journals.get(row, "Code"));
        break;
      }
    }
  }
  if (!header.has("Journal")) return problems.add(Complaint::mandatory, Term::journal);
  const RowNumber row = books.find_code(TableId::journals, header.get("Journal").as_text());
  if (row == no_row || journals.get(row, "IsBlocked").as_boolean()) {
    return problems.add(Complaint::invalid, Term::journal);
  }
  const std::int64_t type = journals.get(row, "Type").as_integer();
  const bool return_journal = type == 21 && is_credit_note(header.get("Type").as_integer());
  if (type != 20 && !return_journal) problems.add(Complaint::invalid, Term::journal_type);
}

void check_type_and_warehouse(const Administration& books, Problems& problems, Draft& header) {
  header.set_if_absent("Type", Value::integer(8020));
  const std::int64_t type = header.get("Type").as_integer();
  const bool known = type == 8020 || type == 8021 || is_direct(type);
  if (!known || (is_direct(type) && books.switches().edition != Edition::trade)) {
    return problems.add(Complaint::invalid, Term::type);
  }
  if (!is_direct(type)) {
    if (header.has("Warehouse")) problems.add(Complaint::not_allowed, Term::warehouse);
    return;
  }
  if (!header.has("Warehouse")) return problems.add(Complaint::mandatory, Term::warehouse);
  if (books.find(TableId::warehouses, header.get("Warehouse")) == no_row) {
    problems.add(Complaint::invalid_reference, Term::warehouse);
  }
}

void set_due_date(const Administration& books, Draft& header) {
  const RowNumber condition = books.find_code(TableId::payment_conditions, header.get("PaymentCondition").as_text());
  std::int64_t days = 30;
  if (condition != no_row) days = books.table(TableId::payment_conditions).get(condition, "PaymentDays").as_integer();
  header.set("DueDate", Value::instant(header.get("InvoiceDate").as_instant() + std::chrono::days{days}));
}

/// The free number of a journal's series, year first, as a printed invoice carries it.
std::int64_t invoice_number(Administration& books, domain::UtcTime date) {
  const int year = static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(date)}.year());
  return books.next_number("invoice" + std::to_string(year), (year % 100) * std::int64_t{10'000'000} + 1);
}

Decimal signed_amount(const Administration& books, std::int64_t type, Decimal amount) {
  const bool reversed = is_credit_note(type) && books.switches().credit_note_sign == CreditNoteSign::positive;
  return reversed ? -amount : amount;
}

bool moves_stock_now(const Administration& books, std::int64_t type, StockMoment moment) {
  return is_direct(type) && books.switches().direct_invoice_stock == moment;
}

/// `direction` 1 delivers, -1 takes back.
void move_line_stock(Administration& books, const Draft& header, const Draft& line, int direction,
                     domain::UtcTime now) {
  const RowNumber item = books.find(TableId::items, line.get("Item"));
  const RowNumber warehouse = books.find(TableId::warehouses, header.get("Warehouse"));
  if (item == no_row || warehouse == no_row) return;
  const Decimal sold = signed_amount(books, header.get("Type").as_integer(), line.get("Quantity").as_decimal());
  books.move_stock(item, warehouse, direction > 0 ? -sold : sold, now);
}

void check_stock(const Administration& books, Problems& problems, const Draft& header,
                 const std::vector<Draft>& lines) {
  if (books.switches().negative_stock || !is_direct(header.get("Type").as_integer())) return;
  const RowNumber warehouse = books.find(TableId::warehouses, header.get("Warehouse"));
  std::map<RowNumber, Decimal> wanted;
  for (const Draft& line : lines) {
    const RowNumber item = books.find(TableId::items, line.get("Item"));
    if (item == no_row || !books.table(TableId::items).get(item, "IsStockItem").as_boolean()) continue;
    wanted[item] += signed_amount(books, header.get("Type").as_integer(), line.get("Quantity").as_decimal());
  }
  for (const auto& [item, quantity] : wanted) {
    const RowNumber row = books.find_stock_row(item, warehouse);
    const Decimal current =
        row == no_row ? Decimal{} : books.table(TableId::item_warehouses).get(row, "CurrentStock").as_decimal();
    if (quantity > current) problems.add(Complaint::not_in_stock, Term::item);
  }
}

/// A processed invoice cannot change any more.
bool refuse_processed(Call& call, RowNumber invoice) {
  if (call.books.table(TableId::sales_invoices).get(invoice, "Status").as_integer() < invoice_processed) return false;
  call.problems.add(already_processed(call.problems.language()));
  return true;
}

void recalculate(Administration& books, RowNumber invoice, domain::UtcTime now) {
  Draft header = books.table(TableId::sales_invoices).draft(invoice);
  complete_totals(header, stored_lines(books, TableId::sales_invoices, invoice), "VATAmountFC");
  books.update(TableId::sales_invoices, invoice, header, now);
}

}  // namespace

Decimal booked(const Administration& books, RowNumber invoice, Decimal amount) {
  return signed_amount(books, books.table(TableId::sales_invoices).get(invoice, "Type").as_integer(), amount);
}

RowNumber enter_invoice(Administration& books, Problems& problems, Draft& header, std::vector<Draft>& lines,
                        domain::UtcTime now) {
  check_type_and_warehouse(books, problems, header);
  complete_parties(books, problems, header);
  check_journal(books, problems, header);
  if (lines.empty()) problems.add(Complaint::mandatory, Term::lines);
  for (Draft& line : lines) complete_line(books, problems, header, line, SalesDocument::invoice);
  if (problems.any()) return no_row;
  check_stock(books, problems, header, lines);
  if (problems.any()) return no_row;

  complete_totals(header, lines, "VATAmountFC");
  header.set_if_absent("OrderDate", Value::instant(day_of(now)));
  header.set("InvoiceDate", Value::instant(day_of(now)));
  if (!header.has("DueDate")) set_due_date(books, header);
  if (!header.has("OrderNumber")) header.set("OrderNumber", Value::integer(books.next_number("order", 1)));
  if (books.switches().invoice_number == NumberMoment::entry) {
    header.set("InvoiceNumber", Value::integer(invoice_number(books, now)));
  }
  header.set("Status", Value::integer(invoice_open));
  header.set("DiscountType", Value::integer(1));
  const RowNumber invoice = books.insert(TableId::sales_invoices, header, now);
  std::int64_t number = 0;
  for (Draft& line : lines) {
    line.set("LineNumber", Value::integer(++number));
    books.insert(TableId::sales_invoice_lines, line, now, invoice);
    if (moves_stock_now(books, header.get("Type").as_integer(), StockMoment::entry)) {
      move_line_stock(books, header, line, 1, now);
    }
  }
  return invoice;
}

void remove_invoice(Administration& books, RowNumber invoice, domain::UtcTime now) {
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  if (moves_stock_now(books, header.get("Type").as_integer(), StockMoment::entry)) {
    for (const Draft& line : stored_lines(books, TableId::sales_invoices, invoice)) {
      move_line_stock(books, header, line, -1, now);
    }
  }
  // What was invoiced from a sales order can be invoiced again.
  const Table& lines = books.table(TableId::sales_invoice_lines);
  for (RowNumber line = books.table(TableId::sales_invoices).first_child(invoice); line != no_row;
       line = lines.next_sibling(line)) {
    const RowNumber order_line = books.find(TableId::sales_order_lines, lines.get(line, "SalesOrderLine"));
    if (order_line == no_row) continue;
    Draft changed = books.table(TableId::sales_order_lines).draft(order_line);
    changed.set_amount("QuantityInvoiced",
                       changed.get("QuantityInvoiced").as_decimal() - lines.get(line, "Quantity").as_decimal());
    books.update(TableId::sales_order_lines, order_line, changed, now);
  }
  books.erase(TableId::sales_invoices, invoice, now);
}

Outcome create_sales_invoice(Call& call) {
  const RowNumber same = call.books.find(TableId::sales_invoices, call.draft.get("InvoiceID"));
  if (same != no_row) {
    // "Copying" an invoice with its own key (exact.md 4.5).
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  const RowNumber row = enter_invoice(call.books, call.problems, call.draft, call.lines, call.now);
  return Outcome{Outcome::Kind::created, row, {}};
}

Outcome update_sales_invoice(Call& call) {
  if (refuse_processed(call, call.row)) return {};
  const Table& invoices = call.books.table(TableId::sales_invoices);
  if (is_direct(call.draft.get("Type").as_integer()) != is_direct(invoices.get(call.row, "Type").as_integer())) {
    call.problems.add(Complaint::not_allowed, Term::type);
  }
  check_type_and_warehouse(call.books, call.problems, call.draft);
  complete_parties(call.books, call.problems, call.draft);
  if (call.problems.any()) return {};
  complete_totals(call.draft, stored_lines(call.books, TableId::sales_invoices, call.row), "VATAmountFC");
  call.books.update(TableId::sales_invoices, call.row, call.draft, call.now);
  call.books.touch_lines(TableId::sales_invoices, call.row, call.now);
  return {};
}

Outcome delete_sales_invoice(Call& call) {
  if (refuse_processed(call, call.row)) return {};
  remove_invoice(call.books, call.row, call.now);
  return {};
}

Outcome create_sales_invoice_line(Call& call) {
  Administration& books = call.books;
  const RowNumber invoice = books.find(TableId::sales_invoices, call.draft.get("InvoiceID"));
  if (invoice == no_row) {
    call.problems.add(call.draft.has("InvoiceID") ? Complaint::invalid_reference : Complaint::mandatory, Term::invoice);
    return {};
  }
  if (refuse_processed(call, invoice)) return {};
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  complete_line(books, call.problems, header, call.draft, SalesDocument::invoice);
  if (call.problems.any()) return {};
  std::int64_t number = 1;
  for (const Draft& line : stored_lines(books, TableId::sales_invoices, invoice)) {
    number = std::max(number, line.get("LineNumber").as_integer() + 1);
  }
  call.draft.set("LineNumber", Value::integer(number));
  const RowNumber row = books.insert(TableId::sales_invoice_lines, call.draft, call.now, invoice);
  if (moves_stock_now(books, header.get("Type").as_integer(), StockMoment::entry)) {
    move_line_stock(books, header, call.draft, 1, call.now);
  }
  recalculate(books, invoice, call.now);
  return Outcome{Outcome::Kind::created, row, {}};
}

Outcome update_sales_invoice_line(Call& call) {
  Administration& books = call.books;
  const Table& lines = books.table(TableId::sales_invoice_lines);
  const RowNumber invoice = lines.parent(call.row);
  if (refuse_processed(call, invoice)) return {};
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  const Draft before = lines.draft(call.row);
  // Derived values follow the changed ones unless they are sent themselves.
  if (!call.body.contains("NetPrice") && (call.body.contains("UnitPrice") || call.body.contains("Discount"))) {
    call.draft.set("NetPrice", {});
  }
  if (call.body.contains("NetPrice") && !call.body.contains("UnitPrice")) call.draft.set("UnitPrice", {});
  if (call.body.contains("AmountFC") && !call.body.contains("NetPrice") && !call.body.contains("UnitPrice")) {
    call.draft.set("NetPrice", {});
    call.draft.set("UnitPrice", {});
  }
  if (!call.body.contains("VATAmountFC")) call.draft.set("VATAmountFC", {});
  if (!call.body.contains("VATPercentage")) call.draft.set("VATPercentage", {});
  complete_line(books, call.problems, header, call.draft, SalesDocument::invoice);
  if (call.problems.any()) return {};
  if (moves_stock_now(books, header.get("Type").as_integer(), StockMoment::entry)) {
    move_line_stock(books, header, before, -1, call.now);
    move_line_stock(books, header, call.draft, 1, call.now);
  }
  books.update(TableId::sales_invoice_lines, call.row, call.draft, call.now);
  recalculate(books, invoice, call.now);
  return {};
}

Outcome delete_sales_invoice_line(Call& call) {
  Administration& books = call.books;
  const RowNumber invoice = books.table(TableId::sales_invoice_lines).parent(call.row);
  if (refuse_processed(call, invoice)) return {};
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  if (moves_stock_now(books, header.get("Type").as_integer(), StockMoment::entry)) {
    move_line_stock(books, header, call.draft, -1, call.now);
  }
  books.erase(TableId::sales_invoice_lines, call.row, call.now);
  recalculate(books, invoice, call.now);
  return {};
}

bool print_invoice(Administration& books, Problems& problems, RowNumber invoice, const Printing& printing,
                   domain::UtcTime now) {
  Draft header = books.table(TableId::sales_invoices).draft(invoice);
  if (header.get("Status").as_integer() >= invoice_processed) {
    problems.add(already_processed(problems.language()));
    return false;
  }
  const domain::UtcTime date = day_of(printing.date.value_or(now));
  auto period = printing.period;
  if (!period) period = books.period_of(date);
  if (!period || !books.has_period(period->first, period->second)) {
    problems.add(unknown_financial_year());
    return false;
  }
  if (books.is_closed(period->first, period->second)) {
    problems.add(period_is_closed(problems.language(), period->first, period->second));
    return false;
  }
  const std::vector<Draft> lines = stored_lines(books, TableId::sales_invoices, invoice);
  for (const Draft& line : lines) {
    const RowNumber account = books.find(TableId::gl_accounts, line.get("GLAccount"));
    if (account == no_row || books.table(TableId::gl_accounts).get(account, "IsBlocked").as_boolean()) {
      problems.add(Complaint::blocked, Term::gl_account);
      return false;
    }
  }
  const std::int64_t type = header.get("Type").as_integer();
  header.set("InvoiceDate", Value::instant(date));
  set_due_date(books, header);
  if (!header.has("InvoiceNumber")) header.set("InvoiceNumber", Value::integer(invoice_number(books, date)));
  header.set("Status", Value::integer(invoice_processed));
  if (moves_stock_now(books, type, StockMoment::printing)) {
    for (const Draft& line : lines) move_line_stock(books, header, line, 1, now);
  }

  Draft entry(table_definition(TableId::sales_entries).type);
  for (const char* const same : {"Currency", "Description", "DueDate", "Journal", "OrderNumber", "PaymentCondition",
                                 "PaymentReference", "YourRef", "InvoiceNumber"}) {
    entry.set(same, header.get(same));
  }
  entry.set("Customer", header.get("InvoiceTo"));
  entry.set("EntryDate", header.get("InvoiceDate"));
  entry.set("EntryNumber", header.get("InvoiceNumber"));
  entry.set("Status", Value::integer(50));
  entry.set("Type", Value::integer(is_credit_note(type) ? 21 : 20));
  entry.set("ReportingYear", Value::integer(period->first));
  entry.set("ReportingPeriod", Value::integer(period->second));
  entry.set_amount("Rate", books.rate(header.get("Currency").as_text()).value_or(Decimal::from_integer(1)));
  entry.set_amount("AmountFC", signed_amount(books, type, header.get("AmountFC").as_decimal()));
  entry.set_amount("VATAmountFC", signed_amount(books, type, header.get("VATAmountFC").as_decimal()));
  const RowNumber entry_row = books.insert(TableId::sales_entries, entry, now);
  for (const Draft& line : lines) {
    Draft entry_line(table_definition(TableId::sales_entry_lines).type);
    for (const char* const same : {"GLAccount", "Description", "VATCode", "VATPercentage", "CostCenter", "CostUnit",
                                   "Quantity", "LineNumber", "Notes", "Project"}) {
      entry_line.set(same, line.get(same));
    }
    entry_line.set_amount("AmountFC", signed_amount(books, type, line.get("AmountFC").as_decimal()));
    entry_line.set_amount("VATAmountFC", signed_amount(books, type, line.get("VATAmountFC").as_decimal()));
    books.insert(TableId::sales_entry_lines, entry_line, now, entry_row);
  }

  Draft receivable(table_definition(TableId::receivables).type);
  for (const char* const same : {"Currency", "Description", "DueDate", "InvoiceDate", "InvoiceNumber", "Journal",
                                 "OrderNumber", "PaymentCondition", "PaymentReference", "YourRef"}) {
    receivable.set(same, header.get(same));
  }
  receivable.set("Account", header.get("InvoiceTo"));
  receivable.set("EntryDate", header.get("InvoiceDate"));
  receivable.set("EntryNumber", header.get("InvoiceNumber"));
  receivable.set("EntryID", Value::reference(TableId::sales_entries, entry_row));
  receivable.set_amount("AmountFC", signed_amount(books, type, header.get("AmountFC").as_decimal()));
  receivable.set("IsFullyPaid", Value::boolean(false));
  receivable.set("Status", Value::integer(20));
  receivable.set_amount("RateFC", entry.get("Rate").as_decimal());
  books.insert(TableId::receivables, receivable, now);

  Draft document(table_definition(TableId::documents).type);
  document.set("Subject", document.own_text("Invoice " + std::to_string(header.get("InvoiceNumber").as_integer())));
  document.set("Type", Value::integer(10));
  document.set("Account", header.get("InvoiceTo"));
  document.set("DocumentDate", header.get("InvoiceDate"));
  document.set("SalesInvoiceNumber", header.get("InvoiceNumber"));
  document.set("HID", Value::integer(books.next_number("document", 1)));
  document.set("HasEmptyBody", Value::boolean(true));
  header.set("Document", Value::reference(TableId::documents, books.insert(TableId::documents, document, now)));

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
