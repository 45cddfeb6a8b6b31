#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/walmart/order_generator.h"
#include "sandbox/walmart/order_payload.h"

namespace connector::sandbox::walmart {

using OrderNumber = std::uint32_t;

/// What is kept of every order; all else is made again from its source and its events when it is looked at.
struct OrderRecord {
  domain::UtcTime created{}, modified{};
  std::uint32_t source_index = 0;     ///< number within its source
  std::uint32_t change_position = 0;  ///< in the list of changes
  std::uint32_t history = 0;          ///< 1 + index of its own events; 0: only its script happened so far
  std::uint32_t sku_bits = 0;         ///< a bit per SKU, to skip orders without one
  std::int32_t ship_by_seconds = 0;   ///< after its creation
  std::uint16_t source = 0;
  std::uint8_t status_mask = 0;
  std::uint8_t script_replayed = 0;  ///< events of the script before its own history
  std::uint8_t script_position = 0;  ///< next event of the script
  NodeType node_type = NodeType::seller;
  bool is_replacement = false;
};

/// All orders of the seller with the orders in which queries walk them. About 130 bytes an order: the state is the
/// source (a generator's number or a loaded payload) plus the events.
class Orders {
 public:
  static constexpr std::uint16_t loaded_source = 0xFFFF;

  struct Change {
    domain::UtcTime time{};
    OrderNumber order = 0;
  };

  /// `switches` must outlive it.
  explicit Orders(const Switches& switches) : switches_(&switches) {}

  std::size_t size() const { return records_.size(); }
  const OrderRecord& record(OrderNumber number) const { return records_[number]; }

  OrderSource& add_source(const OrderGenerator& options, Catalogue& catalogue);
  const std::deque<OrderSource>& sources() const { return sources_; }
  /// When the next generated order is placed, if there is one to come.
  std::optional<domain::UtcTime> next_creation() const;
  /// Places it.
  OrderNumber create_next();
  /// Puts a payload into the books. Error: bad_input, also when the purchase order is known.
  domain::Result<OrderNumber> load(const json::Value& payload, const Switches& switches);

  /// The order with all that happened to it.
  Order order(OrderNumber number, const Catalogue& catalogue) const;
  /// The order as settlements see it just before `time`; nullopt: it does not count yet. Stays the same once `time` is
  /// past, also when orders of earlier dates come into the books afterwards: see settles_from.
  std::optional<Order> order_before(OrderNumber number, const Catalogue& catalogue, domain::UtcTime time) const;
  /// From when an order counts in settlements: its creation; for a loaded one when its payload last changed, because
  /// nobody knows when each of its changes was. Neither is before what was settled when the order came into the books:
  /// then all that happened to it earlier counts from there.
  domain::UtcTime settles_from(OrderNumber number) const;
  /// Where settlements begin: the earliest creation of an order, later than what was settled when it came; nullopt:
  /// there is no order.
  std::optional<domain::UtcTime> first_to_settle() const { return first_to_settle_; }
  /// What happened before `time` is settled for good.
  void settle_until(domain::UtcTime time) { settled_until_ = time; }
  /// The sketch and script behind a generated order.
  OrderSketch sketch(OrderNumber number) const;
  const OrderSource& source_of(OrderNumber number) const { return sources_[records_[number].source]; }

  std::optional<OrderNumber> find(std::string_view purchase_order_id) const;
  std::vector<OrderNumber> of_customer_order(std::string_view customer_order_id) const;

  /// Notes that the next event of the script happened and nothing else ever did to this order.
  void step_script(OrderNumber number, domain::UtcTime time, std::uint8_t status_mask);
  /// Moves the script on without an effect, or when the event went into the order's own history.
  void skip_script_event(OrderNumber number) { ++records_[number].script_position; }
  /// Notes an event of the order's own.
  void add_event(OrderNumber number, OrderEvent event, std::uint8_t status_mask);
  /// The order's own events, oldest first.
  const std::vector<OrderEvent>& history(OrderNumber number) const;

  /// Orders by creation, oldest first.
  const std::vector<OrderNumber>& by_creation(NodeType type);
  /// Changes that lists show by now, oldest first; an entry counts only if is_current.
  const std::vector<Change>& changes(NodeType type, domain::UtcTime now);
  bool is_current(NodeType type, std::size_t position) const {
    return records_[changes_[index(type)].list[position].order].change_position == position;
  }

 private:
  struct Loaded {
    json::Value payload;
    Order order;
    domain::UtcTime changed{};  ///< when the payload last changed, as it tells
  };
  struct Changes {
    std::vector<Change> list;
    bool is_sorted = true;
    std::size_t orders = 0;
  };
  struct Creations {
    std::vector<OrderNumber> list;
    bool is_sorted = true;
  };
  static std::size_t index(NodeType type) { return static_cast<std::size_t>(type); }
  OrderNumber add_record(OrderRecord record);
  /// What happened earlier than `time`, where nothing counts as earlier than `from`.
  Order build(OrderNumber number, const Catalogue& catalogue, domain::UtcTime from, domain::UtcTime time) const;
  void touch(OrderNumber number, domain::UtcTime time);
  void list_change(Change change);
  void compact(Changes& changes);

  std::vector<OrderRecord> records_;
  std::deque<OrderSource> sources_;
  std::vector<std::vector<OrderNumber>> numbers_of_source_;
  std::deque<Loaded> loaded_;
  std::unordered_map<std::string, OrderNumber> loaded_by_id_;
  std::unordered_multimap<std::string, OrderNumber> loaded_by_customer_;
  std::deque<std::vector<OrderEvent>> histories_;
  std::array<Creations, node_type_count> creations_;
  std::array<Changes, node_type_count> changes_;
  const Switches* switches_;
  std::multimap<domain::UtcTime, Change> not_shown_yet_;  ///< by when lists show them
  domain::UtcTime settled_until_ = domain::UtcTime::min();
  std::optional<domain::UtcTime> first_to_settle_;
  std::unordered_map<OrderNumber, domain::UtcTime> settled_late_;  ///< that came when their own time was settled
};

}  // namespace connector::sandbox::walmart
