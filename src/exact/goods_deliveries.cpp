#include "exact/goods_deliveries.h"

#include "exact/entity_text.h"

namespace connector::exact {

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
  record.number = read_code(row["DeliveryNumber"]);
  record.description = row["Description"].text_or("");
  record.delivery_date = read_date(row["DeliveryDate"]);
  return record;
}

ODataQuery goods_deliveries_by_description(std::string_view description) {
  ODataQuery query(goods_deliveries_resource);
  query.select({"EntryID", "DeliveryNumber", "Description", "DeliveryDate"});
  return query.filter(ODataFilter::equals("Description", description));
}

}  // namespace connector::exact
