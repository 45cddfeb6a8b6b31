#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "walmart/client.h"
#include "walmart/errors.h"
#include "walmart/payload_fields.h"

namespace connector::walmart {

using domain::Cause;
using domain::Decimal;
using domain::fail;
using domain::LineStatus;
using domain::Result;
using json::Value;

namespace {

using Words = std::vector<std::string>;

LineStatus line_status(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, LineStatus>, 8> known = {{
      {"Created", LineStatus::created},
      {"Acknowledged", LineStatus::acknowledged},
      {"Shipped", LineStatus::shipped},
      {"Delivered", LineStatus::delivered},
      {"Cancelled", LineStatus::cancelled},
      {"Canceled", LineStatus::cancelled},
      {"Refund", LineStatus::refunded},
      {"Refunded", LineStatus::refunded},
  }};
  for (const auto& [name, status] : known) {
    if (same_word(name, word)) return status;
  }
  return LineStatus::unknown;
}

Result<domain::Charge> read_charge(const Value& value, Words& words) {
  domain::Charge charge;
  charge.type = trimmed(value["chargeType"].text_or(""));
  charge.name = trimmed(value["chargeName"].text_or(""));
  if (charge.type.empty()) return unreadable("a charge has no chargeType");
  report_unknown(words, "chargeType", charge.type, {"PRODUCT", "SHIPPING", "FEE"});
  const auto amount = read_money(value["chargeAmount"]);
  if (!amount) return unreadable(fmt::format("the amount or currency of charge {} cannot be read", charge.type));
  charge.amount = amount->amount;
  charge.currency = amount->currency;
  const Value& tax = value["tax"];
  charge.tax_name = tax["taxName"].text_or("");
  if (tax["taxAmount"].is_null()) return charge;
  const auto tax_amount = read_money(tax["taxAmount"]);
  if (!tax_amount) return unreadable(fmt::format("the tax of charge {} cannot be read", charge.type));
  if (tax_amount->currency != charge.currency) {
    return unreadable(fmt::format("the tax of charge {} is in {}, the charge in {}", charge.type, tax_amount->currency,
                                  charge.currency));
  }
  charge.tax = tax_amount->amount;
  return charge;
}

Result<domain::QuantityStatus> read_status(const Value& value, std::optional<Decimal> whole_line, Words& words) {
  domain::QuantityStatus status;
  status.word = trimmed(value["status"].text_or(""));
  if (status.word.empty()) return unreadable("a status has no word");
  status.status = line_status(status.word);
  if (status.status == LineStatus::unknown) report_unknown(words, "orderLineStatus.status", status.word, {});
  auto quantity = read_quantity(value["statusQuantity"]);
  if (!quantity && value["statusQuantity"].is_null()) quantity = whole_line;
  if (!quantity || quantity->is_negative()) {
    return unreadable(fmt::format("the quantity of status {} cannot be read", status.word));
  }
  status.quantity = *quantity;
  status.cancellation_reason = value["cancellationReason"].text_or("");
  const Value& tracking = value["trackingInfo"];
  status.ship_time = read_instant(tracking["shipDateTime"]);
  if (!status.ship_time && !tracking["shipDateTime"].is_null()) {
    return unreadable("trackingInfo.shipDateTime cannot be read");
  }
  const Value& carrier = tracking["carrierName"];
  status.carrier = carrier["carrier"].text_or("");
  if (status.carrier.empty()) status.carrier = carrier["otherCarrier"].text_or("");
  status.tracking_number = tracking["trackingNumber"].text_or("");
  return status;
}

/// Refunds have had both signs in the field (walmart.md 2.3): the sign of a line's sum tells which one means money
/// given back, for a discount beside its price has the opposite one, and so has what takes a refund back again.
void make_positive(std::vector<domain::OrderRefund>& refunds) {
  const auto value_of = [](const domain::Charge& charge) {
    return charge.amount.is_zero() ? charge.tax.value_or(Decimal()) : charge.amount;
  };
  Decimal sum;
  Decimal first;
  for (const domain::OrderRefund& refund : refunds) {
    sum += value_of(refund.charge);
    if (first.is_zero()) first = value_of(refund.charge);
  }
  const bool given_back_is_negative = (sum.is_zero() ? first : sum).is_negative();
  for (domain::OrderRefund& refund : refunds) {
    domain::Charge& charge = refund.charge;
    const bool takes_back = value_of(charge).is_negative() != given_back_is_negative;
    charge.amount = takes_back ? -charge.amount.abs() : charge.amount.abs();
    if (charge.tax) charge.tax = takes_back ? -charge.tax->abs() : charge.tax->abs();
  }
}

Result<void> read_refunds(const Value& line, std::vector<domain::OrderRefund>& refunds, Words& words) {
  std::vector<const Value*> found = elements(line["refund"]);
  for (const Value* refund : elements(line["refunds"]["refund"])) found.push_back(refund);
  for (const Value* refund : found) {
    for (const Value* part : elements((*refund)["refundCharges"]["refundCharge"])) {
      domain::OrderRefund result;
      result.refund_id = (*refund)["refundId"].text_or("");
      result.reason = (*part)["refundReason"].text_or("");
      auto charge = read_charge((*part)["charge"], words);
      if (!charge) return unreadable("refund: " + charge.error().message);
      result.charge = *std::move(charge);
      refunds.push_back(std::move(result));
    }
  }
  make_positive(refunds);
  return {};
}

bool is_wholly_cancelled(const domain::OrderLine& line) {
  return !line.statuses.empty() && std::all_of(line.statuses.begin(), line.statuses.end(), [](const auto& status) {
    return status.status == LineStatus::cancelled;
  });
}

/// A discount lessens the price; no source gives the sign of one that only its name tells (walmart.md 2.3).
void make_lessening(domain::Charge& charge, Words& words) {
  if (!same_word(charge.name, "SubscriptionDiscount") || charge.amount <= Decimal()) return;
  report_unknown(words, "chargeAmount of SubscriptionDiscount", "positive", {});
  charge.amount = -charge.amount;
  if (charge.tax) charge.tax = -charge.tax->abs();
}

Result<void> read_charges(const Value& line, bool may_lack_charges, domain::OrderLine& result, Words& words) {
  const Value& charges = line["charges"];
  // Charges that are not stated are not zero: booking such a line as free would lose money unseen.
  if (charges.is_null() && !may_lack_charges && !is_wholly_cancelled(result)) return unreadable("it has no charges");
  for (const Value* value : elements(charges.is_array() ? charges : charges["charge"])) {
    auto charge = read_charge(*value, words);
    if (!charge) return fail(charge.error());
    make_lessening(*charge, words);
    result.charges.push_back(*std::move(charge));
  }
  return {};
}

Result<void> read_statuses(const Value& line, domain::OrderLine& result, Words& words) {
  const Value& list = line["orderLineStatuses"];
  const auto found = elements(list.is_array() ? list : list["orderLineStatus"]);
  if (found.empty()) return unreadable("it has no status");
  const auto whole_line = found.size() == 1 ? std::optional(result.quantity) : std::nullopt;
  for (const Value* value : found) {
    auto status = read_status(*value, whole_line, words);
    if (!status) return fail(status.error());
    result.statuses.push_back(*std::move(status));
  }
  return {};
}

Result<domain::OrderLine> read_line(const Value& value, bool may_lack_charges, Words& words) {
  domain::OrderLine line;
  line.line_number = trimmed(value["lineNumber"].text_or(""));
  if (line.line_number.empty()) return unreadable("a line has no lineNumber");
  const auto problem = [&line](std::string_view text) {
    return unreadable(fmt::format("line {}: {}", line.line_number, text));
  };
  line.sku = trimmed(value["item"]["sku"].text_or(""));
  if (line.sku.empty()) return problem("it has no SKU");
  line.product_name = value["item"]["productName"].text_or("");
  const auto quantity = read_quantity(value["orderLineQuantity"]);
  if (!quantity || quantity->is_negative()) return problem("its quantity cannot be read");
  line.quantity = *quantity;
  report_unknown(words, "unitOfMeasurement", value["orderLineQuantity"]["unitOfMeasurement"].text_or(""),
                 {"EACH", "EA"});
  line.status_time = read_instant(value["statusDate"]);
  if (const auto statuses = read_statuses(value, line, words); !statuses) return problem(statuses.error().message);
  if (const auto charges = read_charges(value, may_lack_charges, line, words); !charges) {
    return problem(charges.error().message);
  }
  if (const auto refunds = read_refunds(value, line.refunds, words); !refunds) return problem(refunds.error().message);
  return line;
}

Result<void> read_lines(const Value& order, domain::PurchaseOrder& result, Words& words) {
  const bool may_lack_charges = result.order_type == "REPLACEMENT";
  const Value& list = order["orderLines"];
  const auto found = elements(list.is_array() ? list : list["orderLine"]);
  if (found.empty()) return unreadable("it has no lines");
  std::set<std::string> numbers;
  for (const Value* value : found) {
    auto line = read_line(*value, may_lack_charges, words);
    if (!line) return fail(line.error());
    if (!numbers.insert(line->line_number).second) {
      return unreadable(fmt::format("line {} occurs twice", line->line_number));
    }
    result.lines.push_back(*std::move(line));
  }
  return {};
}

Result<domain::PurchaseOrder> read_facts(const Value& order, Words& words) {
  domain::PurchaseOrder result;
  result.purchase_order_id = trimmed(order["purchaseOrderId"].text_or(""));
  if (result.purchase_order_id.empty()) return unreadable("an order has no purchaseOrderId");
  result.customer_order_id = trimmed(order["customerOrderId"].text_or(""));
  result.order_type = trimmed(order["orderType"].text_or(""));
  report_unknown(words, "orderType", result.order_type, {"REGULAR", "REPLACEMENT", "PREORDER"});
  const auto order_time = read_instant(order["orderDate"]);
  const auto problem = [&result](std::string_view text) {
    return unreadable(fmt::format("order {}: {}", result.purchase_order_id, text));
  };
  if (!order_time) return problem("its orderDate cannot be read");
  result.order_time = *order_time;
  const Value& node = order["shipNode"];
  result.ship_node = trimmed(node["id"].text_or(""));
  if (result.ship_node.empty()) result.ship_node = trimmed(node["name"].text_or(""));
  result.ship_node_type = trimmed(node["type"].text_or(""));
  report_unknown(words, "shipNode.type", result.ship_node_type, {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"});
  const Value& address = order["shippingInfo"]["postalAddress"];
  result.ship_to_country = trimmed(address["country"].text_or(""));
  result.ship_to_state = trimmed(address["state"].text_or(""));
  if (const auto lines = read_lines(order, result, words); !lines) return problem(lines.error().message);
  return result;
}

}  // namespace

ReadOrder read_order(const Value& order) {
  Words words;
  auto facts = read_facts(order, words);
  return ReadOrder{trimmed(order["purchaseOrderId"].text_or("")), std::move(facts), std::move(words)};
}

Result<OrdersPage> read_orders_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& list = (*document)["list"];
  if (!list.is_object()) return fail(Cause::malformed_response, "Walmart's answer holds no list of orders");
  OrdersPage page;
  page.total_count = list["meta"]["totalCount"].integer().value_or(0);
  page.next_cursor = list["meta"]["nextCursor"].text_or("");
  for (const Value* order : elements(list["elements"]["order"])) page.orders.push_back(read_order(*order));
  if (page.orders.empty()) {
    const auto errors = read_errors(*document);
    if (!errors.empty() && !has_code(errors, "CONTENT_NOT_FOUND")) {
      return fail(Cause::malformed_response, "Walmart answered an error in place of orders: " +
                                                 ports::remote_words(errors[0].code + " " + errors[0].description));
    }
  }
  return page;
}

Result<ReadOrder> read_single_order(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& order = (*document)["order"];
  if (!order.is_object()) return fail(Cause::malformed_response, "Walmart's answer holds no order");
  return read_order(order);
}

}  // namespace connector::walmart
