#include "flows/unread_refunds.h"

#include <algorithm>

#include "flows/order_facts.h"

namespace connector::flows {

using domain::Decimal;
using domain::PurchaseOrder;
using domain::ReturnedLine;

namespace {

Decimal known_units(const std::optional<PurchaseOrder>& known, const ReturnedLine& told) {
  if (!known) return {};
  const auto found = std::find_if(known->returns.begin(), known->returns.end(), [&told](const ReturnedLine& line) {
    return line.return_id == told.return_id && line.line_number == told.line_number;
  });
  return found == known->returns.end() ? Decimal() : found->refunded;
}

}  // namespace

bool date_unread_refunds(PurchaseOrder& order, const domain::ConnectionSettings& settings,
                         const std::optional<PurchaseOrder>& known, domain::UtcTime now) {
  bool any = date_refunds(order, settings, !known, now);
  for (ReturnedLine& line : order.returns) {
    if (line.refunded <= known_units(known, line)) continue;
    if (!line.refund_time) line.refund_time = now;
    any = true;
  }
  return any;
}

}  // namespace connector::flows
