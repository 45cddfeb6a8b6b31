#include <algorithm>

#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;
using State = ReturnOrder::State;

json::Value money(Decimal amount, const std::string& currency) {
  return json::Object{{"currencyAmount", amount}, {"currencyUnit", currency}};
}

json::Value units_value(std::int64_t units) {
  return json::Object{{"unitOfMeasure", "EACH"}, {"measurementValue", units}};
}

struct ReturnTotals {
  Decimal product, product_tax, shipping, fee, tax, kept;
  Decimal sum() const { return product + shipping + fee + tax + kept; }
};

void add(ReturnTotals& totals, const std::string& type, Decimal amount, Decimal tax) {
  if (type == restocking_fee) {
    totals.kept += amount;
    return;
  }
  if (type == "PRODUCT") totals.product += amount;
  if (type == "PRODUCT") totals.product_tax += tax;
  if (type == "SHIPPING") totals.shipping += amount;
  if (type != "PRODUCT" && type != "SHIPPING") totals.fee += amount;
  totals.tax += tax;
}

/// What the customer gets for the line: what was given back once all of it is, else the charges of its units.
ReturnTotals totals_of(const Line& line, const ReturnOrder::Line& entry) {
  ReturnTotals totals;
  if (entry.refunded >= entry.quantity && !entry.refunds.empty()) {
    for (const RefundCharge& refund : entry.refunds) add(totals, refund.type, refund.amount, refund.tax);
    return totals;
  }
  const Decimal part = Decimal::from_integer(entry.quantity);
  const Decimal whole = Decimal::from_integer(line.quantity);
  const int digits = currency_digits(line.currency);
  for (const Charge& charge : line.charges) {
    add(totals, charge.type, domain::proportion(charge.amount, part, whole, digits),
        domain::proportion(charge.tax, part, whole, digits));
  }
  return totals;
}

json::Value charge_per_unit(const Line& line, const Charge& charge) {
  const Decimal one = Decimal::from_integer(1);
  const Decimal whole = Decimal::from_integer(line.quantity);
  const int digits = currency_digits(line.currency);
  json::Value value;
  value.set("chargeCategory", charge.type);
  value.set("chargeName", charge.name);
  value.set("chargePerUnit", money(domain::proportion(charge.amount, one, whole, digits), line.currency));
  value.set("isDiscount", charge.amount.is_negative());
  value.set("isBillable", true);
  json::Array taxes;
  if (charge.tax_presence == Presence::present) {
    json::Value tax;
    tax.set("taxName", charge.tax_name);
    tax.set("excessTax", money(Decimal{}, line.currency));
    tax.set("taxPerUnit", money(domain::proportion(charge.tax, one, whole, digits), line.currency));
    taxes.push_back(std::move(tax));
  }
  value.set("tax", std::move(taxes));
  value.set("excessCharge", money(Decimal{}, line.currency));
  value.set("references", json::Array{json::Object{{"name", "isAdjustment"}, {"value", "false"}}});
  return value;
}

std::string_view refund_status(const ReturnOrder& order) {
  if (order.is_replacement) return "";
  if (order.state == State::refunded) return "REFUND_COMPLETED";
  if (order.state == State::refund_initiated) return "REFUND_INITIATED";
  return "";
}

/// Units refunded and units still open have their own entries, as in a partly refunded return.
json::Value tracking_statuses(const ReturnOrder& order, const ReturnOrder::Line& entry) {
  json::Array statuses;
  const auto push = [&](std::string_view status, std::string_view refund, std::int64_t units) {
    if (units <= 0) return;
    json::Value value;
    value.set("status", status);
    value.set("statusTime", domain::to_iso8601(order.modified));
    if (!refund.empty()) value.set("currentRefundStatus", refund);
    value.set("quantity", units_value(units));
    statuses.push_back(std::move(value));
  };
  push(status_word(order), order.state == State::refunded ? "" : refund_status(order), entry.quantity - entry.refunded);
  push("COMPLETED", "REFUND_COMPLETED", entry.refunded);
  return statuses;
}

json::Value tracking_details(const ReturnOrder& order) {
  json::Array details;
  for (std::size_t number = order.events.size(); number-- > 0;) {
    const ReturnOrder::Event& event = order.events[number];
    json::Value value;
    value.set("sequenceNo", number);
    value.set("eventTag", event.tag);
    value.set("eventDescription", event.description);
    value.set("eventTime", domain::to_iso8601(event.time));
    value.set("references",
              json::Array{json::Object{{"name", "ReturnDate"}, {"value", domain::to_iso8601(order.created)}}});
    details.push_back(std::move(value));
  }
  return details;
}

