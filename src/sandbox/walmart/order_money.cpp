#include "sandbox/walmart/order_money.h"

#include <algorithm>

namespace connector::sandbox::walmart {
namespace {

using domain::Decimal;

Money share(const Line& line, const Charge& charge, std::int64_t units) {
  if (line.quantity <= 0) return {};
  const int digits = currency_digits(line.currency);
  const Decimal part = Decimal::from_integer(units);
  const Decimal whole = Decimal::from_integer(line.quantity);
  return {domain::proportion(charge.amount, part, whole, digits), domain::proportion(charge.tax, part, whole, digits)};
}

std::vector<std::string> charge_types(const Line& line) {
  std::vector<std::string> types;
  for (const Charge& charge : line.charges) {
    if (std::find(types.begin(), types.end(), charge.type) == types.end()) types.push_back(charge.type);
  }
  return types;
}

/// One refund charge per type, with the first charge's names.
RefundCharge refund_of_type(const Line& line, const std::string& type, Money money, const std::string& reason) {
  RefundCharge refund;
  refund.reason = reason;
  refund.type = type;
  for (const Charge& charge : line.charges) {
    if (charge.type != type) continue;
    if (refund.name.empty()) refund.name = charge.name;
    if (refund.tax_name.empty()) refund.tax_name = charge.tax_name;
  }
  refund.amount = money.amount;
  refund.tax = money.tax;
  if (!money.tax.is_zero()) refund.tax_presence = Presence::present;
  return refund;
}

}  // namespace

int currency_digits(std::string_view currency) { return currency == "JPY" || currency == "KRW" ? 0 : 2; }

Money charged(const Line& line, const Charge& charge) { return share(line, charge, line.shipped()); }

Money shown(const Line& line, const Charge& charge, const Switches& switches) {
  const std::int64_t cancelled = line.in(Status::cancelled);
  if (switches.full_cancel_zeroes_charges && cancelled > 0 && cancelled >= line.quantity) return {};
  Money money{charge.amount, charge.tax};
  if (switches.charge_amount == "per_unit") {
    money = share(line, charge, 1);
  } else if (cancelled > 0 && switches.partial_cancel_charges == "reduce") {
    money = share(line, charge, line.quantity - cancelled);
  }
  if (charge.name == "SubscriptionDiscount" && switches.subscription_discount_sign == "positive") {
    money = {money.amount.abs(), money.tax.abs()};
  }
  return money;
}

Money refundable(const Line& line, std::string_view charge_type) {
  Money rest;
  for (const Charge& charge : line.charges) {
    if (charge.type != charge_type) continue;
    const Money money = charged(line, charge);
    rest.amount += money.amount;
    rest.tax += money.tax;
  }
  for (const Refund& refund : line.refunds) {
    for (const RefundCharge& charge : refund.charges) {
      if (charge.type != charge_type) continue;
      rest.amount -= charge.amount;
      rest.tax -= charge.tax;
    }
  }
  return rest;
}

std::vector<RefundCharge> refund_for_units(const Line& line, std::int64_t quantity, const std::string& reason) {
  std::vector<RefundCharge> refunds;
  for (const std::string& type : charge_types(line)) {
    Money money;
    for (const Charge& charge : line.charges) {
      if (charge.type != type) continue;
      const Money part = share(line, charge, quantity);
      money.amount += part.amount;
      money.tax += part.tax;
    }
    const Money rest = refundable(line, type);
    money.amount = std::clamp(money.amount, Decimal{}, std::max(rest.amount, Decimal{}));
    money.tax = std::clamp(money.tax, Decimal{}, std::max(rest.tax, Decimal{}));
    if (money.amount.is_zero() && money.tax.is_zero()) continue;
    refunds.push_back(refund_of_type(line, type, money, reason));
  }
  return refunds;
}

std::vector<RefundCharge> full_refund(const Line& line, const std::string& reason) {
  std::vector<RefundCharge> refunds;
  for (const std::string& type : charge_types(line)) {
    Money rest = refundable(line, type);
    rest.amount = std::max(rest.amount, Decimal{});
    rest.tax = std::max(rest.tax, Decimal{});
    if (rest.amount.is_zero() && rest.tax.is_zero()) continue;
    refunds.push_back(refund_of_type(line, type, rest, reason));
  }
  return refunds;
}

}  // namespace connector::sandbox::walmart
