#include "walmart/returns_reader.h"

#include <fmt/format.h>

namespace connector::walmart {

using domain::Cause;
using domain::Decimal;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

using Words = std::vector<std::string>;

Decimal quantity_or_zero(const Value& value) { return read_quantity(value).value_or(Decimal()); }

Result<ReturnCharge> read_charge(const Value& value) {
  ReturnCharge charge;
  charge.category = value["chargeCategory"].text_or("");
  charge.name = value["chargeName"].text_or("");
  const auto amount = read_money(value["chargePerUnit"]);
  if (!amount) return unreadable(fmt::format("the amount of charge {} cannot be read", charge.name));
  charge.per_unit = *amount;
  charge.is_discount = read_flag(value["isDiscount"], false);
  charge.is_billable = read_flag(value["isBillable"], true);
  charge.excess = read_money(value["excessCharge"]);
  for (const Value* tax : elements(value["tax"])) {
    const auto per_unit = read_money((*tax)["taxPerUnit"]);
    if (!per_unit) return unreadable(fmt::format("the tax of charge {} cannot be read", charge.name));
    charge.taxes.push_back({(*tax)["taxName"].text_or(""), *per_unit, read_money((*tax)["excessTax"])});
  }
  return charge;
}

Result<void> read_amounts(const Value& value, ReturnLine& line) {
  for (const Value* charge : elements(value["charges"])) {
    auto read = read_charge(*charge);
    if (!read) return fail(read.error());
    line.charges.push_back(*std::move(read));
  }
  line.unit_price = read_money(value["unitPrice"]);
  for (const Value* total : elements(value["chargeTotals"])) {
    if (const auto amount = read_money((*total)["value"])) line.totals[(*total)["name"].text_or("")] = *amount;
  }
  return {};
}

void read_progress(const Value& value, ReturnLine& line, Words& words) {
  line.status = value["status"].text_or("");
  report_unknown(words, "return.status", line.status, {"INITIATED", "DELIVERED", "COMPLETED"});
  line.status_time = read_instant(value["statusTime"]);
  line.delivery_status = value["currentDeliveryStatus"].text_or("");
  line.refund_status = value["currentRefundStatus"].text_or("");
  for (const Value* status : elements(value["currentTrackingStatuses"])) {
    line.statuses.push_back({(*status)["status"].text_or(""), (*status)["currentRefundStatus"].text_or(""),
                             quantity_or_zero((*status)["quantity"]), read_instant((*status)["statusTime"])});
  }
  for (const Value* event : elements(value["returnTrackingDetail"])) {
    line.events.push_back({(*event)["sequenceNo"].integer().value_or(0), (*event)["eventTag"].text_or(""),
                           (*event)["eventDescription"].text_or(""), read_instant((*event)["eventTime"])});
  }
  line.refund_channel = value["refundChannel"].text_or("");
  for (const Value* channel : elements(value["refundChannels"])) {
    line.refund_channels.push_back(
        {(*channel)["refundChannelName"].text_or(""), quantity_or_zero((*channel)["quantity"])});
  }
}

Result<ReturnLine> read_line(const Value& value, Words& words) {
  ReturnLine line;
  line.line_number = trimmed(value["returnOrderLineNumber"].text_or(""));
  if (line.line_number.empty()) return unreadable("a line has no returnOrderLineNumber");
  line.purchase_order_id = trimmed(value["purchaseOrderId"].text_or(""));
  line.purchase_order_line_number = trimmed(value["purchaseOrderLineNumber"].text_or(""));
  line.sales_order_line_number = trimmed(value["salesOrderLineNumber"].text_or(""));
  line.seller_order_id = value["sellerOrderId"].text_or("");
  line.sku = trimmed(value["item"]["sku"].text_or(""));
  line.product_name = value["item"]["productName"].text_or("");
  line.condition = value["item"]["condition"].text_or("");
  line.reason = value["returnReason"].text_or("");
  line.cancellation_reason = value["returnCancellationReason"].text_or("");
  const auto quantity = read_quantity(value["quantity"]);
  if (!quantity || quantity->is_negative()) {
    return unreadable(fmt::format("line {}: its quantity cannot be read", line.line_number));
  }
  line.quantity = *quantity;
  line.refunded_quantity = quantity_or_zero(value["refundedQty"]);
  line.rechargeable_quantity = quantity_or_zero(value["rechargeableQty"]);
  line.cancellable_quantity = quantity_or_zero(value["cancellableQty"]);
  line.return_expected = read_flag(value["returnExpectedFlag"], true);
  line.keep_it = read_flag(value["isKeepIt"], false);
  line.fast_replacement = read_flag(value["isFastReplacement"], false);
  line.last_item = read_flag(value["lastItem"], false);
  if (const auto amounts = read_amounts(value, line); !amounts) {
    return unreadable(fmt::format("line {}: {}", line.line_number, amounts.error().message));
  }
  read_progress(value, line, words);
  return line;
}

Result<ReturnOrder> read_return_facts(const Value& value, Words& words) {
  ReturnOrder order;
  order.return_order_id = trimmed(value["returnOrderId"].text_or(""));
  if (order.return_order_id.empty()) return unreadable("a return has no returnOrderId");
  order.customer_order_id = trimmed(value["customerOrderId"].text_or(""));
  order.replacement_customer_order_id = trimmed(value["replacementCustomerOrderId"].text_or(""));
  order.return_type = value["returnType"].text_or("");
  report_unknown(words, "returnType", order.return_type, {"REFUND", "REPLACEMENT", "PREORDER"});
  order.refund_mode = value["refundMode"].text_or("");
  order.channel = value["returnChannel"]["channelName"].text_or("");
  order.ordered_at = read_instant(value["returnOrderDate"]);
  order.return_by = read_instant(value["returnByDate"]);
  order.total_refund = read_money(value["totalRefundAmount"]);
  for (const Value* line : elements(value["returnOrderLines"])) {
    auto read = read_line(*line, words);
    if (!read) return unreadable(fmt::format("return {}: {}", order.return_order_id, read.error().message));
    order.lines.push_back(*std::move(read));
  }
  if (order.lines.empty()) return unreadable(fmt::format("return {}: it has no lines", order.return_order_id));
  return order;
}

}  // namespace

Result<ReturnsPage> read_returns_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& list = (*document)["returnOrders"];
  if (!list.is_array() && !(*document)["meta"].is_object()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no list of returns");
  }
  ReturnsPage page;
  page.total_count = (*document)["meta"]["totalCount"].integer().value_or(0);
  page.next_cursor = (*document)["meta"]["nextCursor"].text_or("");
  for (const Value* value : elements(list)) {
    Words words;
    auto facts = read_return_facts(*value, words);
    page.returns.push_back({trimmed((*value)["returnOrderId"].text_or("")), std::move(facts), std::move(words)});
  }
  return page;
}

Result<ReturnRefund> read_return_refund(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  ReturnRefund refund;
  refund.return_order_id = trimmed((*document)["returnOrderId"].text_or(""));
  refund.customer_order_id = trimmed((*document)["customerOrderId"].text_or(""));
  for (const Value* line : elements((*document)["refundLines"])) {
    const auto quantity = read_quantity((*line)["quantity"]);
    if (!quantity) return fail(Cause::malformed_response, "the quantity of a refunded line cannot be read");
    refund.lines.push_back({(*line)["returnOrderLineNumber"].text_or(""), *quantity});
  }
  if (refund.lines.empty()) return fail(Cause::malformed_response, "Walmart's answer holds no refunded lines");
  return refund;
}

}  // namespace connector::walmart
