#pragma once

#include <optional>

#include "domain/order.h"

namespace connector::flows {

/// Whether an order of Walmart's tells a refund that the store, which knows `known` of it, has not read. Those without
/// a time of their own get `now`, as they would if they were read now (domain::OrderRefund::seen_at).
bool date_unread_refunds(domain::PurchaseOrder& order, const std::optional<domain::PurchaseOrder>& known,
                         domain::UtcTime now);

}  // namespace connector::flows
