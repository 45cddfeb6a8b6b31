#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/order.h"
#include "domain/planned_posting.h"
#include "domain/settings.h"
#include "domain/time.h"

namespace connector::domain {

/// Whether the order was placed before the connector keeps the books (settings.go_live).
bool is_before_go_live(const PurchaseOrder& order, const ConnectionSettings& settings);

/// Whether a posting books the order itself: no credit of it, and no acknowledgement.
bool books_the_order(PostingKind kind, std::string_view key);

/// Whether the books leave the order to what was before them: it was placed before settings.go_live, and nothing that
/// books it has left. One of which something had left as go_live was moved past it is booked to its end: half an order
/// would be in nobody's books. What a person skipped has not left.
bool is_left_alone(const PurchaseOrder& order, const ConnectionSettings& settings,
                   const std::vector<PlannedPosting>& postings);

/// Whether a refund of an order that is left alone is none of these books either: all are if settings tell to ignore
/// them, and always those from before settings.go_live, which must be set.
bool is_left_alone(const std::optional<UtcTime>& refund_time, const ConnectionSettings& settings);

/// Walmart's shipNode.type of orders that its fulfilment service (WFS) ships (walmart.md 3).
inline constexpr std::string_view walmart_fulfilled_type = "WFSFulfilled";
/// The same of those that the seller ships.
inline constexpr std::string_view seller_fulfilled_type = "SellerFulfilled";

/// Whether the connection books orders of this kind (settings.ship_node_types); a kind not stated is SellerFulfilled.
bool books_orders_of(const ConnectionSettings& settings, std::string_view ship_node_type);

}  // namespace connector::domain
