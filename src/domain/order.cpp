#include "domain/order.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace connector::domain {
namespace {

constexpr std::array<std::pair<LineStatus, std::string_view>, 7> words{{{LineStatus::created, "created"},
                                                                        {LineStatus::acknowledged, "acknowledged"},
                                                                        {LineStatus::shipped, "shipped"},
                                                                        {LineStatus::delivered, "delivered"},
                                                                        {LineStatus::cancelled, "cancelled"},
                                                                        {LineStatus::refunded, "refunded"},
                                                                        {LineStatus::unknown, "unknown"}}};

template <class Predicate>
Decimal sum_of(const OrderLine& line, Predicate wanted) {
  Decimal sum;
  for (const QuantityStatus& part : line.statuses) {
    if (wanted(part.status) && !part.quantity.is_negative()) sum += part.quantity;
  }
  return sum;
}

bool same_kind(const Charge& a, const Charge& b) {
  return a.type == b.type && a.name == b.name && a.currency == b.currency;
}

/// Known charges that `incoming` lost or zeroed stay. Of a line with cancellations the larger ones stay, because there
/// Walmart's zero or lowered amounts no longer speak of the whole ordered quantity, whichever snapshot comes first.
std::vector<Charge> merged_charges(const OrderLine& known, const OrderLine& incoming) {
  const bool cancelled = !cancelled_quantity(incoming).is_zero();
  std::vector<Charge> merged = known.charges;
  std::vector<bool> matched(known.charges.size(), false);
  for (const Charge& charge : incoming.charges) {
    std::size_t index = 0;
    while (index < matched.size() && (matched[index] || !same_kind(known.charges[index], charge))) ++index;
    if (index == matched.size()) {
      merged.push_back(charge);
      continue;
    }
    matched[index] = true;
    Charge& kept = merged[index];
    if (cancelled && charge.amount.abs() <= kept.amount.abs() && !kept.amount.is_zero()) continue;
    if (!charge.amount.is_zero()) kept.amount = charge.amount;
    if (charge.tax && (!charge.tax->is_zero() || !kept.tax)) kept.tax = charge.tax;
    if (!charge.tax_name.empty()) kept.tax_name = charge.tax_name;
  }
  return merged;
}

bool is_before(const std::optional<UtcTime>& a, const std::optional<UtcTime>& b) { return a && b && *a < *b; }

/// What `told` says of the line, with ship times for what comes without them: those of `other`, another snapshot, and
/// else the earlier status time of both. What had left by then does not leave again when its status changes.
std::vector<QuantityStatus> with_known_ship_times(const OrderLine& told, const OrderLine& other) {
  std::vector<QuantityStatus> pool;
  for (const QuantityStatus& part : other.statuses) {
    if (!has_left(part.status)) continue;
    if (part.ship_time) {
      pool.push_back(part);
    } else if (is_before(other.status_time, told.status_time)) {
      pool.push_back(part);
      pool.back().ship_time = other.status_time;
    }
  }
  for (const QuantityStatus& part : told.statuses) {
    if (!has_left(part.status) || !part.ship_time) continue;
    Decimal quantity = part.quantity;
    for (QuantityStatus& shipped : pool) {
      if (shipped.ship_time != part.ship_time) continue;
      const Decimal taken = std::min(shipped.quantity, quantity);
      shipped.quantity -= taken;
      quantity -= taken;
    }
  }

  std::vector<QuantityStatus> result;
  for (const QuantityStatus& part : told.statuses) {
    if (!has_left(part.status) || part.ship_time) {
      result.push_back(part);
      continue;
    }
    Decimal open = part.quantity;
    for (QuantityStatus& shipped : pool) {
      const Decimal taken = std::min(shipped.quantity, open);
      if (taken <= Decimal()) continue;
      QuantityStatus piece = part;
      piece.quantity = taken;
      piece.ship_time = shipped.ship_time;
      if (piece.carrier.empty()) piece.carrier = shipped.carrier;
      if (piece.tracking_number.empty()) piece.tracking_number = shipped.tracking_number;
      result.push_back(std::move(piece));
      shipped.quantity -= taken;
      open -= taken;
    }
    if (open > Decimal() || part.quantity.is_zero()) {
      result.push_back(part);
      result.back().quantity = open;
      if (is_before(told.status_time, other.status_time)) result.back().ship_time = told.status_time;
    }
  }
  return result;
}

bool tells_more(const OrderLine& known, const OrderLine& incoming) {
  const Decimal shipped_before = shipped_quantity(known);
  const Decimal shipped_now = shipped_quantity(incoming);
  if (shipped_now != shipped_before) return shipped_now > shipped_before;
  const Decimal cancelled_before = cancelled_quantity(known);
  const Decimal cancelled_now = cancelled_quantity(incoming);
  if (cancelled_now != cancelled_before) return cancelled_now > cancelled_before;
  return !known.status_time || !incoming.status_time || *incoming.status_time >= *known.status_time;
}

/// Cancelled units never leave and units that left are never cancelled, so stale snapshots do not look so either.
bool takes_back(const OrderLine& earlier, const OrderLine& later) {
  return earlier.status_time && later.status_time && *later.status_time > *earlier.status_time &&
         shipped_quantity(later) < shipped_quantity(earlier) && cancelled_quantity(later) > cancelled_quantity(earlier);
}

Retraction as_retraction(const OrderLine& line) {
  return {shipped_quantity(line), cancelled_quantity(line), *line.status_time};
}

std::optional<Retraction> merged_retraction(const OrderLine& known, const OrderLine& incoming) {
  if (takes_back(known, incoming)) return as_retraction(incoming);
  if (takes_back(incoming, known)) return as_retraction(known);
  if (!known.retraction || !incoming.status_time || *incoming.status_time <= known.retraction->as_of) {
    return known.retraction;
  }
  if (shipped_quantity(incoming) < shipped_quantity(known)) return known.retraction;
  return std::nullopt;
}

bool same_charge(const OrderRefund& a, const OrderRefund& b) { return a.reason == b.reason && a.charge == b.charge; }

/// True if `many` states each of `few`, as often.
bool states_all(const std::vector<OrderRefund>& many, const std::vector<OrderRefund>& few) {
  std::vector<bool> used(many.size(), false);
  return std::all_of(few.begin(), few.end(), [&](const OrderRefund& refund) {
    for (std::size_t index = 0; index < many.size(); ++index) {
      if (used[index] || !same_charge(many[index], refund)) continue;
      used[index] = true;
      return true;
    }
    return false;
  });
}

/// Walmart shows one refund object per line. Whether a second refund joins it or takes its place is not documented, so
/// both are understood: a snapshot that states more than all that is known holds it, other ids stand beside it.
std::vector<OrderRefund> merged_refunds(const std::vector<OrderRefund>& known,
                                        const std::vector<OrderRefund>& incoming) {
  if (incoming.empty()) return known;
  std::vector<OrderRefund> merged = incoming;
  std::vector<bool> used(known.size(), false);
  for (OrderRefund& refund : merged) {
    for (std::size_t index = 0; index < known.size(); ++index) {
      if (used[index] || !same_charge(known[index], refund)) continue;
      used[index] = true;
      if (known[index].seen_at) refund.seen_at = known[index].seen_at;
      break;
    }
  }
  if (incoming.size() > known.size() && states_all(incoming, known)) return merged;
  for (const OrderRefund& refund : known) {
    const bool replaced =
        refund.refund_id.empty() || std::any_of(incoming.begin(), incoming.end(), [&refund](const OrderRefund& other) {
          return other.refund_id == refund.refund_id;
        });
    if (!replaced) merged.push_back(refund);
  }
  return merged;
}

OrderLine merge(const OrderLine& known, const OrderLine& incoming) {
  OrderLine merged = incoming;
  if (merged.sku.empty()) merged.sku = known.sku;
  if (merged.product_name.empty()) merged.product_name = known.product_name;
  merged.quantity = std::max(known.quantity, incoming.quantity);
  const bool newer = tells_more(known, incoming);
  merged.charges = newer ? merged_charges(known, incoming) : merged_charges(incoming, known);
  merged.statuses = newer && !incoming.statuses.empty() ? with_known_ship_times(incoming, known)
                                                        : with_known_ship_times(known, incoming);
  merged.refunds =
      newer ? merged_refunds(known.refunds, incoming.refunds) : merged_refunds(incoming.refunds, known.refunds);
  if (known.status_time && (!merged.status_time || *merged.status_time < *known.status_time)) {
    merged.status_time = known.status_time;
  }
  merged.retraction = merged_retraction(known, incoming);
  return merged;
}

void keep(std::string& member, const std::string& known) {
  if (member.empty()) member = known;
}

}  // namespace

