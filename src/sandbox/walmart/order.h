#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "json/value.h"

namespace connector::sandbox::walmart {

/// Where a part of a line's quantity stands (walmart.md 2.3).
enum class Status : std::uint8_t { created, acknowledged, shipped, delivered, cancelled };
inline constexpr std::size_t status_count = 5;
/// Walmart's word: "Created".
std::string_view word(Status status);
constexpr std::uint8_t bit(Status status) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(status)); }

enum class NodeType : std::uint8_t { seller, walmart, third_party };
inline constexpr std::size_t node_type_count = 3;
/// "SellerFulfilled", "WFSFulfilled", "3PLFulfilled".
std::string_view word(NodeType type);

struct Tracking {
  domain::UtcTime ship_time{};
  std::string carrier;        ///< one of Walmart's names, or empty
  std::string other_carrier;  ///< free text, or empty
  std::string method;
  std::string number;
  std::string url;
};

/// A part of a line's quantity with one status.
struct Portion {
  Status status = Status::created;
  std::int64_t quantity = 0;
  std::string cancellation_reason;
  std::shared_ptr<const Tracking> tracking;
  json::Value return_center;  ///< as the seller sent it; null: none
  json::Value loaded;         ///< as a payload brought it, with all its other members; null: none
};

/// A member that is there, there as null, or not there at all: all three occur.
enum class Presence : std::uint8_t { present, null, absent };

/// One charge with its amounts for the whole ordered quantity, as first charged.
struct Charge {
  std::string type;  ///< PRODUCT, SHIPPING, FEE
  std::string name;  ///< ItemPrice, SubscriptionDiscount, Shipping, ...
  domain::Decimal amount;
  Presence tax_presence = Presence::absent;
  std::string tax_name;
  domain::Decimal tax;
};

/// Amounts are what the customer got back: positive.
struct RefundCharge {
  std::string reason, type, name;
  domain::Decimal amount;
  Presence tax_presence = Presence::absent;
  std::string tax_name;
  domain::Decimal tax;
};

struct Refund {
  std::string id, comments;
  domain::UtcTime time{};
  std::int64_t quantity = 0;  ///< units given back with it; 0: money only
  bool is_of_return = false;
  std::vector<RefundCharge> charges;
};

struct Line {
  std::string number, sku, product_name, currency, unit = "EACH";
  std::int64_t quantity = 0;
  std::vector<Charge> charges;
  std::vector<Portion> portions;
  std::vector<Refund> refunds;
  domain::UtcTime status_time{};
  bool intent_to_cancel = false;
  std::string return_order_id, seller_order_id;
  bool is_touched = false;  ///< something happened since it was made or loaded
  std::int64_t weight_tenths = 0;

  std::int64_t in(Status status) const;
  /// Created or acknowledged: may still be shipped or cancelled.
  std::int64_t open() const { return in(Status::created) + in(Status::acknowledged); }
  /// Shipped, delivered or not.
  std::int64_t shipped() const { return in(Status::shipped) + in(Status::delivered); }
};

struct Address {
  std::string name, address1, address2, city, state, postal_code, country = "USA", type = "RESIDENTIAL";
  Presence address2_presence = Presence::absent;
};

/// Members that some orders lack or have besides, as in the field.
struct Habits {
  bool null_members = false;     ///< refund, returnOrderId and others as null instead of absent
  bool unknown_members = false;  ///< members that no document names
  bool no_estimates_when_shipped = false;
  bool no_phone = false;
  bool more_members = false;  ///< mart, isGuest, buyerId, paymentTypes, ...
};

/// A purchase order. A transient value: made from its source and its events whenever it is looked at.
struct Order {
  std::string purchase_order_id, customer_order_id, email, phone, method;
  std::string original_customer_order_id;  ///< of a replacement
  bool is_replacement = false;
  domain::UtcTime created{}, ship_by{}, deliver_by{};
  NodeType node_type = NodeType::seller;
  std::string node_id, node_name;
  Address address;
  Habits habits;
  std::uint64_t hash = 0;
  std::vector<Line> lines;
  const json::Value* loaded = nullptr;  ///< the payload it came from; null: generated

  std::uint8_t status_mask() const;
  /// Index of a line number, or lines.size().
  std::size_t line_index(std::string_view number) const;
};

enum class EventKind : std::uint8_t {
  acknowledge,
  ship,
  deliver,
  cancel,       ///< by the seller or the customer
  auto_cancel,  ///< by Walmart, too late
  refund,
  ask_to_cancel,  ///< the customer wants out
  change_tracking,
  open_return,  ///< makes a return order and links it
};

/// What only some events carry.
struct EventDetails {
  std::string reason;
  Tracking tracking;
  bool has_tracking = false;
  json::Value return_center;
  std::string seller_order_id, return_order_id;
  Refund refund;
};

inline constexpr std::int16_t all_lines = -1;

/// Something that happened to an order. Without details they follow from the order and the time.
struct OrderEvent {
  domain::UtcTime time{};
  EventKind kind = EventKind::acknowledge;
  std::int16_t line = all_lines;
  std::int32_t quantity = 0;  ///< a refund of 0 units is a goodwill part of the price
  std::shared_ptr<const EventDetails> details;
};

/// Lets the event happen. What the line's state does not allow does not happen: quantities are cut to what is there.
/// Returns whether anything changed.
bool apply(Order& order, const OrderEvent& event);

}  // namespace connector::sandbox::walmart
