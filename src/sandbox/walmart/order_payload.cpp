#include "sandbox/walmart/order_payload.h"

#include <fmt/format.h>

#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/json_text.h"
#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/returns.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

void append_money(JsonText& json, std::string_view name, const std::string& currency, Decimal amount) {
  json.open(name, '{').text("currency", currency).amount("amount", amount).close('}');
}

void append_tax(JsonText& json, Presence presence, const std::string& tax_name, const std::string& currency,
                Decimal amount) {
  if (presence == Presence::absent) return;
  if (presence == Presence::null) {
    json.null("tax");
    return;
  }
  json.open("tax", '{').text("taxName", tax_name.empty() ? "Tax1" : tax_name);
  append_money(json, "taxAmount", currency, amount);
  json.close('}');
}

void append_tracking(JsonText& json, const Tracking& tracking) {
  json.open("trackingInfo", '{').time("shipDateTime", tracking.ship_time).open("carrierName", '{');
  if (!tracking.other_carrier.empty()) json.text("otherCarrier", tracking.other_carrier);
  if (!tracking.carrier.empty()) json.text("carrier", tracking.carrier);
  json.close('}').text("methodCode", tracking.method).text("trackingNumber", tracking.number);
  if (!tracking.url.empty()) json.text("trackingURL", tracking.url);
  json.close('}');
}

void append_portions(JsonText& json, const Line& line) {
  json.open("orderLineStatuses", '{').open("orderLineStatus", '[');
  for (const Portion& portion : line.portions) {
    const std::string quantity = std::to_string(portion.quantity);
    if (!portion.loaded.is_null()) {
      json::Value shown = portion.loaded;
      shown.set("status", word(portion.status));
      if (json::Value* amount = shown.find("statusQuantity")) amount->set("amount", quantity);
      json.value(shown);
      continue;
    }
    json.open('{').text("status", word(portion.status)).open("statusQuantity", '{');
    json.text("unitOfMeasurement", line.unit).text("amount", quantity).close('}');
    if (!portion.cancellation_reason.empty()) json.text("cancellationReason", portion.cancellation_reason);
    if (portion.tracking) append_tracking(json, *portion.tracking);
    if (!portion.return_center.is_null()) json.value("returnCenterAddress", portion.return_center);
    json.close('}');
  }
  json.close(']').close('}');
}

/// One refund object with all charges; several refunds of a line share it.
bool append_refunds(JsonText& json, const Line& line, const Switches& switches) {
  const Refund* last = nullptr;
  for (const Refund& refund : line.refunds) {
    if (!refund.is_of_return || switches.return_refund_in_orders) last = &refund;
  }
  if (last == nullptr) return false;
  json.open("refund", '{');
  if (!last->id.empty()) json.text("refundId", last->id);
  if (!last->comments.empty()) json.text("refundComments", last->comments);
  json.open("refundCharges", '{').open("refundCharge", '[');
  const bool is_negative = switches.refund_sign_in_orders == "negative";
  for (const Refund& refund : line.refunds) {
    if (refund.is_of_return && !switches.return_refund_in_orders) continue;
    for (const RefundCharge& charge : refund.charges) {
      if (charge.type == restocking_fee) continue;
      json.open('{').text("refundReason", charge.reason).open("charge", '{');
      json.text("chargeType", charge.type).text("chargeName", charge.name);
      append_money(json, "chargeAmount", line.currency, is_negative ? -charge.amount : charge.amount);
      append_tax(json, charge.tax_presence, charge.tax_name, line.currency, is_negative ? -charge.tax : charge.tax);
      json.close('}').close('}');
    }
  }
  json.close(']').close('}').close('}');
  return true;
}

void append_charges(JsonText& json, const Line& line, const Switches& switches) {
  json.open("charges", '{').open("charge", '[');
  for (const Charge& charge : line.charges) {
    const Money money = shown(line, charge, switches);
    json.open('{').text("chargeType", charge.type).text("chargeName", charge.name);
    append_money(json, "chargeAmount", line.currency, money.amount);
    append_tax(json, charge.tax_presence, charge.tax_name, line.currency, money.tax);
    json.close('}');
  }
  json.close(']').close('}');
}

void append_line(JsonText& json, const Order& order, const Line& line, OrderDetail detail, const Switches& switches) {
  json.open('{').text("lineNumber", line.number).open("item", '{').text("productName", line.product_name);
  json.text("sku", line.sku);
  if (detail.product_info) {
    json.text("imageUrl", "https://i5.walmartimages.com/asr/" + line.sku + ".jpg").open("weight", '{');
    json.text("value", Decimal::from_units(line.weight_tenths * (Decimal::one / 10)).to_fixed(1));
    json.text("unit", "Pounds").close('}');
  }
  json.close('}');
  append_charges(json, line, switches);
  json.open("orderLineQuantity", '{').text("unitOfMeasurement", line.unit);
  json.text("amount", std::to_string(line.quantity)).close('}').time("statusDate", line.status_time);
  append_portions(json, line);
  if (!line.return_order_id.empty()) json.text("returnOrderId", line.return_order_id);
  if (line.return_order_id.empty() && order.habits.null_members) json.null("returnOrderId");
  const bool has_refund = append_refunds(json, line, switches);
  if (!has_refund && order.habits.null_members)
    json.null("refund").null("originalCarrierMethod").null("referenceLineId");
  json.open("fulfillment", '{').text("fulfillmentOption", "S2H");
  json.text("shipMethod", order.method == "Value" ? "VALUE" : order.method == "Standard" ? "STANDARD" : "EXPEDITED");
  if (order.habits.null_members) json.null("storeId");
  json.time("pickUpDateTime", order.deliver_by);
  if (order.method == "OneDay") json.text("shippingProgramType", "ONE_DAY");
  if (order.method == "Express") json.text("shippingProgramType", "TWO_DAY");
  json.close('}');
  if (line.intent_to_cancel) json.text("intentToCancel", "CANCEL");
  if (!line.seller_order_id.empty()) json.text("sellerOrderId", line.seller_order_id);
  if (order.habits.unknown_members) json.open("lineAttributes", '{').flag("giftWrapped", false).close('}');
  json.close('}');
}

