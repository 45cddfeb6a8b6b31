#include "flows/order_facts.h"

#include <algorithm>

#include "domain/booked_orders.h"
#include "engine/digest.h"
#include "flows/order_json.h"

namespace connector::flows {

using domain::Result;
using domain::UtcTime;

Result<std::optional<domain::PurchaseOrder>> facts_of(const std::optional<store::OrderRow>& row) {
  if (!row || row->facts.empty()) return std::nullopt;
  auto parsed = json::parse(row->facts);
  if (!parsed) return domain::fail(parsed.error());
  auto order = order_from_json(*parsed);
  if (!order) return domain::fail(order.error());
  return std::optional(std::move(*order));
}

Result<std::optional<domain::PurchaseOrder>> known_order(store::Reader& reader, store::ConnectionId connection,
                                                         std::string_view purchase_order_id) {
  auto row = reader.order(connection, purchase_order_id);
  if (!row) return domain::fail(row.error());
  return facts_of(*row);
}

bool date_refunds(domain::PurchaseOrder& order, const domain::ConnectionSettings& settings, bool is_read_first,
                  UtcTime now) {
  const bool may_be_old = is_read_first && domain::is_before_go_live(order, settings);
  bool any = false;
  for (domain::OrderLine& line : order.lines) {
    for (domain::OrderRefund& refund : line.refunds) {
      if (refund.seen_at) continue;
      refund.seen_at = may_be_old ? std::min(now, line.status_time.value_or(now)) : now;
      any = true;
    }
  }
  return any;
}

Result<domain::PurchaseOrder> with_known_facts(const PlanningContext& context,
                                               const std::optional<store::OrderRow>& row,
                                               const domain::PurchaseOrder& order, UtcTime now) {
  auto known = facts_of(row);
  if (!known) return domain::fail(known.error());
  domain::PurchaseOrder merged = *known ? domain::merge(**known, order) : order;
  date_refunds(merged, context.settings, !row, now);
  return merged;
}

std::string_view state_of(const domain::PurchaseOrder& order, const PlanningContext& context) {
  return is_before_go_live(context, order) ? "before_go_live" : "open";
}

store::OrderRow order_row(const domain::PurchaseOrder& order, const PlanningContext& context, UtcTime now) {
  store::OrderRow row;
  row.facts = json::write(to_json(order));
  row.facts_digest = engine::sha256_hex(row.facts);
  row.state = state_of(order, context);
  row.connection = context.connection;
  row.purchase_order_id = order.purchase_order_id;
  row.customer_order_id = order.customer_order_id;
  row.order_time = order.order_time;
  row.seen_at = now;
  return row;
}

bool says_the_same(const std::optional<store::OrderRow>& known, const store::OrderRow& row) {
  return known && known->facts_digest == row.facts_digest && known->state == row.state;
}

}  // namespace connector::flows
