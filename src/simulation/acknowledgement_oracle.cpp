#include "simulation/acknowledgement_oracle.h"

#include <fmt/format.h>

#include "sandbox/walmart/seller.h"

namespace connector::simulation {

using sandbox::walmart::NodeType;
using sandbox::walmart::Status;

void AcknowledgementOracle::sent(const Exchange& exchange) {
  if (exchange.remote != walmart_ || settings_.acknowledge_orders) return;
  if (exchange.request.method != "POST" || !exchange.request.target.ends_with("/acknowledge")) return;
  verdicts_.complain("acknowledged", exchange.process + " acknowledges an order, and nobody asked it to",
                     exchange.request.target, loop_.now());
}

void AcknowledgementOracle::check_at_end(sandbox::walmart::Marketplace& walmart, domain::UtcTime settled_before) {
  if (!settings_.acknowledge_orders) return;
  const auto& seller = walmart.seller();
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto& record = seller.orders.record(static_cast<sandbox::walmart::OrderNumber>(number));
    const bool is_before_go_live = settings_.go_live && record.created < *settings_.go_live;
    if (record.node_type != NodeType::seller || record.created >= settled_before || is_before_go_live) continue;
    if ((record.status_mask & bit(Status::created)) == 0) continue;
    const auto order = seller.orders.order(static_cast<sandbox::walmart::OrderNumber>(number), seller.catalogue);
    verdicts_.complain("nothing lost",
                       fmt::format("order {} of {} was never acknowledged", order.purchase_order_id,
                                   domain::to_iso8601_seconds(record.created)),
                       order.purchase_order_id, loop_.now());
    return;
  }
}

}  // namespace connector::simulation
