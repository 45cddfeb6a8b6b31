#pragma once

#include <optional>
#include <string_view>

#include "domain/order.h"
#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// What a row tells of its order; nullopt if there is none, or if it holds only the order's number.
domain::Result<std::optional<domain::PurchaseOrder>> facts_of(const std::optional<store::OrderRow>& row);
/// What is known of an order; nullopt if nothing is.
domain::Result<std::optional<domain::PurchaseOrder>> known_order(store::Reader& reader, store::ConnectionId connection,
                                                                 std::string_view purchase_order_id);

/// Refunds without a time were seen `now`; but those that an order from before go_live has when it is read first were
/// there when its line last changed, for all that is known: whoever kept the books until then has credited what is from
/// before go_live. Returns whether any had no time.
bool date_refunds(domain::PurchaseOrder& order, const domain::ConnectionSettings& settings, bool is_read_first,
                  domain::UtcTime now);

/// `order` as Walmart tells it now, together with the facts of `row` that it no longer tells, and its refunds dated.
domain::Result<domain::PurchaseOrder> with_known_facts(const PlanningContext& context,
                                                       const std::optional<store::OrderRow>& row,
                                                       const domain::PurchaseOrder& order, domain::UtcTime now);

/// The state in which an order is stored: "before_go_live", or "open" (store.h).
std::string_view state_of(const domain::PurchaseOrder& order, const PlanningContext& context);
/// How an order is stored.
store::OrderRow order_row(const domain::PurchaseOrder& order, const PlanningContext& context, domain::UtcTime now);

/// True if `row` says all that `known` is to become.
bool says_the_same(const std::optional<store::OrderRow>& known, const store::OrderRow& row);

}  // namespace connector::flows
