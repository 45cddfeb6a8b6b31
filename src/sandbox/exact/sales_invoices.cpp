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

Decimal signed_amount(const Administration& books, std::int64_t type, Decimal amount) {
  const bool reversed = is_credit_note(type) && books.switches().credit_note_sign == CreditNoteSign::positive;
  return reversed ? -amount : amount;
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

void set_due_date(const Administration& books, Draft& header) {
  const RowNumber condition = books.find_code(TableId::payment_conditions, header.get("PaymentCondition").as_text());
  std::int64_t days = 30;
  if (condition != no_row) days = books.table(TableId::payment_conditions).get(condition, "PaymentDays").as_integer();
  header.set("DueDate", Value::instant(header.get("InvoiceDate").as_instant() + std::chrono::days{days}));
}

std::int64_t take_invoice_number(Administration& books, domain::UtcTime date) {
  const int year = static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(date)}.year());
  return books.next_number("invoice" + std::to_string(year), (year % 100) * std::int64_t{10'000'000} + 1);
}

void move_line_stock(Administration& books, const Draft& header, const Draft& line, StockMoment moment, int direction,
                     domain::UtcTime now) {
  const std::int64_t type = header.get("Type").as_integer();
  if (!is_direct(type) || books.switches().direct_invoice_stock != moment) return;
  const RowNumber item = books.find(TableId::items, line.get("Item"));
  const RowNumber warehouse = books.find(TableId::warehouses, header.get("Warehouse"));
  if (item == no_row || warehouse == no_row) return;
  const Decimal sold = signed_amount(books, type, line.get("Quantity").as_decimal());
  books.move_stock(item, warehouse, direction > 0 ? -sold : sold, now);
}

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
  // Not the sales orders' numbers: both begin at one, and tell nothing of each other.
  if (!header.has("OrderNumber")) header.set("OrderNumber", Value::integer(books.next_number("invoice order", 1)));
  if (books.switches().invoice_number == NumberMoment::entry) {
    header.set("InvoiceNumber", Value::integer(take_invoice_number(books, now)));
  }
  header.set("Status", Value::integer(invoice_open));
  header.set("DiscountType", Value::integer(1));
  const RowNumber invoice = books.insert(TableId::sales_invoices, header, now);
  std::int64_t number = 0;
  for (Draft& line : lines) {
    line.set("LineNumber", Value::integer(++number));
    books.insert(TableId::sales_invoice_lines, line, now, invoice);
    move_line_stock(books, header, line, StockMoment::entry, 1, now);
  }
  return invoice;
}

void remove_invoice(Administration& books, RowNumber invoice, domain::UtcTime now) {
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  for (const Draft& line : stored_lines(books, TableId::sales_invoices, invoice)) {
    move_line_stock(books, header, line, StockMoment::entry, -1, now);
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
  move_line_stock(books, header, call.draft, StockMoment::entry, 1, call.now);
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
  move_line_stock(books, header, before, StockMoment::entry, -1, call.now);
  move_line_stock(books, header, call.draft, StockMoment::entry, 1, call.now);
  books.update(TableId::sales_invoice_lines, call.row, call.draft, call.now);
  recalculate(books, invoice, call.now);
  return {};
}

Outcome delete_sales_invoice_line(Call& call) {
  Administration& books = call.books;
  const RowNumber invoice = books.table(TableId::sales_invoice_lines).parent(call.row);
  if (refuse_processed(call, invoice)) return {};
  const Draft header = books.table(TableId::sales_invoices).draft(invoice);
  move_line_stock(books, header, call.draft, StockMoment::entry, -1, call.now);
  books.erase(TableId::sales_invoice_lines, call.row, call.now);
  recalculate(books, invoice, call.now);
  return {};
}

}  // namespace connector::sandbox::exact
