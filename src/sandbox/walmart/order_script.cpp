#include <algorithm>
#include <utility>

#include "sandbox/walmart/order_generator.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;

Milliseconds hours(std::int64_t count) { return std::chrono::hours(count); }
Milliseconds minutes(std::int64_t count) { return std::chrono::minutes(count); }

/// Draws what will happen to one order. The order of the draws is part of every story that a seed tells.
class ScriptWriter {
 public:
  ScriptWriter(const OrderGenerator& options, const OrderSketch& order)
      : options_(options), order_(order), chance_(mixed(order.hash, 7)) {}

  /// The events in the order of the draws, not of time.
  Script write() {
    if (is_walmarts()) add_all(order_.created, EventKind::acknowledge);
    const bool wants_out = !is_walmarts() && chance_.per_mille(options_.asked_to_cancel);
    if (wants_out) ask_to_cancel();
    if (options_.life != SellerLife::by_calls || is_walmarts()) act(wants_out);
    return script_;
  }

 private:
  /// What left of a line, and how far it came.
  struct Journey {
    std::int64_t arrived = 0;  ///< units
    UtcTime last{};
  };

  bool is_walmarts() const { return order_.node_type == NodeType::walmart; }
  Milliseconds scaled(Milliseconds time) const {
    return Milliseconds(time.count() * 100 / options_.life_speed_percent);
  }
  void add(UtcTime time, EventKind kind, std::size_t line, std::int64_t quantity) {
    if (script_.count >= most_script_events) return;
    script_.events[script_.count++] =
        ScriptEvent{time, kind, static_cast<std::int16_t>(line), static_cast<std::int32_t>(quantity), 0};
  }
  void add_all(UtcTime time, EventKind kind) {
    script_.events[script_.count++] = ScriptEvent{time, kind, all_lines, 0, 0};
  }

  void ask_to_cancel() {
    const UtcTime asked = order_.created + scaled(minutes(chance_.between(5, 180)));
    for (std::size_t line = 0; line < order_.line_count; ++line) add(asked, EventKind::ask_to_cancel, line, 0);
  }

  /// What the seller does, or Walmart in its place, and what comes of it.
  void act(bool wants_out) {
    const bool is_cancelled = (wants_out && chance_.per_mille(800)) || chance_.per_mille(options_.cancelled_orders);
    const bool is_forgotten =
        !is_cancelled && order_.node_type == NodeType::seller && chance_.per_mille(options_.never_shipped);
    const UtcTime acknowledged = order_.created + scaled(minutes(chance_.between(5, 235)));
    const UtcTime cancelled = order_.created + scaled(minutes(chance_.between(200, 600)));
    const bool is_acknowledged_first = chance_.below(4) != 0;
    if (!is_walmarts() && (!is_cancelled || is_acknowledged_first)) add_all(acknowledged, EventKind::acknowledge);
    const UtcTime common_shipment = acknowledged + scaled(minutes(chance_.between(60, 1800)));
    for (std::size_t line = 0; line < order_.line_count; ++line) {
      if (is_cancelled) {
        add(cancelled, EventKind::cancel, line, order_.lines[line].quantity);
        continue;
      }
      const std::int64_t units = order_.lines[line].quantity - cancel_of_line(line, acknowledged);
      if (units == 0) continue;
      if (is_forgotten) {
        add(order_.ship_by + std::chrono::days(4), EventKind::auto_cancel, line, units);
        continue;
      }
      send_back(line, units, ship(line, units, common_shipment));
    }
  }

  /// Returns how many units are cancelled.
  std::int64_t cancel_of_line(std::size_t line, UtcTime acknowledged) {
    const std::int64_t ordered = order_.lines[line].quantity;
    const bool is_line_cancelled = order_.line_count > 1 && chance_.per_mille(options_.cancelled_lines);
    const bool is_partly_cancelled = ordered > 1 && chance_.per_mille(options_.partly_cancelled_lines);
    if (!is_line_cancelled && !is_partly_cancelled) return 0;
    const std::int64_t units = is_line_cancelled ? ordered : chance_.between(1, ordered - 1);
    add(acknowledged + scaled(minutes(chance_.between(10, 50))), EventKind::cancel, line, units);
    return units;
  }

  Journey ship(std::size_t line, std::int64_t units, UtcTime common_shipment) {
    const std::int64_t shipments = units > 1 && chance_.per_mille(options_.split_shipments)
                                       ? chance_.between(2, std::min<std::int64_t>(units, 3))
                                       : 1;
    UtcTime shipment =
        chance_.per_mille(700) ? common_shipment : common_shipment + scaled(minutes(chance_.between(30, 900)));
    UtcTime delivered = shipment;
    Journey journey;
    std::int64_t rest = units;
    for (std::int64_t number = shipments; number > 0; --number) {
      const std::int64_t parcel = number == 1 ? rest : chance_.between(1, rest - (number - 1));
      rest -= parcel;
      add(shipment, EventKind::ship, line, parcel);
      if (!chance_.per_mille(options_.lost_parcels)) {
        delivered = std::max(delivered, shipment) + scaled(hours(chance_.between(30, 110)));
        add(delivered, EventKind::deliver, line, parcel);
        journey.arrived += parcel;
      }
      shipment += scaled(minutes(chance_.between(400, 1500)));
    }
    journey.last = std::max(shipment, delivered);
    return journey;
  }

  void send_back(std::size_t line, std::int64_t shipped, const Journey& journey) {
    if (!is_walmarts() && chance_.per_mille(options_.refunds)) {
      const std::int64_t units = chance_.below(2) == 0 ? 0 : chance_.between(1, shipped);
      add(journey.last + scaled(hours(chance_.between(20, 240))), EventKind::refund, line, units);
    }
    if (journey.arrived > 0 && chance_.per_mille(options_.returns)) {
      // Drawn in this order, whatever order a compiler has for arguments.
      const std::int64_t units = chance_.between(1, journey.arrived);
      add(journey.last + scaled(hours(chance_.between(20, 480))), EventKind::open_return, line, units);
    }
  }

  const OrderGenerator& options_;
  const OrderSketch& order_;
  Chance chance_;
  Script script_;
};

/// Tells each event which statuses the order has after it, for whoever needs no more of the order. The events are in
/// the order of time.
void mark_statuses(Script& script, const OrderSketch& order) {
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
}

}  // namespace

Script OrderSource::script(const OrderSketch& order) const {
  Script script = ScriptWriter(options_, order).write();
  std::stable_sort(script.events.begin(), script.events.begin() + script.count,
                   [](const ScriptEvent& first, const ScriptEvent& second) { return first.time < second.time; });
  mark_statuses(script, order);
  return script;
}

}  // namespace connector::sandbox::walmart
