#include "sandbox/walmart/orders.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/chance.h"

namespace connector::sandbox::walmart {

OrderSource& Orders::add_source(const OrderGenerator& options, Catalogue& catalogue) {
  numbers_of_source_.emplace_back();
  return sources_.emplace_back(options, static_cast<std::uint16_t>(sources_.size()), catalogue);
}

std::optional<domain::UtcTime> Orders::next_creation() const {
  std::optional<domain::UtcTime> earliest;
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    const std::uint64_t made = numbers_of_source_[source].size();
    const std::uint64_t count = sources_[source].options().count;
    if (count != 0 && made >= count) continue;
    const domain::UtcTime created = sources_[source].created(made);
    if (!earliest || created < *earliest) earliest = created;
  }
  return earliest;
}

OrderNumber Orders::create_next() {
  std::size_t next = sources_.size();
  domain::UtcTime earliest{};
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    const std::uint64_t made = numbers_of_source_[source].size();
    const std::uint64_t count = sources_[source].options().count;
    if (count != 0 && made >= count) continue;
    const domain::UtcTime created = sources_[source].created(made);
    if (next != sources_.size() && created >= earliest) continue;
    next = source;
    earliest = created;
  }
  const OrderSketch sketch = sources_[next].sketch(numbers_of_source_[next].size());
  OrderRecord record;
  record.created = sketch.created;
  record.modified = sketch.created;
  record.source = static_cast<std::uint16_t>(next);
  record.source_index = static_cast<std::uint32_t>(numbers_of_source_[next].size());
  record.status_mask = bit(Status::created);
  record.node_type = sketch.node_type;
  record.is_replacement = sketch.is_replacement;
  record.ship_by_seconds = static_cast<std::int32_t>((sketch.ship_by - sketch.created).count() / 1000);
  for (std::size_t line = 0; line < sketch.line_count; ++line) {
    record.sku_bits |= sources_[next].item_bit(sketch.lines[line].item);
  }
  const OrderNumber number = add_record(record);
  numbers_of_source_[next].push_back(number);
  return number;
}

domain::Result<OrderNumber> Orders::load(const json::Value& payload, const Switches& switches) {
  Loaded& loaded = loaded_.emplace_back(Loaded{payload, {}});
  auto order = read_order(loaded.payload, switches);
  if (order && find(order->purchase_order_id)) {
    order = domain::fail(domain::Cause::bad_input, fmt::format("order {} is in the books", order->purchase_order_id));
  }
  if (!order) {
    loaded_.pop_back();
    return domain::fail(order.error());
  }
  loaded.order = std::move(*order);
  OrderRecord record;
  record.created = loaded.order.created;
  record.modified = loaded.order.created;
  record.source = loaded_source;
  record.source_index = static_cast<std::uint32_t>(loaded_.size() - 1);
  record.status_mask = loaded.order.status_mask();
  record.node_type = loaded.order.node_type;
  record.is_replacement = loaded.order.is_replacement;
  record.ship_by_seconds = static_cast<std::int32_t>((loaded.order.ship_by - loaded.order.created).count() / 1000);
  for (const Line& line : loaded.order.lines) {
    record.sku_bits |= sku_bit(line.sku);
    record.modified = std::max(record.modified, line.status_time);
  }
  loaded.changed = record.modified;
  const OrderNumber number = add_record(record);
  loaded_by_id_.emplace(loaded.order.purchase_order_id, number);
  loaded_by_customer_.emplace(loaded.order.customer_order_id, number);
  return number;
}

OrderSketch Orders::sketch(OrderNumber number) const {
  const OrderRecord& record = records_[number];
  return sources_[record.source].sketch(record.source_index);
}

Order Orders::order(OrderNumber number, const Catalogue& catalogue) const {
  return build(number, catalogue, domain::UtcTime::min(), domain::UtcTime::max());
}

std::optional<Order> Orders::order_before(OrderNumber number, const Catalogue& catalogue, domain::UtcTime time) const {
  const domain::UtcTime from = settles_from(number);
  if (from >= time) return std::nullopt;
  return build(number, catalogue, from, time);
}

domain::UtcTime Orders::settles_from(OrderNumber number) const {
  const OrderRecord& record = records_[number];
  const domain::UtcTime own = record.source == loaded_source ? loaded_[record.source_index].changed : record.created;
  const auto late = settled_late_.find(number);
  return late == settled_late_.end() ? own : std::max(own, late->second);
}

Order Orders::build(OrderNumber number, const Catalogue& catalogue, domain::UtcTime from, domain::UtcTime time) const {
  const OrderRecord& record = records_[number];
  const auto is_later = [&](domain::UtcTime event) { return std::max(event, from) >= time; };
  Order order;
  if (record.source == loaded_source) {
    order = loaded_[record.source_index].order;
  } else {
    const OrderSource& source = sources_[record.source];
    const OrderSketch sketch = source.sketch(record.source_index);
    order = source.build(sketch, record.source_index, catalogue);
    if (record.script_replayed > 0) {
      const Script script = source.script(sketch);
      for (std::size_t position = 0; position < record.script_replayed; ++position) {
        const ScriptEvent& event = script.events[position];
        if (is_later(event.time)) return order;
        apply(order, OrderEvent{event.time, event.kind, event.line, event.quantity, nullptr});
      }
    }
  }
  for (const OrderEvent& event : history(number)) {
    if (is_later(event.time)) return order;
    apply(order, event);
  }
  return order;
}

