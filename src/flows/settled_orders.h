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
    agrees,          ///< to the cent
    not_booked_yet,  ///< documents of it are held or still to be sent
    settled_less,    ///< parts of it are still to be settled: a later shipment or refund
    settled_more,    ///< more was paid, or taken back, than was booked or is to be
    unknown_order,   ///< none that is booked here: from before go_live, or of ship nodes that are not read
  };
  std::string purchase_order_id;
  domain::SettledReceivable settled;
  domain::Decimal invoiced;    ///< in Exact, or skipped by a person who booked it by hand
  domain::Decimal credited;    ///< the same
  domain::Decimal to_invoice;  ///< planned, held or on its way
  domain::Decimal to_credit;   ///< the same
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