void append_shipping_info(JsonText& json, const Order& order) {
  const Address& address = order.address;
  json.open("shippingInfo", '{');
  if (!order.habits.no_phone) json.text("phone", order.phone);
  const std::uint8_t open = bit(Status::created) | bit(Status::acknowledged);
  if (!order.habits.no_estimates_when_shipped || (order.status_mask() & open) != 0) {
    json.time("estimatedDeliveryDate", order.deliver_by).time("estimatedShipDate", order.ship_by);
  }
  json.text("methodCode", order.method).open("postalAddress", '{').text("name", address.name);
  json.text("address1", address.address1);
  if (address.address2_presence == Presence::present) json.text("address2", address.address2);
  if (address.address2_presence == Presence::null) json.null("address2");
  json.text("city", address.city).text("state", address.state).text("postalCode", address.postal_code);
  json.text("country", address.country).text("addressType", address.type).close('}').close('}');
}

void append_generated(std::string& out, const Order& order, OrderDetail detail, const Switches& switches) {
  JsonText json(out);
  json.open('{').text("purchaseOrderId", order.purchase_order_id).text("customerOrderId", order.customer_order_id);
  json.text("customerEmailId", order.email);
  if (detail.replacement_info) {
    json.text("orderType", order.is_replacement ? "REPLACEMENT" : "REGULAR");
    if (order.is_replacement) json.text("originalCustomerOrderID", order.original_customer_order_id);
    if (!order.is_replacement && order.habits.null_members) json.null("originalCustomerOrderID");
  }
  json.time("orderDate", order.created);
  if (order.habits.more_members) {
    json.text("buyerId", Chance(order.hash).uuid()).text("mart", "WALMART_US").flag("isGuest", false);
    json.open("paymentTypes", '[').close(']');
  }
  append_shipping_info(json, order);
  json.open("orderLines", '{').open("orderLine", '[');
  for (const Line& line : order.lines) append_line(json, order, line, detail, switches);
  json.close(']').close('}');
  json.open("shipNode", '{').text("type", word(order.node_type));
  if (!order.node_name.empty()) json.text("name", order.node_name);
  if (!order.node_id.empty()) json.text("id", order.node_id);
  json.close('}');
  if (order.habits.unknown_members) {
    json.open("orderAttributes", '{')
        .text("channel", "WEB")
        .open("experiments", '[')
        .close(']')
        .null("notes")
        .close('}');
  }
  json.close('}');
}

/// The value that the text of one member builder stands for.
template <class Builder>
json::Value member(std::string_view name, Builder&& build) {
  std::string text = "{";
  JsonText json(text);
  build(json);
  text += '}';
  const auto parsed = json::parse(text);
  return parsed ? (*parsed)[name] : json::Value{};
}

void patch_line(json::Value& shown, const Line& line, const Switches& switches) {
  shown.set("statusDate", domain::to_epoch_milliseconds(line.status_time));
  shown.set("orderLineStatuses", member("orderLineStatuses", [&](JsonText& json) { append_portions(json, line); }));
  const json::Value refund = member("refund", [&](JsonText& json) { append_refunds(json, line, switches); });
  if (!refund.is_null()) shown.set("refund", refund);
  if (!line.return_order_id.empty()) shown.set("returnOrderId", line.return_order_id);
  if (!line.seller_order_id.empty()) shown.set("sellerOrderId", line.seller_order_id);
  if (line.intent_to_cancel) shown.set("intentToCancel", "CANCEL");
  json::Value* charges = shown.find("charges");
  json::Value* list = charges == nullptr ? nullptr : charges->find("charge");
  json::Array* entries = list == nullptr ? nullptr : list->mutable_array();
  for (std::size_t index = 0; entries != nullptr && index < entries->size() && index < line.charges.size(); ++index) {
    const Money money = walmart::shown(line, line.charges[index], switches);
    if (json::Value* amount = (*entries)[index].find("chargeAmount")) amount->set("amount", money.amount);
    json::Value* tax = (*entries)[index].find("tax");
    json::Value* amount = tax == nullptr ? nullptr : tax->find("taxAmount");
    if (amount != nullptr && amount->is_object()) amount->set("amount", money.tax);
  }
}

void append_loaded(std::string& out, const Order& order, OrderDetail detail, const Switches& switches) {
  json::Value shown = *order.loaded;
  if (!detail.replacement_info) {
    shown.erase("orderType");
    shown.erase("originalCustomerOrderID");
  }
  json::Value* lines = shown.find("orderLines");
  json::Value* list = lines == nullptr ? nullptr : lines->find("orderLine");
  json::Array* entries = list == nullptr ? nullptr : list->mutable_array();
  for (std::size_t index = 0; entries != nullptr && index < entries->size() && index < order.lines.size(); ++index) {
    json::Value& line = (*entries)[index];
    if (json::Value* item = line.find("item"); item != nullptr && !detail.product_info) {
      item->erase("imageUrl");
      item->erase("weight");
    }
    if (order.lines[index].is_touched) patch_line(line, order.lines[index], switches);
  }
  out += json::write(shown);
}

}  // namespace

void append_order(std::string& out, const Order& order, OrderDetail detail, const Switches& switches) {
  if (order.loaded != nullptr) return append_loaded(out, order, detail, switches);
  append_generated(out, order, detail, switches);
}

}  // namespace connector::sandbox::walmart
