#pragma once

#include <optional>

#include "domain/order.h"
#include "domain/settings.h"

namespace connector::flows {

/// Whether an order of Walmart's tells a refund that the store, which knows `known` of it, has not read. Those without
/// a time of their own get the one that they would have if they were read now (date_refunds).
bool date_unread_refunds(domain::PurchaseOrder& order, const domain::ConnectionSettings& settings,
                         const std::optional<domain::PurchaseOrder>& known, domain::UtcTime now);

}  // namespace connector::flows
