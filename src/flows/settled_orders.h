#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/settlement_planning.h"
#include "flows/planning_context.h"
#include "flows/settlement_json.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// What settlements told of an order, all together, beside what was booked of it.
struct SettledComparison {
  enum class Verdict {
    agrees,         ///< to the cent
    settled_less,   ///< parts of it are still to be settled: a later shipment or refund
    settled_more,   ///< more was paid, or taken back, than was booked
    unknown_order,  ///< no such order is known: from before go_live, or of ship nodes that are not booked
  };
  std::string purchase_order_id;
  domain::SettledReceivable settled;
  domain::Decimal invoiced;
  domain::Decimal credited;
  Verdict verdict = Verdict::agrees;
};
std::string_view to_string(SettledComparison::Verdict verdict);
json::Value to_json(const SettledComparison& comparison);

/// Remembers what one settlement told of orders; repeating it changes nothing.
domain::Result<void> remember_settled_orders(store::Transaction& transaction, store::ConnectionId connection,
                                             domain::Date payout_date,
                                             const std::vector<std::pair<std::string, domain::SettledItems>>& orders);

/// Compares these orders as far as settlements told of them.
domain::Result<std::vector<SettledComparison>> compare_settled_orders(store::Reader& reader,
                                                                      const PlanningContext& context,
                                                                      const std::vector<std::string>& orders);

}  // namespace connector::flows
