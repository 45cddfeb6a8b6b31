#include "sandbox/exact/sales_orders.h"

#include <algorithm>

#include "sandbox/exact/sales_documents.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

void check_warehouse(const Administration& books, Problems& problems, const Draft& header) {
  if (!header.has("WarehouseID")) return;
  if (books.switches().edition != Edition::trade) {
    problems.add(Complaint::not_allowed, Term::warehouse);
  } else if (books.find(TableId::warehouses, header.get("WarehouseID")) == no_row) {
    problems.add(Complaint::invalid_reference, Term::warehouse);
  }
}

void check_order_number(const Administration& books, Problems& problems, const Draft& header, RowNumber own) {
  if (!header.has("OrderNumber")) return;
  const Table& orders = books.table(TableId::sales_orders);
  const PropertyIndex property = orders.type().index("OrderNumber");
  std::vector<RowNumber> rows;
  orders.candidates(property, header.get("OrderNumber"), rows);
  for (const RowNumber row : rows) {
    if (row != own && orders.get(row, property).as_integer() == header.get("OrderNumber").as_integer()) {
      return problems.add(Complaint::already_exists, Term::order_number);
    }
  }
}

/// What is still to be delivered of a line, as planned stock.
void plan(Administration& books, RowNumber order, const Draft& line, int direction, domain::UtcTime now) {
  const RowNumber item = books.find(TableId::items, line.get("Item"));
  const RowNumber warehouse = order_warehouse(books, order);
  if (item == no_row || warehouse == no_row) return;
  const Decimal open = line.get("Quantity").as_decimal() - line.get("QuantityDelivered").as_decimal();
  books.plan_stock_out(item, warehouse, direction > 0 ? open : -open, now);
}

void recalculate_order(Administration& books, RowNumber order, domain::UtcTime now) {
  Draft header = books.table(TableId::sales_orders).draft(order);
  complete_totals(header, stored_lines(books, TableId::sales_orders, order), "VATAmount");
  books.update(TableId::sales_orders, order, header, now);
  refresh_order_status(books, order, now);
}

bool has_progress(const Administration& books, RowNumber order) {
  const auto lines = stored_lines(books, TableId::sales_orders, order);
  return std::any_of(lines.begin(), lines.end(), [](const Draft& line) {
    return !line.get("QuantityDelivered").as_decimal().is_zero() ||
           !line.get("QuantityInvoiced").as_decimal().is_zero();
  });
}

std::int64_t overall(const std::vector<Draft>& lines, std::string_view property) {
  bool any = false;
  bool all = true;
  for (const Draft& line : lines) {
    const Decimal done = line.get(property).as_decimal();
    any |= !done.is_zero();
    all &= done.abs() >= line.get("Quantity").as_decimal().abs();
  }
  return all && !lines.empty() ? order_complete : any ? order_partial : order_open;
}

}  // namespace

RowNumber order_warehouse(const Administration& books, RowNumber order) {
  const RowNumber own = books.find(TableId::warehouses, books.table(TableId::sales_orders).get(order, "WarehouseID"));
  return own != no_row ? own : books.main_warehouse();
}

void refresh_order_status(Administration& books, RowNumber order, domain::UtcTime now) {
  Draft header = books.table(TableId::sales_orders).draft(order);
  if (header.get("Status").as_integer() == order_cancelled) return;
  const std::vector<Draft> lines = stored_lines(books, TableId::sales_orders, order);
  const std::int64_t delivered = overall(lines, "QuantityDelivered");
  const std::int64_t invoiced = overall(lines, "QuantityInvoiced");
  header.set("DeliveryStatus", Value::integer(delivered));
  header.set("InvoiceStatus", Value::integer(invoiced));
  const bool complete = delivered == order_complete && invoiced == order_complete;
  const bool untouched = delivered == order_open && invoiced == order_open;
  header.set("Status", Value::integer(complete ? order_complete : untouched ? order_open : order_partial));
  books.update(TableId::sales_orders, order, header, now);
}

