#include "domain/refund_facts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "domain/allocation.h"
#include "domain/letter_case.h"
#include "domain/shipments.h"

namespace connector::domain {
namespace {

constexpr std::string_view product = "PRODUCT";
constexpr std::string_view shipping = "SHIPPING";

struct Money {
  Decimal amount;
  Decimal tax;
};
using MoneyByType = std::map<std::string, Money, std::less<>>;

Money sum_of(const MoneyByType& money) {
  Money sum;
  for (const auto& [type, part] : money) {
    sum.amount += part.amount;
    sum.tax += part.tax;
  }
  return sum;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string currency_of(const PurchaseOrder& order, const OrderLine& line) {
  for (const Charge& charge : line.charges) {
    if (!charge.currency.empty()) return charge.currency;
  }
  for (const ReturnedLine& returned : order.returns) {
    if (!returned.currency.empty()) return returned.currency;
  }
  return "";
}

Decimal units_read(const OrderLine& line, const ConnectionSettings& settings) {
  return settings.charge_reading == ChargeReading::per_unit ? line.quantity : Decimal::from_integer(1);
}

/// What the order charged for so many units, by charge type.
MoneyByType charged_for(const OrderLine& line, Decimal units, const ConnectionSettings& settings, int digits) {
  MoneyByType charged;
  const Decimal times = units_read(line, settings);
  for (const Charge& charge : line.charges) {
    Money& money = charged[charge.type];
    money.amount += allocated(charge.amount * times, line.quantity, Decimal(), units, digits);
    money.tax += allocated(charge.tax.value_or(Decimal()) * times, line.quantity, Decimal(), units, digits);
  }
  return charged;
}

/// The money of one returned line, for its refunded units.
class ReturnedMoney {
 public:
  ReturnedMoney(const ReturnedLine& returned, const OrderLine& line, const ConnectionSettings& settings, int digits)
      : returned_(returned), line_(line), settings_(settings), digits_(digits) {
    units_ = returned.refunded;
    whole_ = std::max(returned.quantity, units_);
    for (int digit = 0; digit < digits; ++digit) cent_ = cent_ / Decimal::from_integer(10);
    read_charges();
    read_fees();
    settle();
  }

  const MoneyByType& by_type() const { return by_type_; }
  Decimal restocking_fee() const { return restocking_; }
  Decimal return_shipping_fee() const { return return_shipping_; }

 private:
  std::optional<Decimal> total(std::string_view name) const {
    const auto found = returned_.totals.find(std::string(name));
    return found == returned_.totals.end() ? std::nullopt : std::optional(found->second);
  }

  /// No more than what rounding each unit's charge by itself may make.
  bool is_rounding(Decimal difference) const {
    const auto charges = static_cast<std::int64_t>(returned_.charges.size()) + 1;
    return difference.abs() <= cent_ * whole_ * Decimal::from_integer(charges);
  }

  /// A total of the line as it is for the refunded units. Totals speak of the whole line (Walmart's own example is
  /// "3 * shipping charge per unit"), its published sample of the refunded units. It is the one that is nearer: a part
  /// of many units may be as close to the whole as rounding makes totals.
  Decimal scaled(Decimal total, Decimal per_unit) const {
    const bool is_of_part = (total - per_unit * units_).abs() < (total - per_unit * whole_).abs();
    if (units_ == whole_ || is_of_part) return total;
    return proportion(total, units_, whole_, digits_);
  }

  void read_charges() {
    for (const ReturnedCharge& charge : returned_.charges) {
      const std::string name = lower_case(charge.name);
      if (charge.type != product && contains(name, "restock")) {
        restocking_ += charge.amount.abs() * units_;
      } else if (charge.type != product && contains(name, "return") && contains(name, "ship")) {
        return_shipping_ += charge.amount.abs() * units_;
      } else {
        Money& money = per_unit_[charge.type];
        money.amount += charge.amount;
        money.tax += charge.tax;
      }
    }
    for (const auto& [type, money] : per_unit_) by_type_[type] = {money.amount * units_, money.tax * units_};
  }

  std::optional<Decimal> total_tax() const {
    const auto all = total("lineTotalTaxes");
    return all ? all : total("lineProductTaxes");
  }

  /// How far the line's total is from what some sum of its charges leaves without so much.
  Decimal distance(Decimal given, Decimal without) const {
    const Money per_unit = sum_of(per_unit_);
    const Decimal gross = per_unit.amount + per_unit.tax;
    const Decimal left = given + without;
    Decimal least = std::min((left - gross * whole_).abs(), (left - gross * units_).abs());
    if (const auto subtotal = total("lineSubTotal")) {
      least = std::min(least, (left - *subtotal - total_tax().value_or(Decimal())).abs());
    }
    return least;
  }

  /// True if the line's total is what some sum of its charges leaves without so much, rather than without another of
  /// what it may be without.
  bool total_leaves(Decimal without, const std::array<Decimal, 5>& possible) const {
    const auto given = total("lineTotal");
    if (!given) return !without.is_negative();
    const Decimal off = distance(*given, without);
    return is_rounding(off) && std::all_of(possible.begin(), possible.end(), [this, off, given](Decimal other) {
             return off <= distance(*given, other);
           });
  }

  /// Fees that the totals name. Each is taken for kept back only where it is missing in the line's total.
  void read_fees() {
    const Decimal restocked = total("lineRestockingFee").value_or(Decimal()).abs();
    const bool shipping_refunded = per_unit_.contains(shipping);
    const Decimal shipped = shipping_refunded ? Decimal() : total("lineShippingFee").value_or(Decimal()).abs();
    const auto part = [this](Decimal fee) { return proportion(fee, units_, whole_, digits_); };
    const std::array<Decimal, 5> possible{Decimal(), restocked, shipped, restocked + shipped, -shipped};
    const auto leaves = [this, &possible](Decimal without) { return total_leaves(without, possible); };
    const bool both = !restocked.is_zero() && !shipped.is_zero() && leaves(restocked + shipped);
    if (restocking_.is_zero() && !restocked.is_zero() && (both || leaves(restocked))) {
      restocking_ = part(restocked);
    }
    if (shipped.is_zero()) return;
    if (!both && total("lineTotal") && leaves(-shipped)) {
      by_type_[std::string(shipping)].amount += part(shipped);
      per_unit_[std::string(shipping)].amount += shipped / whole_;
    } else if (return_shipping_.is_zero() && (both || leaves(shipped))) {
      return_shipping_ = part(shipped);
    }
  }

  /// What went back in all, by the totals where they speak of these units: always once the whole line is refunded.
  Money wanted() const {
    const Money per_unit = sum_of(per_unit_);
    Money money{per_unit.amount * units_, per_unit.tax * units_};
    const bool whole = units_ == whole_;
    if (const auto subtotal = total("lineSubTotal")) {
      const Decimal fees = restocking_ + return_shipping_;
      const auto given = total("lineTotal");
      const Decimal kept = given ? *subtotal + total_tax().value_or(Decimal()) - *given : Decimal();
      const bool is_net = whole && !fees.is_zero() && given && is_rounding(kept) && kept.abs() < (kept - fees).abs();
      const Decimal gross = is_net ? *subtotal + fees : *subtotal;
      const Decimal part = scaled(gross, per_unit.amount);
      if (whole || is_rounding(part - money.amount)) money.amount = part;
    }
    if (const auto taxes = total_tax()) {
      const Decimal part = scaled(*taxes, per_unit.tax);
      if (whole || is_rounding(part - money.tax)) money.tax = part;
    }
    return money;
  }

  /// Settles cents: what the order charged for as many units is exact where the totals confirm it.
  void settle() {
    if (per_unit_.empty()) {
      if (const auto given = total("lineTotal")) {
        const Decimal tax = total_tax().value_or(Decimal());
        by_type_[std::string(product)] = {proportion(*given - tax, units_, whole_, digits_),
                                          proportion(tax, units_, whole_, digits_)};
      }
      return;
    }
    const Money money = wanted();
    MoneyByType charged = charged_for(line_, std::min(units_, line_.quantity), settings_, digits_);
    std::erase_if(charged, [this](const auto& entry) { return !by_type_.contains(entry.first); });
    const Money of_order = sum_of(charged);
    if (charged.size() == by_type_.size() && of_order.amount == money.amount && of_order.tax == money.tax) {
      by_type_ = std::move(charged);
      return;
    }
    for (auto& [type, part] : by_type_) {
      part.amount = proportion(part.amount, Decimal::from_integer(1), Decimal::from_integer(1), digits_);
      part.tax = proportion(part.tax, Decimal::from_integer(1), Decimal::from_integer(1), digits_);
    }
    const auto refunded_shipping = total("lineShippingFee");
    if (units_ == whole_ && refunded_shipping && per_unit_.contains(shipping)) {
      by_type_.find(shipping)->second.amount = refunded_shipping->abs();
    }
    // Where the totals tell taxes apart they hold for shipping too: its part may be less than its charges say.
    const auto all_taxes = total("lineTotalTaxes");
    const auto product_taxes = total("lineProductTaxes");
    const bool only_shipping_beside = by_type_.size() == 2 && by_type_.contains(product) && by_type_.contains(shipping);
    if (units_ == whole_ && only_shipping_beside && all_taxes && product_taxes && *all_taxes >= *product_taxes) {
      by_type_.find(shipping)->second.tax = *all_taxes - *product_taxes;
    }
    const Money simple = sum_of(by_type_);
    Money& rest = by_type_.contains(product) ? by_type_.find(product)->second : by_type_.begin()->second;
    rest.amount += money.amount - simple.amount;
    rest.tax += money.tax - simple.tax;
  }

  const ReturnedLine& returned_;
  const OrderLine& line_;
  const ConnectionSettings& settings_;
  int digits_;
  Decimal cent_ = Decimal::from_integer(1);
  Decimal units_;
  Decimal whole_;
  MoneyByType per_unit_;
  MoneyByType by_type_;
  Decimal restocking_;
  Decimal return_shipping_;
};

std::vector<RefundAmount> amounts_of(const MoneyByType& money) {
  std::vector<RefundAmount> amounts;
  for (const auto& [type, part] : money) {
    if (!part.amount.is_zero() || !part.tax.is_zero()) amounts.push_back({type, part.amount, part.tax});
  }
  return amounts;
}

bool is_of_return(const OrderRefund& refund, const std::vector<const ReturnedLine*>& returns) {
  if (lower_case(refund.reason) == "customer returned item") return true;
  return std::any_of(returns.begin(), returns.end(), [&refund](const ReturnedLine* returned) {
    return !returned->return_id.empty() && contains(refund.refund_id, returned->return_id);
  });
}

/// The return whose refund an order may tell of before it does: one that is neither refunded nor closed.
std::string open_return(const std::vector<const ReturnedLine*>& returns) {
  const auto found = std::find_if(returns.begin(), returns.end(), [](const ReturnedLine* returned) {
    return returned->refunded < returned->quantity && returned->status != "COMPLETED";
  });
  return found == returns.end() ? "" : (*found)->return_id;
}

/// What the order's own refunds of one line add to those of its returns, by charge type.
struct AddedMoney {
  MoneyByType of_returns;
  MoneyByType other;
};

AddedMoney added_money(const OrderLine& line, const std::vector<const ReturnedLine*>& returns,
                       const MoneyByType& returned, const ConnectionSettings& settings, int digits) {
  AddedMoney told;
  for (const OrderRefund& refund : line.refunds) {
    Money& money = (is_of_return(refund, returns) ? told.of_returns : told.other)[refund.charge.type];
    money.amount += refund.charge.amount;
    money.tax += refund.charge.tax.value_or(Decimal());
  }
  const MoneyByType charged = charged_for(line, shipped_quantity(line), settings, digits);
  const auto value = [](const MoneyByType& money, const std::string& type, Decimal Money::*member) {
    const auto found = money.find(type);
    return found == money.end() ? Decimal() : found->second.*member;
  };
  AddedMoney added;
  for (const OrderRefund& refund : line.refunds) {
    const std::string& type = refund.charge.type;
    if (added.other.contains(type)) continue;
    for (Decimal Money::*member : {&Money::amount, &Money::tax}) {
      const Decimal in_returns = value(returned, type, member);
      const Decimal of_returns = value(told.of_returns, type, member);
      const Decimal other = value(told.other, type, member);
      Decimal sum = other + std::max(Decimal(), of_returns - in_returns);
      if (!in_returns.is_zero() && in_returns + sum > value(charged, type, member)) {
        sum = std::max(Decimal(), other + of_returns - in_returns);
      }
      added.of_returns[type].*member = std::min(sum, std::max(Decimal(), of_returns - in_returns));
      added.other[type].*member = sum - added.of_returns[type].*member;
    }
  }
  return added;
}

void append_order_refunds(const OrderLine& line, const std::vector<const ReturnedLine*>& returns,
                          const MoneyByType& returned, const ConnectionSettings& settings, int digits,
                          std::vector<RefundFact>& facts) {
  AddedMoney left = added_money(line, returns, returned, settings, digits);
  const std::string opened = open_return(returns);
  for (const OrderRefund& refund : line.refunds) {
    const bool of_return = is_of_return(refund, returns);
    Money& open = (of_return ? left.of_returns : left.other)[refund.charge.type];
    const Decimal amount = std::clamp(refund.charge.amount, Decimal(), std::max(Decimal(), open.amount));
    const Decimal tax = std::clamp(refund.charge.tax.value_or(Decimal()), Decimal(), std::max(Decimal(), open.tax));
    open.amount -= amount;
    open.tax -= tax;
    if (amount.is_zero() && tax.is_zero()) continue;
    const std::string awaited = of_return ? opened : std::string();
    const auto same = std::find_if(facts.begin(), facts.end(), [&](const RefundFact& fact) {
      return fact.return_id.empty() && fact.order_line_number == line.line_number && fact.time == refund.seen_at &&
             fact.reason == refund.reason && fact.awaited_return == awaited;
    });
    RefundFact& fact = same != facts.end() ? *same : facts.emplace_back();
    fact.order_line_number = line.line_number;
    fact.reason = refund.reason;
    fact.time = refund.seen_at;
    fact.awaited_return = awaited;
    const auto part = std::find_if(fact.amounts.begin(), fact.amounts.end(),
                                   [&](const RefundAmount& a) { return a.charge_type == refund.charge.type; });
    if (part != fact.amounts.end()) {
      part->amount += amount;
      part->tax += tax;
    } else {
      fact.amounts.push_back({refund.charge.type, amount, tax});
    }
  }
}

}  // namespace

std::vector<RefundFact> refunds_of(const PurchaseOrder& order, const ConnectionSettings& settings) {
  std::vector<RefundFact> facts;
  for (const OrderLine& line : order.lines) {
    const int digits = minor_digits(currency_of(order, line));
    std::vector<const ReturnedLine*> returns;
    for (const ReturnedLine& returned : order.returns) {
      if (returned.order_line_number == line.line_number) returns.push_back(&returned);
    }
    MoneyByType returned_money;
    for (const ReturnedLine* returned : returns) {
      if (returned->refunded <= Decimal()) continue;
      const ReturnedMoney money(*returned, line, settings, digits);
      for (const auto& [type, part] : money.by_type()) {
        returned_money[type].amount += part.amount;
        returned_money[type].tax += part.tax;
      }
      facts.push_back({line.line_number, returned->return_id, returned->reason, returned->refund_time,
                       returned->refunded, returned->goods_back, amounts_of(money.by_type()), money.restocking_fee(),
                       money.return_shipping_fee()});
    }
    append_order_refunds(line, returns, returned_money, settings, digits, facts);
  }
  std::stable_sort(facts.begin(), facts.end(), [](const RefundFact& a, const RefundFact& b) {
    if (!a.time || !b.time) return a.time.has_value() && !b.time.has_value();
    return *a.time < *b.time;
  });
  return facts;
}

}  // namespace connector::domain
