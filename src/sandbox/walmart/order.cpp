#include "sandbox/walmart/order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/order_money.h"

namespace connector::sandbox::walmart {
namespace {

/// Removes up to `quantity` from the open portions; returns how much there was.
std::int64_t take_open(Line& line, std::int64_t quantity) {
  std::int64_t taken = 0;
  for (Portion& portion : line.portions) {
    if (portion.status != Status::created && portion.status != Status::acknowledged) continue;
    const std::int64_t part = std::min(quantity - taken, portion.quantity);
    portion.quantity -= part;
    taken += part;
  }
  std::erase_if(line.portions, [](const Portion& portion) { return portion.quantity == 0; });
  return taken;
}

std::shared_ptr<const Tracking> carrier_tracking(const Order& order, const OrderEvent& event) {
  static constexpr std::array<std::string_view, 4> carriers = {"UPS", "FedEx", "USPS", "OnTrac"};
  Chance chance(mixed(order.hash, static_cast<std::uint64_t>(domain::to_epoch_milliseconds(event.time))));
  auto tracking = std::make_shared<Tracking>();
  tracking->ship_time = std::chrono::floor<std::chrono::seconds>(event.time);
  tracking->method = order.method;
  const std::uint64_t kind = chance.below(20);
  const std::string digits = fmt::format("{:018}", chance.below(1'000'000'000'000'000'000ULL));
  if (kind == 0) {
    tracking->other_carrier = "Regional Parcel";
    tracking->number = "RP" + digits.substr(6);
    tracking->url = "https://parcel.example/track?id=" + tracking->number;
    return tracking;
  }
  tracking->carrier = carriers[kind % carriers.size()];
  tracking->number = tracking->carrier == "UPS" ? "1Z" + digits.substr(2) : digits;
  tracking->url =
      "https://www.walmart.com/tracking?tracking_id=" + tracking->number + "&order_id=" + order.purchase_order_id;
  return tracking;
}

bool acknowledge(Line& line) {
  bool is_changed = false;
  for (Portion& portion : line.portions) {
    if (portion.status != Status::created) continue;
    portion.status = Status::acknowledged;
    is_changed = true;
  }
  return is_changed;
}

bool ship(const Order& order, Line& line, const OrderEvent& event) {
  const std::int64_t taken = take_open(line, event.quantity);
  if (taken == 0) return false;
  Portion portion;
  portion.status = Status::shipped;
  portion.quantity = taken;
  if (event.details && event.details->has_tracking) {
    portion.tracking = std::make_shared<Tracking>(event.details->tracking);
    portion.return_center = event.details->return_center;
  } else {
    portion.tracking = carrier_tracking(order, event);
  }
  if (event.details && !event.details->seller_order_id.empty()) line.seller_order_id = event.details->seller_order_id;
  line.portions.push_back(std::move(portion));
  return true;
}

bool deliver(Line& line, std::int64_t quantity) {
  std::int64_t rest = quantity;
  for (std::size_t index = 0; index < line.portions.size() && rest > 0; ++index) {
    if (line.portions[index].status != Status::shipped) continue;
    const std::int64_t part = std::min(rest, line.portions[index].quantity);
    rest -= part;
    if (part < line.portions[index].quantity) {
      Portion left = line.portions[index];
      left.quantity -= part;
      line.portions[index].quantity = part;
      line.portions.insert(line.portions.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(left));
    }
    line.portions[index].status = Status::delivered;
  }
  return rest < quantity;
}

bool cancel(const Order& order, Line& line, const OrderEvent& event) {
  const std::int64_t taken = take_open(line, event.quantity);
  if (taken == 0) return false;
  std::string reason = event.details ? event.details->reason : "";
  if (reason.empty() && event.kind == EventKind::auto_cancel) reason = "WALMART_AUTO_CANCEL_NOT_SHIPPED_IN_TIME";
  if (reason.empty()) {
    static constexpr std::array<std::string_view, 3> reasons = {
        "SELLER_CANCEL_OUT_OF_STOCK", "SELLER_CANCEL_PRICING_ERROR", "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"};
    reason = reasons[mixed(order.hash, 41) % reasons.size()];
  }
  for (Portion& portion : line.portions) {
    if (portion.status != Status::cancelled || portion.cancellation_reason != reason) continue;
    portion.quantity += taken;
    return true;
  }
  Portion portion;
  portion.status = Status::cancelled;
  portion.quantity = taken;
  portion.cancellation_reason = std::move(reason);
  line.portions.push_back(std::move(portion));
  return true;
}

/// A tenth of the price still refundable, without tax: what a seller gives for goodwill.
std::vector<RefundCharge> goodwill(const Line& line) {
  const Money rest = refundable(line, "PRODUCT");
  const domain::Decimal part = domain::proportion(rest.amount, domain::Decimal::from_integer(1),
                                                  domain::Decimal::from_integer(10), currency_digits(line.currency));
  if (part.is_zero() || part.is_negative()) return {};
  RefundCharge charge;
  charge.reason = "Finance -> Goodwill";
  charge.type = "PRODUCT";
  charge.name = "Item Price";
  charge.amount = part;
  return {charge};
}

bool refund(const Order& order, Line& line, const OrderEvent& event) {
  Refund refund;
  if (event.details) {
    refund = event.details->refund;
  } else {
    refund.quantity = std::min<std::int64_t>(event.quantity, line.shipped());
    refund.charges = refund.quantity == 0 ? goodwill(line) : refund_for_units(line, refund.quantity, "DamagedItem");
    refund.comments = refund.quantity == 0 ? "Goodwill" : "Arrived damaged";
    refund.id = fmt::format("R{}", mixed(order.hash, line.refunds.size() + 900) % 10'000'000'000ULL);
  }
  if (refund.charges.empty()) return false;
  refund.time = event.time;
  line.refunds.push_back(std::move(refund));
  return true;
}

bool change_tracking(Line& line, const OrderEvent& event) {
  if (!event.details) return false;
  for (auto portion = line.portions.rbegin(); portion != line.portions.rend(); ++portion) {
    if (portion->status != Status::shipped) continue;
    portion->tracking = std::make_shared<Tracking>(event.details->tracking);
    portion->loaded = json::Value{};
    return true;
  }
  return false;
}

bool apply_to_line(const Order& order, Line& line, const OrderEvent& event) {
  switch (event.kind) {
    case EventKind::acknowledge:
      return acknowledge(line);
    case EventKind::ship:
      return ship(order, line, event);
    case EventKind::deliver:
      return deliver(line, event.quantity);
    case EventKind::cancel:
    case EventKind::auto_cancel:
      return cancel(order, line, event);
    case EventKind::refund:
      return refund(order, line, event);
    case EventKind::ask_to_cancel:
      if (line.intent_to_cancel || line.open() == 0) return false;
      line.intent_to_cancel = true;
      return true;
    case EventKind::change_tracking:
      return change_tracking(line, event);
    case EventKind::open_return:
      if (!event.details) return false;
      line.return_order_id = event.details->return_order_id;
      return true;
  }
  return false;
}

}  // namespace

std::string_view word(Status status) {
  static constexpr std::array<std::string_view, status_count> words = {"Created", "Acknowledged", "Shipped",
                                                                       "Delivered", "Cancelled"};
  return words[static_cast<std::size_t>(status)];
}

std::string_view word(NodeType type) {
  static constexpr std::array<std::string_view, node_type_count> words = {"SellerFulfilled", "WFSFulfilled",
                                                                          "3PLFulfilled"};
  return words[static_cast<std::size_t>(type)];
}

std::int64_t Line::in(Status status) const {
  std::int64_t sum = 0;
  for (const Portion& portion : portions) {
    if (portion.status == status) sum += portion.quantity;
  }
  return sum;
}

std::uint8_t Order::status_mask() const {
  std::uint8_t mask = 0;
  for (const Line& line : lines) {
    for (const Portion& portion : line.portions) mask |= bit(portion.status);
  }
  return mask;
}

std::size_t Order::line_index(std::string_view number) const {
  std::size_t index = 0;
  while (index < lines.size() && lines[index].number != number) ++index;
  return index;
}

bool apply(Order& order, const OrderEvent& event) {
  bool is_changed = false;
  const bool is_status_change = event.kind != EventKind::refund && event.kind != EventKind::ask_to_cancel &&
                                event.kind != EventKind::change_tracking && event.kind != EventKind::open_return;
  for (std::size_t index = 0; index < order.lines.size(); ++index) {
    if (event.line != all_lines && event.line != static_cast<std::int16_t>(index)) continue;
    Line& line = order.lines[index];
    if (!apply_to_line(order, line, event)) continue;
    line.is_touched = true;
    if (is_status_change) line.status_time = event.time;
    is_changed = true;
  }
  return is_changed;
}

}  // namespace connector::sandbox::walmart
