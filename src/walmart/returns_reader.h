#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// Tax of a returned line. Amounts are per unit (walmart.md 3).
struct ReturnTax {
  std::string name;
  Money per_unit;
  std::optional<Money> excess;
};

/// A charge of a returned line. Amounts are per unit, other than those of orders.
struct ReturnCharge {
  std::string category;  ///< PRODUCT, FEE, ...
  std::string name;      ///< ItemPrice, ...
  Money per_unit;
  bool is_discount = false;
  bool is_billable = true;
  std::vector<ReturnTax> taxes;
  std::optional<Money> excess;
};

/// What happened to the returned goods, as Walmart tells it: RETURN_INITIATED, REFUND_ISSUED, RETURN_CANCELLED, ...
struct ReturnEvent {
  std::int64_t sequence = 0;
  std::string tag;
  std::string description;
  std::optional<domain::UtcTime> time;
};

/// A part of the line's quantity with one status and refund status.
struct ReturnStatus {
  std::string status;  ///< INITIATED, DELIVERED, COMPLETED
  std::string refund_status;
  domain::Decimal quantity;
  std::optional<domain::UtcTime> time;
};

struct RefundChannel {
  std::string name;  ///< SELLER_MANUAL_REFUND, WALMART_SETTLED_REFUND, ...
  domain::Decimal quantity;
};

struct ReturnLine {
  std::string line_number;
  std::string purchase_order_id;
  std::string purchase_order_line_number;  ///< a number here, a text in orders: kept as text
  std::string sales_order_line_number;
  std::string seller_order_id;
  std::string sku;
  std::string product_name;
  std::string condition;
  std::string reason;               ///< ARRIVED_LATE, DAMAGED, ...
  std::string cancellation_reason;  ///< of the return itself
  domain::Decimal quantity;
  domain::Decimal refunded_quantity;
  domain::Decimal rechargeable_quantity;
  domain::Decimal cancellable_quantity;
  std::vector<ReturnCharge> charges;
  std::optional<Money> unit_price;
  std::map<std::string, Money> totals;  ///< chargeTotals by name: lineTotal, lineProductTaxes, lineRestockingFee, ...
  std::string status;                   ///< COMPLETED includes cancelled returns: see `events` and `refund_status`
  std::optional<domain::UtcTime> status_time;
  std::string delivery_status;
  std::string refund_status;  ///< REFUND_INITIATED, REFUND_COMPLETED, ...
  std::vector<ReturnStatus> statuses;
  std::string refund_channel;
  std::vector<RefundChannel> refund_channels;
  std::vector<ReturnEvent> events;
  bool return_expected = true;
  bool keep_it = false;  ///< the customer keeps the goods
  bool fast_replacement = false;
  bool last_item = false;
};

/// A customer's return without customer data.
struct ReturnOrder {
  std::string return_order_id;
  std::string customer_order_id;
  std::string replacement_customer_order_id;
  std::string return_type;  ///< REFUND, REPLACEMENT, PREORDER
  std::string refund_mode;
  std::string channel;  ///< ONLINE, IN_STORE, CUSTOMER_CARE
  std::optional<domain::UtcTime> ordered_at;
  std::optional<domain::UtcTime> return_by;
  std::optional<Money> total_refund;
  std::vector<ReturnLine> lines;
};

/// A return that could be read, or why not (unexpected_source_data); one never hides the others of its page.
struct ReadReturn {
  std::string return_order_id;
  domain::Result<ReturnOrder> order;
  std::vector<std::string> unknown_words;
};

struct ReturnsPage {
  std::vector<ReadReturn> returns;
  std::string next_cursor;  ///< verbatim query string; empty on the last page
  std::int64_t total_count = 0;
  bool is_wordless = false;  ///< empty, but Walmart did not say that nothing was found: read the same again later
};

/// What POST /v3/returns/{id}/refund accepted.
struct ReturnRefund {
  std::string return_order_id;
  std::string customer_order_id;
  struct Line {
    std::string line_number;
    domain::Decimal quantity;
  };
  std::vector<Line> lines;
};

domain::Result<ReturnsPage> read_returns_page(std::string_view body);
domain::Result<ReturnRefund> read_return_refund(std::string_view body);

}  // namespace connector::walmart
