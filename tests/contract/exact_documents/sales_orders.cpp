#include "sales_orders.h"

#include "entity_text.h"
#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::contract {

using domain::Cause;
using domain::Decimal;
using domain::fail;

namespace {

json::Value line_of(const SalesOrderLine& line) {
  EntityText text;
  text.text("Item", line.item).text("Description", line.description).amount("Quantity", line.quantity);
  text.amount("UnitPrice", line.unit_price).amount("NetPrice", line.net_price).text("VATCode", line.vat_code);
  text.text("CostCenter", line.cost_center).text("CostUnit", line.cost_unit);
  return text.value();
}

}  // namespace

std::string sales_order_body(const SalesOrder& order) {
  EntityText text;
  text.text("OrderedBy", order.ordered_by).text("YourRef", order.your_ref).text("Description", order.description);
  text.date("OrderDate", order.order_date).date("DeliveryDate", order.delivery_date);
  text.text("Currency", order.currency).text("WarehouseID", order.warehouse);
  json::Array lines;
  for (const SalesOrderLine& line : order.lines) lines.push_back(line_of(line));
  return text.list("SalesOrderLines", std::move(lines)).body();
}

std::string sales_order_line_quantity_body(Decimal quantity) {
  return EntityText().amount("Quantity", quantity).body();
}

domain::Result<SalesOrderRecord> read_sales_order(const json::Value& row) {
  SalesOrderRecord record;
  record.id = row["OrderID"].text_or("");
  if (record.id.empty()) return fail(Cause::malformed_response, "a sales order of Exact's has no id");
  record.number = exact::read_code(row["OrderNumber"]);
  record.your_ref = row["YourRef"].text_or("");
  record.currency = exact::read_code(row["Currency"]);
  record.status = row["Status"].integer().value_or(0);
  record.amount = row["AmountFC"].decimal();
  record.amount_excluding_vat = row["AmountFCExclVat"].decimal();
  return record;
}

domain::Result<SalesOrderLineRecord> read_sales_order_line(const json::Value& row) {
  SalesOrderLineRecord record;
  record.id = row["ID"].text_or("");
  const auto quantity = row["Quantity"].decimal();
  if (record.id.empty() || !quantity) {
    return fail(Cause::malformed_response, "a sales order line of Exact's has no id or no quantity");
  }
  record.line_number = row["LineNumber"].integer().value_or(0);
  record.item = row["Item"].text_or("");
  record.quantity = *quantity;
  record.delivered = row["QuantityDelivered"].decimal().value_or(Decimal());
  record.invoiced = row["QuantityInvoiced"].decimal().value_or(Decimal());
  record.net_price = row["NetPrice"].decimal();
  return record;
}

exact::ODataQuery sales_order_lines_of(std::string_view order_id) {
  exact::ODataQuery query(exact::resources::sales_order_lines);
  query.select({"ID", "LineNumber", "Item", "Quantity", "QuantityDelivered", "QuantityInvoiced", "NetPrice"});
  return query.filter(exact::ODataFilter::equals_guid("OrderID", order_id));
}

}  // namespace connector::contract
