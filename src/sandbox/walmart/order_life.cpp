#include "sandbox/walmart/order_life.h"

#include <algorithm>

#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;

constexpr std::uint32_t packed(std::size_t line, std::int64_t units) {
  return static_cast<std::uint32_t>(line) << 16U | static_cast<std::uint32_t>(std::min<std::int64_t>(units, 0xFFFF));
}

/// The stock a seller-fulfilled line of this SKU lives on; nullptr when Walmart or a partner keeps it.
Stock* stock_of(Seller& seller, NodeType type, std::uint32_t item, std::size_t node) {
  if (type != NodeType::seller) return nullptr;
  auto& stock = seller.catalogue.item(item).stock;
  return &stock[std::min(node, stock.size() - 1)];
}

void reserve(Seller& seller, const OrderSketch& sketch) {
  for (std::size_t line = 0; line < sketch.line_count; ++line) {
    Stock* stock = stock_of(seller, sketch.node_type, sketch.lines[line].item, sketch.node);
    if (stock == nullptr) continue;
    const bool had_some = stock->available > 0;
    stock->available -= sketch.lines[line].quantity;
    stock->reserved += sketch.lines[line].quantity;
    if (had_some && stock->available <= 0) {
      announce_out_of_stock(seller, seller.catalogue.item(sketch.lines[line].item), sketch.created);
    }
  }
}

/// Shipped units leave the reserved stock, cancelled ones go back to what is available.
void release(Seller& seller, const OrderSketch& sketch, std::size_t line, std::int64_t shipped,
             std::int64_t cancelled) {
  Stock* stock = stock_of(seller, sketch.node_type, sketch.lines[line].item, sketch.node);
  if (stock == nullptr) return;
  stock->reserved -= shipped + cancelled;
  stock->available += cancelled;
}

/// The place in the script where the seller of this order waits for a call to acknowledge it; the script's end if none.
std::size_t place_of_waiting(const Seller& seller, OrderNumber number, const Script& script) {
  const bool waits = seller.orders.source_of(number).options().life == SellerLife::once_acknowledged &&
                     seller.orders.record(number).node_type != NodeType::walmart;
  std::size_t place = 0;
  while (place < script.count && !(waits && script.events[place].kind == EventKind::acknowledge)) ++place;
  return place;
}

/// By how much the order's life is late because its acknowledgement was.
Milliseconds delay_of(const Seller& seller, OrderNumber number, const Script& script) {
  const std::size_t place = place_of_waiting(seller, number, script);
  if (place >= seller.orders.record(number).script_position || place == script.count) return Milliseconds::zero();
  for (const OrderEvent& event : seller.orders.history(number)) {
    if (event.kind != EventKind::acknowledge) continue;
    return std::max<Milliseconds>(Milliseconds::zero(), event.time - script.events[place].time);
  }
  return Milliseconds::zero();
}

void schedule_script(Seller& seller, OrderNumber number, const Script& script) {
  const std::uint8_t position = seller.orders.record(number).script_position;
  if (position >= script.count) return;
  seller.agenda.add({script.events[position].time + delay_of(seller, number, script), number, 0, Agenda::Kind::script});
}

Milliseconds scaled(const Seller& seller, OrderNumber number, Milliseconds time) {
  return Milliseconds(time.count() * 100 / life_speed(seller, number));
}

/// After a shipment by call the carrier delivers some days later.
void plan_delivery(Seller& seller, OrderNumber number, std::size_t line, std::int64_t units, UtcTime time) {
  Chance chance(mixed(mixed(seller.config.seed, number), static_cast<std::uint64_t>(time.time_since_epoch().count())));
  const Milliseconds journey = std::chrono::minutes(chance.between(30L * 60, 110L * 60));
  seller.agenda.add({time + scaled(seller, number, journey), number, packed(line, units), Agenda::Kind::deliver});
}

/// After a delivery some customers send the goods back.
void plan_return(Seller& seller, OrderNumber number, std::size_t line, std::int64_t units, UtcTime time) {
  const OrderRecord& record = seller.orders.record(number);
  if (record.source == Orders::loaded_source) return;
  Chance chance(
      mixed(mixed(seller.config.seed, number), 77 + static_cast<std::uint64_t>(time.time_since_epoch().count())));
  if (!chance.per_mille(seller.orders.source_of(number).options().returns)) return;
  const Milliseconds pause = std::chrono::hours(chance.between(20, 480));
  seller.agenda.add({time + scaled(seller, number, pause), number, packed(line, chance.between(1, units)),
                     Agenda::Kind::open_return});
}

