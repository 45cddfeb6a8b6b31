#include "flows/return_facts.h"

#include <algorithm>
#include <optional>

namespace connector::flows {

using domain::Decimal;
using domain::ReturnedLine;
using domain::UtcTime;

namespace {

bool is_refunded(const std::string& word) { return word == "REFUND_COMPLETED" || word == "REFUND_ISSUED"; }

void later(std::optional<UtcTime>& latest, const std::optional<UtcTime>& time) {
  if (time && (!latest || *time > *latest)) latest = time;
}

bool is_cancelled(const walmart::ReturnLine& line) {
  const auto last = std::max_element(line.events.begin(), line.events.end(),
                                     [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  return last != line.events.end() && last->tag == "RETURN_CANCELLED";
}

/// COMPLETED covers cancelled returns and replacements too (walmart.md 3), so only what speaks of money counts.
Decimal refunded_units(const walmart::ReturnLine& line) {
  if (is_cancelled(line)) return std::min(line.refunded_quantity, line.quantity);
  Decimal stated;
  for (const walmart::ReturnStatus& part : line.statuses) {
    if (is_refunded(part.refund_status)) stated += part.quantity;
  }
  if (line.refunded_quantity.is_zero() && line.statuses.empty() && is_refunded(line.refund_status)) {
    stated = line.quantity;
  }
  return std::min(std::max(line.refunded_quantity, stated), line.quantity);
}

std::optional<UtcTime> refund_time(const walmart::ReturnLine& line) {
  std::optional<UtcTime> time;
  for (const walmart::ReturnEvent& event : line.events) {
    if (event.tag == "REFUND_ISSUED") later(time, event.time);
  }
  if (time) return time;
  for (const walmart::ReturnStatus& part : line.statuses) {
    if (is_refunded(part.refund_status)) later(time, part.time);
  }
  return time ? time : line.status_time;
}

ReturnedLine line_of(const walmart::ReturnOrder& order, const walmart::ReturnLine& line) {
  ReturnedLine made;
  made.return_id = order.return_order_id;
  made.line_number = line.line_number;
  made.order_line_number = line.purchase_order_line_number;
  if (made.order_line_number.empty()) made.order_line_number = line.sales_order_line_number;
  made.sku = line.sku;
  made.reason = line.reason;
  made.quantity = line.quantity;
  made.refunded = refunded_units(line);
  if (line.unit_price) made.currency = line.unit_price->currency;
  for (const walmart::ReturnCharge& charge : line.charges) {
    if (!charge.is_billable) continue;
    made.currency = charge.per_unit.currency;
    domain::ReturnedCharge part{charge.category, charge.name, charge.per_unit.amount, Decimal()};
    for (const walmart::ReturnTax& tax : charge.taxes) part.tax += tax.per_unit.amount;
    if (charge.is_discount) {
      part.amount = -part.amount.abs();
      part.tax = -part.tax.abs();
    }
    made.charges.push_back(std::move(part));
  }
  for (const auto& [name, money] : line.totals) made.totals.emplace(name, money.amount);
  made.goods_back = line.return_expected && !line.keep_it;
  made.status = line.status;
  if (!made.refunded.is_zero()) made.refund_time = refund_time(line);
  later(made.as_of, line.status_time);
  for (const walmart::ReturnEvent& event : line.events) later(made.as_of, event.time);
  for (const walmart::ReturnStatus& part : line.statuses) later(made.as_of, part.time);
  return made;
}

}  // namespace

std::map<std::string, std::vector<ReturnedLine>> returned_lines_of(const walmart::ReturnOrder& order) {
  std::map<std::string, std::vector<ReturnedLine>> lines;
  for (const walmart::ReturnLine& line : order.lines) lines[line.purchase_order_id].push_back(line_of(order, line));
  return lines;
}

}  // namespace connector::flows
