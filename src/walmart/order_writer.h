#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "walmart/client.h"

/// The bodies of the calls that change an order (walmart.md 2.4). Deterministic: the same values give the same bytes.
/// Lines with the same number become one order line with several statuses or refunds.
namespace connector::walmart {

std::string shipment_body(const std::vector<ShipmentLine>& lines);
std::string cancellation_body(const std::vector<CancellationLine>& lines);
/// Amounts are sent negative, whatever their sign in `lines`.
std::string refund_body(std::string_view purchase_order_id, const std::vector<RefundLine>& lines);

}  // namespace connector::walmart