void cancel_order(Administration& books, RowNumber order, domain::UtcTime now) {
  for (const Draft& line : stored_lines(books, TableId::sales_orders, order)) plan(books, order, line, -1, now);
  Draft header = books.table(TableId::sales_orders).draft(order);
  for (const char* const status : {"Status", "DeliveryStatus", "InvoiceStatus"}) {
    header.set(status, Value::integer(order_cancelled));
  }
  books.update(TableId::sales_orders, order, header, now);
  books.touch_lines(TableId::sales_orders, order, now);
}

Outcome create_sales_order(Call& call) {
  Administration& books = call.books;
  Draft& header = call.draft;
  complete_parties(books, call.problems, header);
  check_warehouse(books, call.problems, header);
  check_order_number(books, call.problems, header, no_row);
  if (call.lines.empty()) call.problems.add(Complaint::mandatory, Term::lines);
  for (Draft& line : call.lines) complete_line(books, call.problems, header, line, SalesDocument::order);
  if (call.problems.any()) return {};

  complete_totals(header, call.lines, "VATAmount");
  header.set_if_absent("OrderDate", Value::instant(day_of(call.now)));
  header.set_if_absent("DeliveryDate", header.get("OrderDate"));
  if (!header.has("OrderNumber")) header.set("OrderNumber", Value::integer(books.next_number("order", 1)));
  for (const char* const status : {"Status", "DeliveryStatus", "InvoiceStatus"}) {
    header.set(status, Value::integer(order_open));
  }
  header.set("ApprovalStatus", Value::integer(0));
  const RowNumber order = books.insert(TableId::sales_orders, header, call.now);
  std::int64_t number = 0;
  for (Draft& line : call.lines) {
    line.set("LineNumber", Value::integer(++number));
    line.set_if_absent("DeliveryDate", header.get("DeliveryDate"));
    line.set_amount("QuantityDelivered", {});
    line.set_amount("QuantityInvoiced", {});
    books.insert(TableId::sales_order_lines, line, call.now, order);
    plan(books, order, line, 1, call.now);
  }
  return Outcome{Outcome::Kind::created, order, {}};
}

Outcome update_sales_order(Call& call) {
  Administration& books = call.books;
  if (call.draft.get("Status").as_integer() >= order_complete) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  complete_parties(books, call.problems, call.draft);
  check_warehouse(books, call.problems, call.draft);
  check_order_number(books, call.problems, call.draft, call.row);
  if (call.problems.any()) return {};
  const std::vector<Draft> lines = stored_lines(books, TableId::sales_orders, call.row);
  for (const Draft& line : lines) plan(books, call.row, line, -1, call.now);
  complete_totals(call.draft, lines, "VATAmount");
  books.update(TableId::sales_orders, call.row, call.draft, call.now);
  for (const Draft& line : lines) plan(books, call.row, line, 1, call.now);
  books.touch_lines(TableId::sales_orders, call.row, call.now);
  return {};
}

Outcome delete_sales_order(Call& call) {
  Administration& books = call.books;
  if (has_progress(books, call.row)) {
    call.problems.add(Complaint::in_use, Term::sales_order);
    return {};
  }
  if (call.draft.get("Status").as_integer() != order_cancelled) {
    for (const Draft& line : stored_lines(books, TableId::sales_orders, call.row)) {
      plan(books, call.row, line, -1, call.now);
    }
  }
  books.erase(TableId::sales_orders, call.row, call.now);
  return {};
}

