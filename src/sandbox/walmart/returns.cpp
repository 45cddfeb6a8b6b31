#include "sandbox/walmart/returns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/walmart/order_life.h"
#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;
using State = ReturnOrder::State;

constexpr std::array<std::string_view, 9> reasons = {"ARRIVED_LATE",       "DAMAGED",          "DEFECTIVE",
                                                     "INCORRECT_ITEM",     "NO_LONGER_WANTED", "NOT_AS_DESCRIBED",
                                                     "INADEQUATE_QUALITY", "MISSING_PARTS",    "WRONG_SIZE/POOR_FIT"};

Chance chance_of(const Seller& seller, std::size_t index, std::uint64_t subject) {
  return Chance(mixed(mixed(seller.config.seed, 500'000'000 + index), subject));
}

/// Units of a line that were shipped and neither asked back nor refunded with units yet.
std::int64_t returnable(const Seller& seller, OrderNumber number, const Order& order, std::size_t line) {
  std::int64_t units = order.lines[line].shipped();
  for (const Refund& refund : order.lines[line].refunds) {
    if (!refund.is_of_return) units -= refund.quantity;
  }
  for (const std::size_t index : seller.returns.of_order(number)) {
    const ReturnOrder& other = seller.returns.at(index);
    if (other.state == State::cancelled) continue;
    for (const ReturnOrder::Line& entry : other.lines) {
      if (entry.line == line) units -= entry.quantity;
    }
  }
  return units;
}

void schedule(Seller& seller, std::size_t index, UtcTime time, Milliseconds pause) {
  const std::int64_t speed = life_speed(seller, seller.returns.at(index).order);
  seller.agenda.add({time + Milliseconds(pause.count() * 100 / speed), static_cast<std::uint32_t>(index), 0,
                     Agenda::Kind::return_step});
}

void enter(ReturnOrder& order, State state, std::string tag, std::string description, UtcTime time) {
  order.state = state;
  order.modified = time;
  order.events.push_back({std::move(tag), std::move(description), time});
}

void refund_all(Seller& seller, std::size_t index, UtcTime time) {
  for (std::size_t line = 0; line < seller.returns.at(index).lines.size(); ++line) {
    const ReturnOrder::Line& entry = seller.returns.at(index).lines[line];
    refund_return(seller, index, line, entry.quantity - entry.refunded, seller.returns.at(index).refund_channel, time);
  }
}

/// Keeps a part of the product's price back where the switch says so; nothing from who need not send anything back.
void keep_restocking_fee(const Seller& seller, const ReturnOrder& order, std::vector<RefundCharge>& charges,
                         const std::string& currency) {
  const std::int64_t share = seller.switches.restocking_fee_per_mille;
  if (share == 0 || order.is_keep_it || order.node_type == NodeType::walmart) return;
  for (const RefundCharge& charge : charges) {
    if (charge.type != "PRODUCT") continue;
    RefundCharge fee;
    fee.reason = charge.reason;
    fee.type = restocking_fee;
    fee.name = "Restocking Fee";
    fee.amount = -domain::proportion(charge.amount, domain::Decimal::from_integer(share),
                                     domain::Decimal::from_integer(1000), currency_digits(currency));
    if (!fee.amount.is_zero()) charges.push_back(std::move(fee));
    return;
  }
}

bool is_fully_refunded(const ReturnOrder& order) {
  return std::all_of(order.lines.begin(), order.lines.end(),
                     [](const ReturnOrder::Line& line) { return line.refunded >= line.quantity; });
}

}  // namespace

std::string_view status_word(const ReturnOrder& order) {
  switch (order.state) {
    case State::initiated:
    case State::in_transit:
      return "INITIATED";
    case State::delivered:
      return "DELIVERED";
    default:
      return "COMPLETED";
  }
}

std::optional<std::size_t> Returns::find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::size_t>& Returns::of_order(OrderNumber order) const {
  static const std::vector<std::size_t> none;
  const auto found = by_order_.find(order);
  return found == by_order_.end() ? none : found->second;
}

std::size_t Returns::add(ReturnOrder order) {
  by_id_[order.id] = list_.size();
  if (order.order != ReturnOrder::no_order) by_order_[order.order].push_back(list_.size());
  list_.push_back(std::move(order));
  return list_.size() - 1;
}

