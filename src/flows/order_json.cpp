#include "flows/order_json.h"

#include <utility>

#include "flows/json_members.h"

namespace connector::flows {
namespace {

using domain::Charge;
using domain::Error;
using domain::OrderLine;
using domain::OrderRefund;
using domain::PurchaseOrder;
using domain::QuantityStatus;
using json::Value;

Value part_json(const Charge& charge) {
  Value object;
  put(object, "type", charge.type);
  put(object, "name", charge.name);
  put(object, "currency", charge.currency);
  object.set("amount", charge.amount);
  if (charge.tax) object.set("tax", *charge.tax);
  put(object, "tax_name", charge.tax_name);
  return object;
}

Charge charge_from_json(const Value& object, Error& error) {
  const MemberReader member(object, error);
  Charge charge;
  charge.type = member.text("type");
  charge.name = member.text("name");
  charge.currency = member.text("currency");
  charge.amount = member.decimal("amount");
  charge.tax = member.optional_decimal("tax");
  charge.tax_name = member.text("tax_name");
  return charge;
}

Value part_json(const QuantityStatus& status) {
  Value object;
  object.set("status", domain::to_string(status.status));
  put(object, "word", status.word);
  object.set("quantity", status.quantity);
  put(object, "ship_time", status.ship_time);
  put(object, "carrier", status.carrier);
  put(object, "tracking_number", status.tracking_number);
  put(object, "cancellation_reason", status.cancellation_reason);
  return object;
}

QuantityStatus status_from_json(const Value& object, Error& error) {
  const MemberReader member(object, error);
  QuantityStatus status;
  const std::string name = member.text("status");
  status.word = member.text("word");
  if (const auto known = domain::parse_line_status(name)) {
    status.status = *known;
  } else if (status.word.empty()) {
    status.word = name;
  }
  status.quantity = member.decimal("quantity");
  status.ship_time = member.time("ship_time");
  status.carrier = member.text("carrier");
  status.tracking_number = member.text("tracking_number");
  status.cancellation_reason = member.text("cancellation_reason");
  return status;
}

Value part_json(const OrderRefund& refund) {
  Value object;
  put(object, "refund_id", refund.refund_id);
  put(object, "reason", refund.reason);
  object.set("charge", part_json(refund.charge));
  put(object, "seen_at", refund.seen_at);
  return object;
}

Value part_json(const OrderLine& line);
Value part_json(const domain::ReturnedLine& line);

template <class Items>
void put_all(Value& object, std::string_view name, const Items& items) {
  if (items.empty()) return;
  json::Array array;
  for (const auto& item : items) array.push_back(part_json(item));
  object.set(name, std::move(array));
}

Value part_json(const OrderLine& line) {
  Value object;
  object.set("line_number", line.line_number);
  put(object, "sku", line.sku);
  put(object, "product_name", line.product_name);
  object.set("quantity", line.quantity);
  put_all(object, "charges", line.charges);
  put_all(object, "statuses", line.statuses);
  put_all(object, "refunds", line.refunds);
  put(object, "status_time", line.status_time);
  if (line.retraction) {
    Value retraction;
    retraction.set("shipped", line.retraction->shipped);
    retraction.set("cancelled", line.retraction->cancelled);
    put(retraction, "as_of", std::optional(line.retraction->as_of));
    object.set("retraction", std::move(retraction));
  }
  return object;
}

OrderLine line_from_json(const Value& object, Error& error) {
  const MemberReader member(object, error);
  OrderLine line;
  line.line_number = member.text("line_number");
  line.sku = member.text("sku");
  line.product_name = member.text("product_name");
  line.quantity = member.decimal("quantity");
  for (const Value& charge : object["charges"].array()) line.charges.push_back(charge_from_json(charge, error));
  for (const Value& status : object["statuses"].array()) line.statuses.push_back(status_from_json(status, error));
  for (const Value& refund : object["refunds"].array()) {
    const MemberReader refund_member(refund, error);
    line.refunds.push_back({refund_member.text("refund_id"), refund_member.text("reason"),
                            charge_from_json(refund["charge"], error), refund_member.time("seen_at")});
  }
  line.status_time = member.time("status_time");
  if (const Value& retraction = object["retraction"]; retraction.is_object()) {
    const MemberReader part(retraction, error);
    line.retraction = {part.decimal("shipped"), part.decimal("cancelled"),
                       part.time("as_of").value_or(domain::UtcTime{})};
  }
  return line;
}

Value part_json(const domain::ReturnedLine& line) {
  Value object;
  put(object, "return_id", line.return_id);
  put(object, "line_number", line.line_number);
  put(object, "order_line_number", line.order_line_number);
  put(object, "sku", line.sku);
  put(object, "reason", line.reason);
  put(object, "currency", line.currency);
  object.set("quantity", line.quantity);
  object.set("refunded", line.refunded);
  json::Array charges;
  for (const domain::ReturnedCharge& charge : line.charges) {
    Value entry;
    put(entry, "type", charge.type);
    put(entry, "name", charge.name);
    entry.set("amount", charge.amount);
    if (!charge.tax.is_zero()) entry.set("tax", charge.tax);
    charges.push_back(std::move(entry));
  }
  if (!charges.empty()) object.set("charges", std::move(charges));
  if (!line.totals.empty()) {
    Value totals{json::Object{}};
    for (const auto& [name, amount] : line.totals) totals.set(name, amount);
    object.set("totals", std::move(totals));
  }
  object.set("goods_back", line.goods_back);
  put(object, "status", line.status);
  put(object, "refund_time", line.refund_time);
  put(object, "as_of", line.as_of);
  return object;
}

domain::ReturnedLine returned_line_from_json(const Value& object, Error& error) {
  const MemberReader member(object, error);
  domain::ReturnedLine line;
  line.return_id = member.text("return_id");
  line.line_number = member.text("line_number");
  line.order_line_number = member.text("order_line_number");
  line.sku = member.text("sku");
  line.reason = member.text("reason");
  line.currency = member.text("currency");
  line.quantity = member.decimal("quantity");
  line.refunded = member.decimal("refunded");
  for (const Value& charge : object["charges"].array()) {
    const MemberReader part(charge, error);
    line.charges.push_back({part.text("type"), part.text("name"), part.decimal("amount"), part.decimal("tax")});
  }
  for (const auto& [name, amount] : object["totals"].object()) {
    line.totals.emplace(name, amount.decimal().value_or(domain::Decimal()));
  }
  line.goods_back = member.flag("goods_back");
  line.status = member.text("status");
  line.refund_time = member.time("refund_time");
  line.as_of = member.time("as_of");
  return line;
}

}  // namespace

Value to_json(const PurchaseOrder& order) {
  Value object;
  object.set("purchase_order_id", order.purchase_order_id);
  put(object, "customer_order_id", order.customer_order_id);
  put(object, "order_type", order.order_type);
  put(object, "order_time", std::optional(order.order_time));
  put(object, "ship_node", order.ship_node);
  put(object, "ship_node_type", order.ship_node_type);
  put(object, "ship_to_country", order.ship_to_country);
  put(object, "ship_to_state", order.ship_to_state);
  put_all(object, "lines", order.lines);
  put_all(object, "returns", order.returns);
  return object;
}

domain::Result<PurchaseOrder> order_from_json(const Value& value) {
  Error error{domain::Cause::store_failure, ""};
  if (!value.is_object()) return domain::fail(error.cause, "a stored order is no JSON object");
  const MemberReader member(value, error);
  PurchaseOrder order;
  order.purchase_order_id = member.text("purchase_order_id");
  order.customer_order_id = member.text("customer_order_id");
  order.order_type = member.text("order_type");
  order.order_time = member.time("order_time").value_or(domain::UtcTime{});
  order.ship_node = member.text("ship_node");
  order.ship_node_type = member.text("ship_node_type");
  order.ship_to_country = member.text("ship_to_country");
  order.ship_to_state = member.text("ship_to_state");
  for (const Value& line : value["lines"].array()) order.lines.push_back(line_from_json(line, error));
  for (const Value& line : value["returns"].array()) order.returns.push_back(returned_line_from_json(line, error));
  if (!error.message.empty()) {
    return domain::fail(error.cause, "stored order " + order.purchase_order_id + ": " + error.message);
  }
  return order;
}

}  // namespace connector::flows