std::optional<OrderNumber> Orders::find(std::string_view purchase_order_id) const {
  if (const auto found = loaded_by_id_.find(std::string(purchase_order_id)); found != loaded_by_id_.end()) {
    return found->second;
  }
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    const auto index = sources_[source].index_of_purchase_order(purchase_order_id);
    if (index && *index < numbers_of_source_[source].size()) return numbers_of_source_[source][*index];
  }
  return std::nullopt;
}

std::vector<OrderNumber> Orders::of_customer_order(std::string_view customer_order_id) const {
  std::vector<OrderNumber> found;
  const auto [begin, end] = loaded_by_customer_.equal_range(std::string(customer_order_id));
  for (auto entry = begin; entry != end; ++entry) found.push_back(entry->second);
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    const auto first = sources_[source].index_of_customer_order(customer_order_id);
    if (!first) continue;
    const std::uint64_t block_end = std::min<std::uint64_t>(*first / 4 * 4 + 4, numbers_of_source_[source].size());
    for (std::uint64_t index = *first; index < block_end; ++index) {
      if (sources_[source].sketch(index).customer == *first) found.push_back(numbers_of_source_[source][index]);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Orders::step_script(OrderNumber number, domain::UtcTime time, std::uint8_t status_mask) {
  OrderRecord& record = records_[number];
  record.status_mask = status_mask;
  ++record.script_position;
  record.script_replayed = record.script_position;
  touch(number, time);
}

void Orders::add_event(OrderNumber number, OrderEvent event, std::uint8_t status_mask) {
  OrderRecord& record = records_[number];
  if (record.history == 0) {
    histories_.emplace_back();
    record.history = static_cast<std::uint32_t>(histories_.size());
  }
  record.status_mask = status_mask;
  const domain::UtcTime time = event.time;
  histories_[record.history - 1].push_back(std::move(event));
  touch(number, time);
}

const std::vector<OrderEvent>& Orders::history(OrderNumber number) const {
  static const std::vector<OrderEvent> none;
  const std::uint32_t history = records_[number].history;
  return history == 0 ? none : histories_[history - 1];
}

OrderNumber Orders::add_record(OrderRecord record) {
  const auto number = static_cast<OrderNumber>(records_.size());
  Creations& creations = creations_[index(record.node_type)];
  if (!creations.list.empty() && records_[creations.list.back()].created > record.created) creations.is_sorted = false;
  creations.list.push_back(number);
  const domain::UtcTime time = record.modified;
  records_.push_back(record);
  if (record.created < settled_until_) settled_late_.emplace(number, settled_until_);
  const domain::UtcTime settling = std::max(record.created, settled_until_);
  first_to_settle_ = first_to_settle_ ? std::min(*first_to_settle_, settling) : settling;
  ++changes_[index(record.node_type)].orders;
  touch(number, time);
  return number;
}

void Orders::touch(OrderNumber number, domain::UtcTime time) {
  OrderRecord& record = records_[number];
  record.modified = std::max(record.modified, time);
  const std::int64_t delay = switches_->modified_listing_delay_seconds * 1'000;
  if (delay == 0) return list_change({record.modified, number});
  const auto seed = static_cast<std::uint64_t>(domain::to_epoch_milliseconds(record.modified));
  const auto own_delay = static_cast<std::int64_t>(mixed(seed, number) % static_cast<std::uint64_t>(delay + 1));
  not_shown_yet_.emplace(record.modified + domain::Milliseconds{own_delay}, Change{record.modified, number});
}

void Orders::list_change(Change change) {
  OrderRecord& record = records_[change.order];
  Changes& changes = changes_[index(record.node_type)];
  // A later change may have been shown before.
  const bool is_listed =
      record.change_position < changes.list.size() && changes.list[record.change_position].order == change.order;
  if (is_listed && changes.list[record.change_position].time > change.time) return;
  if (changes.list.size() > 2 * changes.orders + 1024) compact(changes);
  if (!changes.list.empty() && changes.list.back().time > change.time) changes.is_sorted = false;
  record.change_position = static_cast<std::uint32_t>(changes.list.size());
  changes.list.push_back(change);
}

void Orders::compact(Changes& changes) {
  std::size_t kept = 0;
  for (std::size_t position = 0; position < changes.list.size(); ++position) {
    const Change change = changes.list[position];
    if (records_[change.order].change_position == position) changes.list[kept++] = change;
  }
  changes.list.resize(kept);
  if (!changes.is_sorted) {
    std::sort(changes.list.begin(), changes.list.end(), [](const Change& first, const Change& second) {
      return first.time != second.time ? first.time < second.time : first.order < second.order;
    });
    changes.is_sorted = true;
  }
  for (std::size_t position = 0; position < kept; ++position) {
    records_[changes.list[position].order].change_position = static_cast<std::uint32_t>(position);
  }
}

const std::vector<OrderNumber>& Orders::by_creation(NodeType type) {
  Creations& creations = creations_[index(type)];
  if (!creations.is_sorted) {
    std::sort(creations.list.begin(), creations.list.end(), [this](OrderNumber first, OrderNumber second) {
      const auto one = records_[first].created;
      const auto other = records_[second].created;
      return one != other ? one < other : first < second;
    });
    creations.is_sorted = true;
  }
  return creations.list;
}

const std::vector<Orders::Change>& Orders::changes(NodeType type, domain::UtcTime now) {
  while (!not_shown_yet_.empty() && not_shown_yet_.begin()->first <= now) {
    list_change(not_shown_yet_.begin()->second);
    not_shown_yet_.erase(not_shown_yet_.begin());
  }
  Changes& changes = changes_[index(type)];
  if (!changes.is_sorted) compact(changes);
  return changes.list;
}

}  // namespace connector::sandbox::walmart