std::string_view to_string(LineStatus status) {
  const auto found =
      std::find_if(words.begin(), words.end(), [status](const auto& entry) { return entry.first == status; });
  return found == words.end() ? std::string_view("unknown") : found->second;
}

std::optional<LineStatus> parse_line_status(std::string_view name) {
  const auto found =
      std::find_if(words.begin(), words.end(), [name](const auto& entry) { return entry.second == name; });
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool has_left(LineStatus status) {
  return status == LineStatus::shipped || status == LineStatus::delivered || status == LineStatus::refunded;
}

Decimal shipped_quantity(const OrderLine& line) { return std::min(sum_of(line, has_left), line.quantity); }

Decimal cancelled_quantity(const OrderLine& line) {
  const Decimal cancelled = sum_of(line, [](LineStatus status) { return status == LineStatus::cancelled; });
  return std::min(cancelled, line.quantity - shipped_quantity(line));
}

PurchaseOrder merge(const PurchaseOrder& known, const PurchaseOrder& incoming) {
  PurchaseOrder merged = incoming;
  keep(merged.purchase_order_id, known.purchase_order_id);
  keep(merged.customer_order_id, known.customer_order_id);
  keep(merged.order_type, known.order_type);
  keep(merged.ship_node, known.ship_node);
  keep(merged.ship_node_type, known.ship_node_type);
  keep(merged.ship_to_country, known.ship_to_country);
  keep(merged.ship_to_state, known.ship_to_state);
  if (merged.order_time == UtcTime{}) merged.order_time = known.order_time;

  merged.returns = merge(known.returns, incoming.returns);
  merged.lines = known.lines;
  const std::size_t known_lines = known.lines.size();
  for (const OrderLine& line : incoming.lines) {
    const auto end = merged.lines.begin() + static_cast<std::ptrdiff_t>(known_lines);
    const auto found = std::find_if(merged.lines.begin(), end,
                                    [&line](const OrderLine& other) { return other.line_number == line.line_number; });
    if (found == end) {
      merged.lines.push_back(line);
      continue;
    }
    const auto before = found->retraction;
    *found = merge(*found, line);
    // Two lines of one number say different things at once.
    const bool is_alone = std::count_if(incoming.lines.begin(), incoming.lines.end(), [&line](const OrderLine& other) {
                            return other.line_number == line.line_number;
                          }) == 1;
    if (!is_alone) found->retraction = before;
  }
  return merged;
}

}  // namespace connector::domain
