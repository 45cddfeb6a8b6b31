#include "goods_deliveries.h"

#include "entity_text.h"
#include "exact/answers.h"
#include "exact/resources.h"

namespace connector::contract {

std::string goods_delivery_body(const GoodsDelivery& delivery) {
  EntityText text;
  text.date("DeliveryDate", delivery.delivery_date).text("Description", delivery.description);
  text.text("TrackingNumber", delivery.tracking_number);
  json::Array lines;
  for (const GoodsDeliveryLine& line : delivery.lines) {
    EntityText part;
    part.text("SalesOrderLineID", line.sales_order_line).amount("QuantityDelivered", line.quantity);
    lines.push_back(part.text("TrackingNumber", line.tracking_number).value());
  }
  return text.list("GoodsDeliveryLines", std::move(lines)).body();
}

domain::Result<GoodsDeliveryRecord> read_goods_delivery(const json::Value& row) {
  GoodsDeliveryRecord record;
  record.id = row["EntryID"].text_or("");
  if (record.id.empty()) return domain::fail(domain::Cause::malformed_response, "a delivery of Exact's has no id");
  record.number = exact::read_code(row["DeliveryNumber"]);
  record.description = row["Description"].text_or("");
  record.delivery_date = exact::read_date(row["DeliveryDate"]);
  return record;
}

exact::ODataQuery goods_deliveries_by_description(std::string_view description) {
  exact::ODataQuery query(exact::resources::goods_deliveries);
  query.select({"EntryID", "DeliveryNumber", "Description", "DeliveryDate"});
  return query.filter(exact::ODataFilter::equals("Description", description));
}

}  // namespace connector::contract
