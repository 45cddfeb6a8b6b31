#include "sandbox/exact/goods_deliveries.h"

#include <map>
#include <set>

#include "sandbox/exact/sales_orders.h"

namespace connector::sandbox::exact {
namespace {

using domain::Decimal;

void check_stock(const Administration& books, Problems& problems,
                 const std::map<std::pair<RowNumber, RowNumber>, Decimal>& wanted) {
  if (books.switches().negative_stock) return;
  for (const auto& [place, quantity] : wanted) {
    const auto& [item, warehouse] = place;
    if (!books.table(TableId::items).get(item, "IsStockItem").as_boolean()) continue;
    const RowNumber row = books.find_stock_row(item, warehouse);
    const Decimal current =
        row == no_row ? Decimal{} : books.table(TableId::item_warehouses).get(row, "CurrentStock").as_decimal();
    if (quantity > current) problems.add(Complaint::not_in_stock, Term::item);
  }
}

}  // namespace

Outcome create_goods_delivery(Call& call) {
  Administration& books = call.books;
  const Table& order_lines = books.table(TableId::sales_order_lines);
  if (!call.draft.has("DeliveryDate")) call.problems.add(Complaint::mandatory, Term::delivery_date);
  if (call.lines.empty()) call.problems.add(Complaint::mandatory, Term::lines);

  std::vector<RowNumber> delivered;
  std::map<RowNumber, Decimal> per_order_line;
  std::map<std::pair<RowNumber, RowNumber>, Decimal> per_place;
  std::set<RowNumber> orders;
  Value account;
  for (Draft& line : call.lines) {
    const RowNumber order_line = books.find(TableId::sales_order_lines, line.get("SalesOrderLineID"));
    delivered.push_back(order_line);
    if (order_line == no_row) {
      call.problems.add(line.has("SalesOrderLineID") ? Complaint::invalid_reference : Complaint::mandatory,
                        Term::sales_order_line);
      continue;
    }
    const RowNumber order = order_lines.parent(order_line);
    const Draft header = books.table(TableId::sales_orders).draft(order);
    if (header.get("Status").as_integer() == order_cancelled) {
      call.problems.add(Complaint::not_allowed, Term::sales_order);
    }
    if (account.is_null()) account = header.get("DeliverTo");
    if (account.as_reference() != header.get("DeliverTo").as_reference()) {
      call.problems.add(Complaint::invalid, Term::deliver_to);
    }
    const Decimal ordered = order_lines.get(order_line, "Quantity").as_decimal();
    line.set_if_absent("QuantityDelivered", Value::decimal(ordered));
    const Decimal quantity = line.get("QuantityDelivered").as_decimal();
    Decimal& total = per_order_line[order_line];
    total += quantity;
    const Decimal open = ordered - order_lines.get(order_line, "QuantityDelivered").as_decimal();
    if (quantity.is_zero() || quantity.is_negative() != ordered.is_negative() || total.abs() > open.abs()) {
      call.problems.add(Complaint::invalid, Term::quantity);
    }
    const RowNumber item = books.find(TableId::items, order_lines.get(order_line, "Item"));
    if (item != no_row) per_place[{item, order_warehouse(books, order)}] += quantity;
    orders.insert(order);
  }
  if (call.problems.any()) return {};
  check_stock(books, call.problems, per_place);
  if (call.problems.any()) return {};

  Draft& header = call.draft;
  const std::int64_t number = books.next_number("delivery", 1);
  const RowNumber warehouse = order_warehouse(books, *orders.begin());
  header.set("DeliveryNumber", Value::integer(number));
  header.set("EntryNumber", Value::integer(books.next_number("delivery entry", 60'000'001)));
  header.set("DeliveryAccount", account);
  header.set("DeliveryAddress", books.table(TableId::sales_orders).get(*orders.begin(), "DeliveryAddress"));
  if (warehouse != no_row) header.set("Warehouse", Value::reference(TableId::warehouses, warehouse));
  const RowNumber delivery = books.insert(TableId::goods_deliveries, header, call.now);
  std::int64_t line_number = 0;
  for (std::size_t i = 0; i < call.lines.size(); ++i) {
    Draft& line = call.lines[i];
    const RowNumber order_line = delivered[i];
    const RowNumber order = order_lines.parent(order_line);
    const Decimal quantity = line.get("QuantityDelivered").as_decimal();
    Draft changed = order_lines.draft(order_line);
    line.set("LineNumber", Value::integer(++line_number));
    line.set("Item", changed.get("Item"));
    line.set("DeliveryDate", header.get("DeliveryDate"));
    line.set("QuantityOrdered", changed.get("Quantity"));
    line.set("SalesOrderLineNumber", changed.get("LineNumber"));
    line.set("SalesOrderNumber", books.table(TableId::sales_orders).get(order, "OrderNumber"));
    line.set("Unitcode", changed.get("UnitCode"));
    line.set_if_absent("Description", changed.get("Description"));
    line.set_if_absent("TrackingNumber", header.get("TrackingNumber"));
    books.insert(TableId::goods_delivery_lines, line, call.now, delivery);
    changed.set_amount("QuantityDelivered", changed.get("QuantityDelivered").as_decimal() + quantity);
    const RowNumber item = books.find(TableId::items, changed.get("Item"));
    books.update(TableId::sales_order_lines, order_line, changed, call.now);
    const RowNumber from = order_warehouse(books, order);
    if (item != no_row && from != no_row) {
      books.move_stock(item, from, -quantity, call.now);
      books.plan_stock_out(item, from, -quantity, call.now);
    }
  }
  for (const RowNumber order : orders) refresh_order_status(books, order, call.now);
  return Outcome{Outcome::Kind::created, delivery, {}};
}

Outcome update_goods_delivery(Call& call) {
  call.books.update(TableId::goods_deliveries, call.row, call.draft, call.now);
  return {};
}

Outcome update_goods_delivery_line(Call& call) {
  call.books.update(TableId::goods_delivery_lines, call.row, call.draft, call.now);
  return {};
}

}  // namespace connector::sandbox::exact