void run_script(Seller& seller, OrderNumber number) {
  const OrderRecord& record = seller.orders.record(number);
  const OrderSketch sketch = seller.orders.sketch(number);
  const Script script = seller.orders.source_of(number).script(sketch);
  ScriptEvent event = script.events[record.script_position];
  event.time += delay_of(seller, number, script);
  if (record.script_position == place_of_waiting(seller, number, script)) {
    seller.orders.skip_script_event(number);
    const bool is_acknowledged = (record.status_mask & bit(Status::created)) == 0;
    if (is_acknowledged) schedule_script(seller, number, script);
    return;
  }
  if (event.kind == EventKind::open_return) {
    seller.orders.skip_script_event(number);
    open_return(seller, number, {{static_cast<std::size_t>(event.line), event.quantity}}, event.time, "");
  } else if (record.history != 0) {
    seller.orders.skip_script_event(number);
    happen(seller, number, OrderEvent{event.time, event.kind, event.line, event.quantity, nullptr}, Actor::script);
  } else {
    // Nothing but the script ever happened to this order, so its numbers tell all; no need to build it.
    if (event.kind == EventKind::ship) release(seller, sketch, static_cast<std::size_t>(event.line), event.quantity, 0);
    const bool is_cancel = event.kind == EventKind::cancel || event.kind == EventKind::auto_cancel;
    if (is_cancel) release(seller, sketch, static_cast<std::size_t>(event.line), 0, event.quantity);
    seller.orders.step_script(number, event.time, event.status_mask);
    announce_event(seller, number, event.kind, event.line, event.time);
  }
  schedule_script(seller, number, script);
}

void cancel_what_is_late(Seller& seller, OrderNumber number, UtcTime time) {
  if (!seller.switches.auto_cancel) return;
  const Order order = seller.orders.order(number, seller.catalogue);
  for (std::size_t line = 0; line < order.lines.size(); ++line) {
    const std::int64_t open = order.lines[line].open();
    if (open == 0) continue;
    happen(seller, number,
           OrderEvent{time, EventKind::auto_cancel, static_cast<std::int16_t>(line), static_cast<std::int32_t>(open),
                      nullptr},
           Actor::script);
  }
}

}  // namespace

std::int64_t life_speed(const Seller& seller, OrderNumber number) {
  const bool is_loaded = seller.orders.record(number).source == Orders::loaded_source;
  const std::int64_t speed =
      is_loaded ? seller.switches.life_speed_percent : seller.orders.source_of(number).options().life_speed_percent;
  return std::max<std::int64_t>(1, speed);
}

void place_next_order(Seller& seller) {
  const OrderNumber number = seller.orders.create_next();
  const OrderSketch sketch = seller.orders.sketch(number);
  const OrderSource& source = seller.orders.source_of(number);
  const Script script = source.script(sketch);
  reserve(seller, sketch);
  schedule_script(seller, number, script);
  const bool may_be_late = source.options().life != SellerLife::autonomous && sketch.node_type == NodeType::seller;
  if (may_be_late) {
    seller.agenda.add({sketch.ship_by + std::chrono::days(4), number, 0, Agenda::Kind::auto_cancel});
  }
  announce_created(seller, number, sketch.created);
}

bool happen(Seller& seller, OrderNumber number, const OrderEvent& event, Actor actor) {
  Order order = seller.orders.order(number, seller.catalogue);
  const std::vector<Line> before = order.lines;
  if (!apply(order, event)) return false;
  seller.orders.add_event(number, event, order.status_mask());
  const bool is_generated = seller.orders.record(number).source != Orders::loaded_source;
  const OrderSketch sketch = is_generated ? seller.orders.sketch(number) : OrderSketch{};
  for (std::size_t line = 0; line < before.size(); ++line) {
    const std::int64_t shipped = order.lines[line].shipped() - before[line].shipped();
    const std::int64_t cancelled = order.lines[line].in(Status::cancelled)-before[line].in(Status::cancelled);
    const std::int64_t delivered = order.lines[line].in(Status::delivered)-before[line].in(Status::delivered);
    if (is_generated) release(seller, sketch, line, shipped, cancelled);
    if (actor == Actor::call && shipped > 0) plan_delivery(seller, number, line, shipped, event.time);
    if (actor == Actor::call && delivered > 0) plan_return(seller, number, line, delivered, event.time);
  }
  announce_event(seller, number, event.kind, event.line, event.time);
  if (actor == Actor::call && event.kind == EventKind::acknowledge && is_generated) {
    const Script script = seller.orders.source_of(number).script(sketch);
    const bool has_waited = place_of_waiting(seller, number, script) < seller.orders.record(number).script_position;
    if (has_waited) schedule_script(seller, number, script);
  }
  return true;
}

void run_order_entry(Seller& seller, const Agenda::Entry& entry) {
  const auto line = static_cast<std::int16_t>(entry.detail >> 16U);
  const auto units = static_cast<std::int32_t>(entry.detail & 0xFFFFU);
  switch (entry.kind) {
    case Agenda::Kind::script:
      return run_script(seller, entry.subject);
    case Agenda::Kind::auto_cancel:
      return cancel_what_is_late(seller, entry.subject, entry.time);
    case Agenda::Kind::deliver:
      happen(seller, entry.subject, OrderEvent{entry.time, EventKind::deliver, line, units, nullptr}, Actor::call);
      return;
    case Agenda::Kind::open_return:
      open_return(seller, entry.subject, {{static_cast<std::size_t>(line), units}}, entry.time, "");
      return;
    default:
      return;
  }
}

}  // namespace connector::sandbox::walmart
