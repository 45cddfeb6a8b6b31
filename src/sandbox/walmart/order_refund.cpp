#include <fmt/format.h>

#include <array>

#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/order_write.h"
#include "sandbox/walmart/order_writes.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

constexpr std::array<std::string_view, 22> refund_reasons = {"BillingError",
                                                             "TaxExemptCustomer",
                                                             "ItemNotAsAdvertised",
                                                             "IncorrectItemReceived",
                                                             "CancelledYetShipped",
                                                             "ItemNotReceivedByCustomer",
                                                             "IncorrectShippingPrice",
                                                             "DamagedItem",
                                                             "DefectiveItem",
                                                             "CustomerChangedMind",
                                                             "CustomerReceivedItemLate",
                                                             "Missing Parts / Instructions",
                                                             "Finance -> Goodwill",
                                                             "Finance -> Rollback",
                                                             "Buyer canceled",
                                                             "Customer returned item",
                                                             "General adjustment",
                                                             "Merchandise not received",
                                                             "Quality -> Missing Parts / Instructions",
                                                             "Shipping & Delivery -> Damaged",
                                                             "Shipping & Delivery -> Shipping Price Discrepancy",
                                                             "Others"};

/// Reads an amount that must be negative in the line's currency; the refunded amount is its opposite.
std::optional<Decimal> read_amount(OrderWrite& write, const json::Value& money, const Line& line,
                                   std::string_view field, bool may_be_zero) {
  const auto amount = money["amount"].decimal();
  if (!amount || (!amount->is_negative() && !(may_be_zero && amount->is_zero()))) {
    write.fault(std::string(field), fmt::format("Refund amount must be negative in line number {}", line.number));
    return std::nullopt;
  }
  if (amount->rounded(currency_digits(line.currency)) != *amount) {
    write.fault(std::string(field), fmt::format("Refund amount has too many decimals in line number {}", line.number));
    return std::nullopt;
  }
  if (money["currency"].string() != line.currency) {
    write.fault("currency", fmt::format("Currency differs from the order's in line number {}", line.number));
    return std::nullopt;
  }
  return -*amount;
}

std::optional<RefundCharge> read_charge(OrderWrite& write, const json::Value& entry, const Line& line) {
  RefundCharge charge;
  charge.reason = entry["refundReason"].text_or("");
  if (std::find(refund_reasons.begin(), refund_reasons.end(), charge.reason) == refund_reasons.end()) {
    write.fault("refundReason", fmt::format("Refund reason is not supported in line number {}", line.number));
    return std::nullopt;
  }
  const json::Value& given = entry["charge"];
  charge.type = given["chargeType"].text_or("");
  charge.name = given["chargeName"].text_or("");
  const bool is_known = std::any_of(line.charges.begin(), line.charges.end(),
                                    [&](const Charge& known) { return known.type == charge.type; });
  if (!is_known) {
    write.fault("chargeType",
                fmt::format("Charge type {} was not charged in line number {}", charge.type, line.number));
    return std::nullopt;
  }
  const auto amount = read_amount(write, given["chargeAmount"], line, "chargeAmount", given["tax"].is_object());
  if (!amount) return std::nullopt;
  charge.amount = *amount;
  if (given["tax"].is_object()) {
    const auto tax = read_amount(write, given["tax"]["taxAmount"], line, "taxAmount", true);
    if (!tax) return std::nullopt;
    charge.tax = *tax;
    charge.tax_presence = Presence::present;
    charge.tax_name = given["tax"]["taxName"].text_or("");
  }
  const Money rest = refundable(line, charge.type);
  if (charge.amount > rest.amount || charge.tax > rest.tax) {
    write.fault("chargeAmount",
                fmt::format("Refund exceeds what was charged for {} in line number {}: {} and tax {} left", charge.type,
                            line.number, rest.amount.to_string(), rest.tax.to_string()));
    return std::nullopt;
  }
  return charge;
}

void plan_refund(OrderWrite& write, Line& line, Refund refund) {
  refund.id = fmt::format("R{}", mixed(write.order().hash, line.refunds.size() + 900) % 10'000'000'000ULL);
  const auto index = static_cast<std::int16_t>(&line - write.order().lines.data());
  const auto units = static_cast<std::int32_t>(refund.quantity);
  auto details = std::make_shared<EventDetails>();
  details->refund = std::move(refund);
  write.plan(OrderEvent{write.now(), EventKind::refund, index, units, details});
}

void plan_line(OrderWrite& write, const json::Value& entry) {
  Line* line = write.find_line(entry);
  if (line == nullptr) return;
  if (line->shipped() == 0) {
    return write.fault("lineNumber", fmt::format("Line number {} is not shipped", line->number));
  }
  const auto refunds = as_list(entry["refunds"]["refund"]);
  const bool is_full = entry["isFullRefund"].boolean() == true;
  if (is_full) {
    Refund refund;
    refund.comments = refunds.empty() ? "" : refunds.front()["refundComments"].text_or("");
    std::string reason = "Others";
    if (!refunds.empty()) {
      const auto charges = as_list(refunds.front()["refundCharges"]["refundCharge"]);
      if (!charges.empty()) reason = charges.front()["refundReason"].text_or(reason);
    }
    refund.quantity = line->shipped();
    for (const Refund& earlier : line->refunds) refund.quantity -= earlier.quantity;
    refund.charges = full_refund(*line, reason);
    if (refund.charges.empty())
      return write.fault("isFullRefund", fmt::format("Nothing is left to refund in line number {}", line->number));
    return plan_refund(write, *line, std::move(refund));
  }
  if (refunds.empty()) write.fault("refunds", fmt::format("A refund is required in line number {}", line->number));
  for (const json::Value& given : refunds) {
    const auto charges = as_list(given["refundCharges"]["refundCharge"]);
    if (charges.empty())
      write.fault("refundCharges", fmt::format("A refund charge is required in line number {}", line->number));
    // One event per charge, so that each is checked against what the ones before it left.
    for (const json::Value& charge : charges) {
      auto read = read_charge(write, charge, *line);
      if (!read) continue;
      Refund refund;
      refund.comments = given["refundComments"].text_or("");
      refund.charges.push_back(std::move(*read));
      plan_refund(write, *line, std::move(refund));
    }
  }
}

}  // namespace

ports::HttpResponse post_refund(Seller& seller, const Request& request, domain::UtcTime now) {
  OrderWrite write(seller, request, now);
  if (auto refusal = write.open("orderRefund")) return *refusal;
  const std::string id = write.root()["purchaseOrderId"].text_or("");
  if (!id.empty() && id != request.segments[2]) {
    write.fault("purchaseOrderId", "The purchase order of the body is not the one of the address");
  }
  for (const json::Value& entry : write.lines()) plan_line(write, entry);
  return write.finish();
}

}  // namespace connector::sandbox::walmart
