#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/order_payload.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

domain::UtcTime time_of(const json::Value& value) {
  return domain::from_epoch_milliseconds(value.integer().value_or(0));
}

Decimal amount_of(const json::Value& money) { return money["amount"].decimal().value_or(Decimal{}); }

/// Tells a member that is null from one that is missing.
Presence presence_of(const json::Value& object, std::string_view name) {
  if (!object.contains(name)) return Presence::absent;
  return object[name].is_null() ? Presence::null : Presence::present;
}

std::optional<Status> status_of(std::string_view text) {
  for (std::size_t index = 0; index < status_count; ++index) {
    if (word(static_cast<Status>(index)) == text) return static_cast<Status>(index);
  }
  return std::nullopt;
}

Charge read_charge(const json::Value& payload, std::int64_t factor) {
  Charge charge;
  charge.type = payload["chargeType"].text_or("");
  charge.name = payload["chargeName"].text_or("");
  charge.amount = amount_of(payload["chargeAmount"]) * Decimal::from_integer(factor);
  charge.tax_presence = presence_of(payload, "tax");
  charge.tax_name = payload["tax"]["taxName"].text_or("");
  charge.tax = amount_of(payload["tax"]["taxAmount"]) * Decimal::from_integer(factor);
  return charge;
}

Refund read_refund(const json::Value& payload, domain::UtcTime time) {
  Refund refund;
  refund.id = payload["refundId"].text_or("");
  refund.comments = payload["refundComments"].text_or("");
  refund.time = time;
  for (const json::Value& entry : payload["refundCharges"]["refundCharge"].array()) {
    const Charge charge = read_charge(entry["charge"], 1);
    refund.charges.push_back(RefundCharge{entry["refundReason"].text_or(""), charge.type, charge.name,
                                          charge.amount.abs(), charge.tax_presence, charge.tax_name, charge.tax.abs()});
  }
  return refund;
}

std::shared_ptr<const Tracking> read_tracking(const json::Value& payload) {
  if (!payload.is_object()) return nullptr;
  auto tracking = std::make_shared<Tracking>();
  tracking->ship_time = time_of(payload["shipDateTime"]);
  tracking->carrier = payload["carrierName"]["carrier"].text_or("");
  tracking->other_carrier = payload["carrierName"]["otherCarrier"].text_or("");
  tracking->method = payload["methodCode"].text_or("");
  tracking->number = payload["trackingNumber"].text_or("");
  tracking->url = payload["trackingURL"].text_or("");
  return tracking;
}

domain::Result<Line> read_line(const json::Value& payload, const std::string& order, const Switches& switches) {
  const auto bad = [&order](std::string_view name) {
    return domain::fail(domain::Cause::bad_input, fmt::format("order {}: {} is missing or wrong", order, name));
  };
  Line line;
  line.number = payload["lineNumber"].text_or("");
  if (line.number.empty()) return bad("lineNumber");
  line.sku = payload["item"]["sku"].text_or("");
  if (line.sku.empty()) return bad("item.sku");
  line.product_name = payload["item"]["productName"].text_or("");
  const auto quantity = payload["orderLineQuantity"]["amount"].integer();
  if (!quantity || *quantity < 1 || *quantity > 1'000'000) return bad("orderLineQuantity.amount");
  line.quantity = *quantity;
  line.unit = payload["orderLineQuantity"]["unitOfMeasurement"].text_or("EACH");
  line.status_time = time_of(payload["statusDate"]);
  line.return_order_id = payload["returnOrderId"].text_or("");
  line.seller_order_id = payload["sellerOrderId"].text_or("");
  line.intent_to_cancel = !payload["intentToCancel"].text_or("").empty();
  const std::int64_t factor = switches.charge_amount == "per_unit" ? line.quantity : 1;
  for (const json::Value& entry : payload["charges"]["charge"].array()) {
    line.charges.push_back(read_charge(entry, factor));
    if (line.currency.empty()) line.currency = entry["chargeAmount"]["currency"].text_or("");
  }
  if (line.currency.empty()) line.currency = "USD";
  for (const json::Value& entry : payload["orderLineStatuses"]["orderLineStatus"].array()) {
    const auto status = status_of(entry["status"].string());
    const auto units = entry["statusQuantity"]["amount"].integer();
    if (!status || !units || *units < 1) return bad("orderLineStatus");
    Portion portion;
    portion.status = *status;
    portion.quantity = *units;
    portion.cancellation_reason = entry["cancellationReason"].text_or("");
    portion.tracking = read_tracking(entry["trackingInfo"]);
    portion.loaded = entry;
    line.portions.push_back(std::move(portion));
  }
  if (payload["refund"].is_object()) line.refunds.push_back(read_refund(payload["refund"], line.status_time));
  return line;
}

}  // namespace

domain::Result<Order> read_order(const json::Value& payload, const Switches& switches) {
  Order order;
  order.loaded = &payload;
  order.purchase_order_id = payload["purchaseOrderId"].text_or("");
  if (order.purchase_order_id.empty()) return domain::fail(domain::Cause::bad_input, "purchaseOrderId is missing");
  const auto bad = [&order](std::string_view name) {
    return domain::fail(domain::Cause::bad_input,
                        fmt::format("order {}: {} is missing or wrong", order.purchase_order_id, name));
  };
  order.customer_order_id = payload["customerOrderId"].text_or("");
  if (order.customer_order_id.empty()) return bad("customerOrderId");
  if (!payload["orderDate"].integer()) return bad("orderDate");
  order.created = time_of(payload["orderDate"]);
  order.email = payload["customerEmailId"].text_or("");
  order.is_replacement = payload["orderType"].string() == "REPLACEMENT";
  order.original_customer_order_id = payload["originalCustomerOrderID"].text_or("");
  const json::Value& shipping = payload["shippingInfo"];
  order.phone = shipping["phone"].text_or("");
  order.method = shipping["methodCode"].text_or("");
  order.ship_by = shipping["estimatedShipDate"].integer() ? time_of(shipping["estimatedShipDate"]) : order.created;
  order.deliver_by =
      shipping["estimatedDeliveryDate"].integer() ? time_of(shipping["estimatedDeliveryDate"]) : order.created;
  const json::Value& address = shipping["postalAddress"];
  order.address.name = address["name"].text_or("");
  order.address.city = address["city"].text_or("");
  order.address.state = address["state"].text_or("");
  order.address.postal_code = address["postalCode"].text_or("");
  const std::string node_type = payload["shipNode"]["type"].text_or("SellerFulfilled");
  if (node_type == "WFSFulfilled") order.node_type = NodeType::walmart;
  if (node_type == "3PLFulfilled") order.node_type = NodeType::third_party;
  order.node_id = payload["shipNode"]["id"].text_or("");
  order.node_name = payload["shipNode"]["name"].text_or("");
  if (payload["orderLines"]["orderLine"].array().empty()) return bad("orderLines.orderLine");
  for (const json::Value& entry : payload["orderLines"]["orderLine"].array()) {
    auto line = read_line(entry, order.purchase_order_id, switches);
    if (!line) return domain::fail(line.error());
    order.lines.push_back(std::move(*line));
  }
  for (const char letter : order.purchase_order_id) order.hash = mixed(order.hash, static_cast<unsigned char>(letter));
  return order;
}

}  // namespace connector::sandbox::walmart
