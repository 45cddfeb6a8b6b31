#include <algorithm>
#include <utility>

#include "sandbox/walmart/order_generator.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;

Milliseconds hours(std::int64_t count) { return std::chrono::hours(count); }
Milliseconds minutes(std::int64_t count) { return std::chrono::minutes(count); }

}  // namespace

Milliseconds OrderSource::scaled(Milliseconds time) const {
  return Milliseconds(time.count() * 100 / options_.life_speed_percent);
}

Script OrderSource::script(const OrderSketch& order) const {
  Script script;
  Chance chance(mixed(order.hash, 7));
  const UtcTime start = order.created;
  const auto add = [&](UtcTime time, EventKind kind, std::size_t line, std::int64_t quantity) {
    if (script.count >= most_script_events) return;
    script.events[script.count++] =
        ScriptEvent{time, kind, static_cast<std::int16_t>(line), static_cast<std::int32_t>(quantity), 0};
  };
  const auto add_all = [&](UtcTime time, EventKind kind) {
    script.events[script.count++] = ScriptEvent{time, kind, all_lines, 0, 0};
  };
  const bool acts_alone = options_.life != SellerLife::by_calls || order.node_type == NodeType::walmart;
  if (order.node_type == NodeType::walmart) add_all(start, EventKind::acknowledge);
  const bool wants_out = order.node_type != NodeType::walmart && chance.per_mille(options_.asked_to_cancel);
  if (wants_out) {
    const UtcTime asked = start + scaled(minutes(chance.between(5, 180)));
    for (std::size_t line = 0; line < order.line_count; ++line) add(asked, EventKind::ask_to_cancel, line, 0);
  }
  if (acts_alone) {
    const bool is_cancelled = (wants_out && chance.per_mille(800)) || chance.per_mille(options_.cancelled_orders);
    const bool is_forgotten =
        !is_cancelled && order.node_type == NodeType::seller && chance.per_mille(options_.never_shipped);
    const UtcTime acknowledged = start + scaled(minutes(chance.between(5, 235)));
    const UtcTime cancelled = start + scaled(minutes(chance.between(200, 600)));
    const bool is_acknowledged_first = chance.below(4) != 0;
    if (order.node_type != NodeType::walmart && (!is_cancelled || is_acknowledged_first)) {
      add_all(acknowledged, EventKind::acknowledge);
    }
    const UtcTime common_shipment = acknowledged + scaled(minutes(chance.between(60, 1800)));
    for (std::size_t line = 0; line < order.line_count; ++line) {
      std::int64_t rest = order.lines[line].quantity;
      if (is_cancelled) {
        add(cancelled, EventKind::cancel, line, rest);
        continue;
      }
      const bool is_line_cancelled = order.line_count > 1 && chance.per_mille(options_.cancelled_lines);
      const bool is_partly_cancelled = rest > 1 && chance.per_mille(options_.partly_cancelled_lines);
      if (is_line_cancelled || is_partly_cancelled) {
        const std::int64_t units = is_line_cancelled ? rest : chance.between(1, rest - 1);
        add(acknowledged + scaled(minutes(chance.between(10, 50))), EventKind::cancel, line, units);
        rest -= units;
      }
      if (rest == 0) continue;
      if (is_forgotten) {
        add(order.ship_by + std::chrono::days(4), EventKind::auto_cancel, line, rest);
        continue;
      }
      const std::int64_t shipments = rest > 1 && chance.per_mille(options_.split_shipments)
                                         ? chance.between(2, std::min<std::int64_t>(rest, 3))
                                         : 1;
      const std::int64_t shipped = rest;
      UtcTime shipment =
          chance.per_mille(700) ? common_shipment : common_shipment + scaled(minutes(chance.between(30, 900)));
      UtcTime delivered = shipment;
      std::int64_t arrived = 0;
      for (std::int64_t number = shipments; number > 0; --number) {
        const std::int64_t units = number == 1 ? rest : chance.between(1, rest - (number - 1));
        rest -= units;
        add(shipment, EventKind::ship, line, units);
        if (!chance.per_mille(options_.lost_parcels)) {
          delivered = std::max(delivered, shipment) + scaled(hours(chance.between(30, 110)));
          add(delivered, EventKind::deliver, line, units);
          arrived += units;
        }
        shipment += scaled(minutes(chance.between(400, 1500)));
      }
      const UtcTime last = std::max(shipment, delivered);
      if (order.node_type != NodeType::walmart && chance.per_mille(options_.refunds)) {
        const std::int64_t units = chance.below(2) == 0 ? 0 : chance.between(1, shipped);
        add(last + scaled(hours(chance.between(20, 240))), EventKind::refund, line, units);
      }
      if (arrived > 0 && chance.per_mille(options_.returns)) {
        add(last + scaled(hours(chance.between(20, 480))), EventKind::open_return, line, chance.between(1, arrived));
      }
    }
  }
  std::stable_sort(script.events.begin(), script.events.begin() + script.count,
                   [](const ScriptEvent& first, const ScriptEvent& second) { return first.time < second.time; });
  // The masks after each event, for whoever needs no more of the order than its statuses.
  std::array<std::array<std::int64_t, status_count>, most_sketch_lines> quantities{};
  for (std::size_t line = 0; line < order.line_count; ++line) quantities[line][0] = order.lines[line].quantity;
  for (std::size_t position = 0; position < script.count; ++position) {
    ScriptEvent& event = script.events[position];
    std::uint8_t mask = 0;
    for (std::size_t line = 0; line < order.line_count; ++line) {
      auto& counts = quantities[line];
      if (event.line == all_lines || event.line == static_cast<std::int16_t>(line)) {
        const auto move = [&counts, &event](Status from, Status to) {
          const std::int64_t units = std::min<std::int64_t>(counts[static_cast<std::size_t>(from)], event.quantity);
          counts[static_cast<std::size_t>(from)] -= units;
          counts[static_cast<std::size_t>(to)] += units;
        };
        const Status open = counts[0] > 0 ? Status::created : Status::acknowledged;
        if (event.kind == EventKind::acknowledge) counts[1] += std::exchange(counts[0], 0);
        if (event.kind == EventKind::ship) move(open, Status::shipped);
        if (event.kind == EventKind::deliver) move(Status::shipped, Status::delivered);
        if (event.kind == EventKind::cancel || event.kind == EventKind::auto_cancel) move(open, Status::cancelled);
      }
      for (std::size_t status = 0; status < status_count; ++status) {
        if (counts[status] > 0) mask |= bit(static_cast<Status>(status));
      }
    }
    event.status_mask = mask;
  }
  return script;
}

}  // namespace connector::sandbox::walmart
