#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/returned_line.h"
#include "domain/time.h"

namespace connector::domain {

/// Where a line's quantity stands; unknown words from Walmart are kept in `QuantityStatus::word`.
enum class LineStatus { created, acknowledged, shipped, delivered, cancelled, refunded, unknown };

std::string_view to_string(LineStatus status);
std::optional<LineStatus> parse_line_status(std::string_view name);
/// Shipped, Delivered and Refund: the goods have left.
bool has_left(LineStatus status);

/// One charge of an order line as Walmart states it (walmart.md 2.3). For quantities above one
/// `amount` is the line total or per unit, by ConnectionSettings::charge_reading.
struct Charge {
  std::string type;      ///< PRODUCT, SHIPPING, FEE, ...
  std::string name;      ///< ItemPrice, SubscriptionDiscount, Shipping, ...
  std::string currency;  ///< ISO 4217
  Decimal amount;
  std::optional<Decimal> tax;
  std::string tax_name;
  bool operator==(const Charge&) const = default;
};

/// A part of the line's quantity with one status.
struct QuantityStatus {
  LineStatus status = LineStatus::unknown;
  std::string word;  ///< Walmart's own word
  Decimal quantity;
  std::optional<UtcTime> ship_time;  ///< trackingInfo.shipDateTime; else, by merge, the first time by which it had left
  std::string carrier;
  std::string tracking_number;
  std::string cancellation_reason;
  bool operator==(const QuantityStatus&) const = default;
};

/// A charge refunded as the order itself shows it. Amounts are positive; one that the same line states with the sign
/// opposite to that of their sum is negative: a discount, or what takes a refund back.
struct OrderRefund {
  std::string refund_id;
  std::string reason;
  Charge charge;
  std::optional<UtcTime> seen_at = std::nullopt;  ///< first time it was read; Walmart tells no refund date
  bool operator==(const OrderRefund&) const = default;
};

/// A newer word of Walmart's by which less of a line has left and more of it is cancelled than by an earlier one.
struct Retraction {
  Decimal shipped;
  Decimal cancelled;
  UtcTime as_of{};  ///< the line's status time
  bool operator==(const Retraction&) const = default;
};

struct OrderLine {
  std::string line_number;
  std::string sku;
  std::string product_name;
  Decimal quantity;
  std::vector<Charge> charges;
  std::vector<QuantityStatus> statuses;
  std::vector<OrderRefund> refunds;
  std::optional<UtcTime> status_time;
  std::optional<Retraction> retraction = std::nullopt;  ///< known by merge alone, until Walmart says otherwise
  bool operator==(const OrderLine&) const = default;
};

/// Σ of the line's quantities whose goods have left, at most the ordered quantity.
Decimal shipped_quantity(const OrderLine& line);
/// Σ of the cancelled quantities, at most what was not shipped.
Decimal cancelled_quantity(const OrderLine& line);

/// A Walmart purchase order without customer data.
struct PurchaseOrder {
  std::string purchase_order_id;
  std::string customer_order_id;
  std::string order_type;  ///< "", REGULAR, REPLACEMENT, ...
  UtcTime order_time{};
  std::string ship_node;       ///< id, or name when no id; may be empty
  std::string ship_node_type;  ///< SellerFulfilled, WFSFulfilled, 3PLFulfilled; empty when not stated
  std::string ship_to_country;
  std::string ship_to_state;
  std::vector<OrderLine> lines;
  std::vector<ReturnedLine> returns;  ///< from the Returns API; an order as Walmart's Orders API tells it has none
  bool operator==(const PurchaseOrder&) const = default;
};

/// Facts only accumulate: charges first seen are kept when Walmart later zeroes those of cancelled
/// lines (walmart.md 2.3), lines once seen do not vanish, and quantities shipped never shrink. Ship times
/// and tracking numbers once seen are kept when a later status (Delivered) comes without them; units of which none
/// was ever told are of the first status time at which they had left, however often the status changes. A snapshot
/// that is older than what is known changes nothing but what it adds. A line's refunds are what the latest snapshot
/// states, together with those of other refund ids; a snapshot without any takes none back. That shipped quantities
/// shrank in favour of cancelled ones in a newer snapshot is kept as a line's retraction: no order of snapshots of a
/// line's life looks so.
PurchaseOrder merge(const PurchaseOrder& known, const PurchaseOrder& incoming);

}  // namespace connector::domain