std::optional<std::size_t> open_return(Seller& seller, OrderNumber number,
                                       const std::vector<std::pair<std::size_t, std::int64_t>>& lines, UtcTime time,
                                       const std::string& reason) {
  const Order order = seller.orders.order(number, seller.catalogue);
  const std::size_t index = seller.returns.all().size();
  Chance chance = chance_of(seller, index, 1);
  ReturnOrder made;
  made.id = fmt::format("1{:017}", mixed(seller.config.seed, 600'000'000 + index) % 100'000'000'000'000'000ULL);
  made.order = number;
  made.created = time;
  made.node_type = order.node_type;
  made.customer_order_id = order.customer_order_id;
  for (const auto& [line, wanted] : lines) {
    if (line >= order.lines.size()) continue;
    const std::int64_t units = std::min(wanted, returnable(seller, number, order, line));
    if (units <= 0) continue;
    made.lines.push_back(
        {line, units, 0, reason.empty() ? std::string(reasons[chance.below(reasons.size())]) : reason, {}});
  }
  if (made.lines.empty()) return std::nullopt;
  made.is_replacement = chance.per_mille(60);
  made.is_keep_it = !made.is_replacement && chance.per_mille(80);
  made.will_be_cancelled = chance.per_mille(50);
  static constexpr std::array<std::string_view, 3> channels = {"ONLINE", "IN_STORE", "CUSTOMER_CARE"};
  made.channel = channels[chance.below(channels.size())];
  if (order.node_type == NodeType::walmart) made.refund_channel = "WALMART_TRIGGERED_REFUND";
  enter(made, State::initiated, "RETURN_INITIATED", "Return initiated for MARKET_PLACE", time);
  const bool is_keep_it = made.is_keep_it;
  for (const ReturnOrder::Line& line : made.lines) {
    auto details = std::make_shared<EventDetails>();
    details->return_order_id = made.id;
    happen(seller, number, OrderEvent{time, EventKind::open_return, static_cast<std::int16_t>(line.line), 0, details},
           Actor::script);
  }
  seller.returns.add(std::move(made));
  announce_return(seller, index, "RETURN_CREATED", time);
  schedule(seller, index, time,
           is_keep_it ? Milliseconds(std::chrono::hours(1)) : std::chrono::hours(chance.between(12, 60)));
  return index;
}

std::int64_t refund_return(Seller& seller, std::size_t index, std::size_t line, std::int64_t units,
                           const std::string& channel, UtcTime time) {
  ReturnOrder& given = seller.returns.at(index);
  ReturnOrder::Line& entry = given.lines[line];
  units = std::min(units, entry.quantity - entry.refunded);
  if (units <= 0 || given.order == ReturnOrder::no_order) return 0;
  const Order order = seller.orders.order(given.order, seller.catalogue);
  auto details = std::make_shared<EventDetails>();
  details->refund.id = fmt::format("{}-{}", given.id, entry.refunded + units);
  details->refund.comments = "Return " + given.id;
  details->refund.quantity = units;
  details->refund.is_of_return = true;
  details->refund.charges = refund_for_units(order.lines[entry.line], units, "Customer returned item");
  keep_restocking_fee(seller, given, details->refund.charges, order.lines[entry.line].currency);
  for (const RefundCharge& charge : details->refund.charges) entry.refunds.push_back(charge);
  entry.refunded += units;
  given.refund_channel = channel;
  happen(seller, given.order,
         OrderEvent{time, EventKind::refund, static_cast<std::int16_t>(entry.line), static_cast<std::int32_t>(units),
                    details},
         Actor::script);
  given.modified = time;
  if (is_fully_refunded(given)) enter(given, State::refunded, "REFUND_ISSUED", "Refund issued for MARKET_PLACE", time);
  announce_return(seller, index, "RETURN_INVOICED", time);
  return units;
}

std::int64_t reverse_refund(Seller& seller, std::size_t index, UtcTime time) {
  ReturnOrder& order = seller.returns.at(index);
  std::int64_t units = 0;
  if (order.order == ReturnOrder::no_order) return units;
  for (ReturnOrder::Line& line : order.lines) {
    if (line.refunded == 0) continue;
    auto details = std::make_shared<EventDetails>();
    details->refund.id = order.id + "-reversed";
    details->refund.comments = "Return " + order.id;
    details->refund.quantity = -line.refunded;
    details->refund.is_of_return = true;
    for (RefundCharge charge : line.refunds) {
      charge.amount = -charge.amount;
      charge.tax = -charge.tax;
      details->refund.charges.push_back(std::move(charge));
    }
    units += line.refunded;
    line.refunded = 0;
    line.refunds.clear();
    happen(seller, order.order, OrderEvent{time, EventKind::refund, static_cast<std::int16_t>(line.line), 0, details},
           Actor::script);
  }
  if (units > 0) enter(order, State::cancelled, "RETURN_CANCELLED", "Return cancelled for MARKET_PLACE", time);
  return units;
}

void run_return_entry(Seller& seller, const Agenda::Entry& entry) {
  const std::size_t index = entry.subject;
  ReturnOrder& order = seller.returns.at(index);
  Chance chance = chance_of(seller, index, 2 + static_cast<std::uint64_t>(order.state));
  const UtcTime time = entry.time;
  switch (order.state) {
    case State::initiated:
      if (order.is_keep_it) return refund_all(seller, index, time);
      if (order.will_be_cancelled) {
        return enter(order, State::cancelled, "RETURN_CANCELLED", "Return cancelled for MARKET_PLACE", time);
      }
      enter(order, State::in_transit, "RETURN_IN_TRANSIT", "A MARKET_PLACE Return in Transit", time);
      return schedule(seller, index, time, std::chrono::hours(chance.between(40, 120)));
    case State::in_transit:
      enter(order, State::delivered, "DELIVERED_AT_RETURN_CENTER", "A MARKET_PLACE Return delivered", time);
      announce_return(seller, index, "RETURN_DELIVERED", time);
      return schedule(seller, index, time, std::chrono::hours(chance.between(24, 48)));
    case State::delivered:
      if (order.is_replacement) {
        return enter(order, State::refunded, "DELIVERED_AFTER_INVOICE", "Replacement sent for MARKET_PLACE", time);
      }
      enter(order, State::refund_initiated, "REFUND_INITIATED", "Refund initiated for MARKET_PLACE", time);
      return schedule(seller, index, time, std::chrono::hours(1));
    case State::refund_initiated:
      return refund_all(seller, index, time);
    default:
      return;
  }
}

}  // namespace connector::sandbox::walmart