Outcome create_sales_order_line(Call& call) {
  Administration& books = call.books;
  const RowNumber order = books.find(TableId::sales_orders, call.draft.get("OrderID"));
  if (order == no_row) {
    call.problems.add(call.draft.has("OrderID") ? Complaint::invalid_reference : Complaint::mandatory,
                      Term::sales_order);
    return {};
  }
  const Draft header = books.table(TableId::sales_orders).draft(order);
  if (header.get("Status").as_integer() >= order_complete) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  complete_line(books, call.problems, header, call.draft, SalesDocument::order);
  if (call.problems.any()) return {};
  std::int64_t number = 1;
  for (const Draft& line : stored_lines(books, TableId::sales_orders, order)) {
    number = std::max(number, line.get("LineNumber").as_integer() + 1);
  }
  call.draft.set("LineNumber", Value::integer(number));
  call.draft.set_if_absent("DeliveryDate", header.get("DeliveryDate"));
  call.draft.set_amount("QuantityDelivered", {});
  call.draft.set_amount("QuantityInvoiced", {});
  const RowNumber row = books.insert(TableId::sales_order_lines, call.draft, call.now, order);
  plan(books, order, call.draft, 1, call.now);
  recalculate_order(books, order, call.now);
  return Outcome{Outcome::Kind::created, row, {}};
}

Outcome update_sales_order_line(Call& call) {
  Administration& books = call.books;
  const Table& lines = books.table(TableId::sales_order_lines);
  const RowNumber order = lines.parent(call.row);
  const Draft header = books.table(TableId::sales_orders).draft(order);
  const Draft before = lines.draft(call.row);
  if (header.get("Status").as_integer() >= order_complete) {
    call.problems.add(already_processed(call.problems.language()));
    return {};
  }
  if (!call.body.contains("NetPrice") && (call.body.contains("UnitPrice") || call.body.contains("Discount"))) {
    call.draft.set("NetPrice", {});
  }
  if (call.body.contains("NetPrice") && !call.body.contains("UnitPrice")) call.draft.set("UnitPrice", {});
  if (!call.body.contains("VATAmount")) call.draft.set("VATAmount", {});
  if (!call.body.contains("VATPercentage")) call.draft.set("VATPercentage", {});
  complete_line(books, call.problems, header, call.draft, SalesDocument::order);
  if (call.draft.get("Quantity").as_decimal().abs() < before.get("QuantityDelivered").as_decimal().abs()) {
    call.problems.add(Complaint::invalid, Term::quantity);
  }
  if (call.problems.any()) return {};
  plan(books, order, before, -1, call.now);
  plan(books, order, call.draft, 1, call.now);
  books.update(TableId::sales_order_lines, call.row, call.draft, call.now);
  recalculate_order(books, order, call.now);
  return {};
}

Outcome delete_sales_order_line(Call& call) {
  Administration& books = call.books;
  const RowNumber order = books.table(TableId::sales_order_lines).parent(call.row);
  if (!call.draft.get("QuantityDelivered").as_decimal().is_zero() ||
      !call.draft.get("QuantityInvoiced").as_decimal().is_zero()) {
    call.problems.add(Complaint::in_use, Term::sales_order_line);
    return {};
  }
  plan(books, order, call.draft, -1, call.now);
  books.erase(TableId::sales_order_lines, call.row, call.now);
  recalculate_order(books, order, call.now);
  return {};
}

Outcome create_printed_sales_order(Call& call) {
  const RowNumber order = call.books.find(TableId::sales_orders, call.draft.get("OrderId"));
  if (order == no_row) {
    call.problems.add(call.draft.has("OrderId") ? Complaint::invalid_reference : Complaint::mandatory,
                      Term::sales_order);
    return {};
  }
  if (call.draft.has("DocumentLayout") &&
      call.books.find(TableId::layouts, call.draft.get("DocumentLayout")) == no_row) {
    call.problems.add(Complaint::invalid_reference, Term::layout);
    return {};
  }
  const bool dutch = call.problems.language() == Language::dutch;
  Outcome outcome{Outcome::Kind::created_elsewhere, no_row, json::Value{json::Object{}}};
  for (const Property& property : call.draft.type().properties()) outcome.answer.set(property.name, nullptr);
  outcome.answer.set("OrderId", to_string(call.books.guid(Reference{TableId::sales_orders, order})));
  outcome.answer.set("Division", call.books.code());
  outcome.answer.set("DocumentCreationSuccess", dutch ? "Document aangemaakt" : "Document created");
  outcome.answer.set("SendEmailToCustomer", call.draft.get("SendEmailToCustomer").as_boolean());
  return outcome;
}

}  // namespace connector::sandbox::exact