json::Value line_payload(const ReturnOrder& order, const ReturnOrder::Line& entry, const Order& bought,
                         std::int64_t number) {
  const Line& line = bought.lines[entry.line];
  const auto line_number = json::Value(line.number).integer().value_or(number);
  const ReturnTotals totals = totals_of(line, entry);
  json::Value value;
  value.set("returnOrderLineNumber", number);
  value.set("salesOrderLineNumber", line_number);
  value.set("returnReason", entry.reason);
  value.set("purchaseOrderId", bought.purchase_order_id);
  if (!line.seller_order_id.empty()) value.set("sellerOrderId", line.seller_order_id);
  value.set("purchaseOrderLineNumber", line_number);
  value.set("isReturnForException", false);
  json::Value item;
  item.set("sku", line.sku);
  item.set("productName", line.product_name);
  item.set("itemWeight",
           json::Object{{"unitOfMeasure", "POUND"},
                        {"measurementValue", Decimal::from_units(line.weight_tenths * (Decimal::one / 10))}});
  value.set("item", std::move(item));
  json::Array charges;
  Decimal unit_price;
  for (const Charge& charge : line.charges) {
    json::Value shown = charge_per_unit(line, charge);
    if (charge.name == "ItemPrice") unit_price = shown["chargePerUnit"]["currencyAmount"].decimal().value_or(Decimal{});
    charges.push_back(std::move(shown));
  }
  value.set("charges", std::move(charges));
  value.set("unitPrice", money(unit_price, line.currency));
  json::Array charge_totals;
  const auto total = [&](std::string_view name, Decimal amount) {
    charge_totals.push_back(json::Object{{"name", name}, {"value", money(amount, line.currency)}});
  };
  total("lineUnitPrice", unit_price);
  total("lineProductTaxes", totals.product_tax);
  total("lineTotalTaxes", totals.tax);
  if (!totals.kept.is_zero()) total("lineRestockingFee", -totals.kept);
  if (!totals.shipping.is_zero()) total("lineShippingFee", totals.shipping);
  total("lineSubTotal", totals.product + totals.shipping + totals.fee);
  total("lineTotal", totals.sum());
  value.set("chargeTotals", std::move(charge_totals));
  value.set("currentDeliveryStatus", order.state == State::initiated || order.is_keep_it ? "NOT_SHIPPED"
                                     : order.state == State::in_transit                  ? "IN_TRANSIT"
                                                                                         : "DELIVERED");
  if (const auto status = refund_status(order); !status.empty()) value.set("currentRefundStatus", status);
  value.set("currentTrackingStatuses", tracking_statuses(order, entry));
  value.set("refundChannels",
            json::Array{json::Object{{"refundChannelName", order.refund_channel},
                                     {"quantity", json::Object{{"measurementValue", entry.quantity}}}}});
  value.set("cancellableQty", order.state == State::initiated ? entry.quantity - entry.refunded : 0);
  value.set("quantity", units_value(entry.quantity));
  value.set("returnExpectedFlag", !order.is_keep_it);
  value.set("isFastReplacement", false);
  value.set("isKeepIt", order.is_keep_it);
  value.set("lastItem", false);
  value.set("refundedQty", entry.refunded);
  value.set("rechargeableQty", 0);
  value.set("refundChannel", order.refund_channel);
  value.set("returnTrackingDetail", tracking_details(order));
  value.set("status", status_word(order));
  value.set("statusTime", domain::to_iso8601(order.modified));
  return value;
}

}  // namespace

json::Value return_payload(const Seller& seller, const ReturnOrder& order, bool replacement_info) {
  if (!order.loaded.is_null()) {
    json::Value shown = order.loaded;
    if (!replacement_info) {
      shown.erase("returnType");
      shown.erase("replacementCustomerOrderId");
      json::Value* lines = shown.find("returnOrderLines");
      json::Array* list = lines == nullptr ? nullptr : lines->mutable_array();
      for (std::size_t line = 0; list != nullptr && line < list->size(); ++line) {
        (*list)[line].erase("rechargeReason");
        (*list)[line].erase("returnCancellationReason");
      }
    }
    return shown;
  }
  const Order bought = seller.orders.order(order.order, seller.catalogue);
  json::Value value;
  value.set("returnOrderId", order.id);
  value.set("customerEmailId", bought.email);
  const std::size_t space = bought.address.name.find(' ');
  value.set("customerName",
            json::Object{{"firstName", bought.address.name.substr(0, space)},
                         {"lastName", space == std::string::npos ? "" : bought.address.name.substr(space + 1)}});
  value.set("customerOrderId", bought.customer_order_id);
  value.set("refundMode", order.is_keep_it ? "IMMEDIATE" : "POST_DELIVERY");
  value.set("returnOrderDate", domain::to_iso8601(order.created));
  if (replacement_info) value.set("returnType", order.is_replacement ? "REPLACEMENT" : "REFUND");
  if (replacement_info && order.is_replacement) value.set("replacementCustomerOrderId", bought.customer_order_id);
  value.set("returnByDate", domain::to_iso8601(order.created + std::chrono::days(30)));
  Decimal sum;
  json::Array lines;
  json::Array group_lines;
  for (std::size_t index = 0; index < order.lines.size(); ++index) {
    const auto number = static_cast<std::int64_t>(index) + 1;
    sum += totals_of(bought.lines[order.lines[index].line], order.lines[index]).sum();
    lines.push_back(line_payload(order, order.lines[index], bought, number));
    group_lines.push_back(json::Object{{"returnOrderLineNumber", number}});
  }
  value.set("totalRefundAmount", money(sum, bought.lines[order.lines[0].line].currency));
  json::Value group;
  group.set("groupNo", 1);
  group.set("returnLines", std::move(group_lines));
  group.set("labels", json::Array{});
  group.set("returnExpectedFlag", !order.is_keep_it);
  value.set("returnLineGroups", json::Array{std::move(group)});
  value.set("returnOrderLines", std::move(lines));
  value.set("returnChannel", json::Object{{"channelName", order.channel}});
  return value;
}

}  // namespace connector::sandbox::walmart
