#pragma once

#include "domain/order.h"
#include "domain/result.h"
#include "json/value.h"

namespace connector::flows {

/// A purchase order as it is stored: member names are those of the struct, amounts and quantities numbers kept as
/// text, times ISO 8601 in UTC. Empty members are left out.
json::Value to_json(const domain::PurchaseOrder& order);
/// Inverse of to_json; unknown members are ignored, missing ones empty, an unknown status word becomes
/// LineStatus::unknown. Error: store_failure for a member that cannot be read.
domain::Result<domain::PurchaseOrder> order_from_json(const json::Value& value);

}  // namespace connector::flows
