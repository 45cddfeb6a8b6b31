#pragma once

#include <map>
#include <string>
#include <vector>

#include "flows/flow.h"
#include "flows/record_settlement.h"
#include "flows/settled_orders.h"
#include "flows/settlement_preview.h"
#include "ports/clock.h"
#include "walmart/client.h"

namespace connector::flows {

/// Walmart's settlements become journal entries: what a payout is made of is taken off the customer's account and
/// booked as commission, fees, taxes and reserves. Each order's part is compared with its invoices and credit memos.
/// Nothing happens until the mapping names an account for the payout. docs/settlements.md tells the rules.
class SettlementFlow : public Flow {
 public:
  SettlementFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock, store::ConnectionId connection)
      : walmart_(walmart), store_(store), clock_(clock), connection_(connection) {}

  std::string name() const override { return "settlements"; }
  ports::CallPriority priority() const override { return ports::CallPriority::prices; }
  /// Plans again what is known, then reads the files that are not, oldest payout first; the posting worker then sends
  /// the entries. One file that Walmart does not serve keeps no other back. With `since` of the request only payouts
  /// from that day on; its other members mean nothing here. Errors: as the calls have them; what was recorded before
  /// stays.
  ports::Task<domain::Result<FlowReport>> run(FlowRequest request) override;
  /// Of payouts that are not read yet, and of those whose entries can still change.
  ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) override;

 private:
  using OrdersOfPayout = std::map<std::string, domain::SettledItems>;
  struct Findings;
  ports::Task<domain::Result<PlanningContext>> read_context();
  ports::Task<domain::Result<std::vector<domain::Date>>> listed_payouts(PlanningContext context, FlowRequest request);
  ports::Task<domain::Result<std::vector<KnownSettlement>>> read_known();
  ports::Task<domain::Result<domain::Settlement>> read(domain::Date payout_date);
  ports::Task<domain::Result<void>> remember_orders(domain::Date payout_date, OrdersOfPayout orders);
  ports::Task<domain::Result<std::vector<SettledComparison>>> compare(PlanningContext context,
                                                                      std::vector<std::string> orders);
  ports::Task<domain::Result<AppliedPlan>> record(std::vector<KnownSettlement> settlements);
  ports::Task<domain::Result<void>> hold_unreadable(PlanningContext context, domain::Date payout_date,
                                                    domain::Error error);
  ports::Task<domain::Result<void>> take_in(PlanningContext context, domain::Date payout_date, Findings* findings);
  ports::Task<domain::Result<void>> review_known(PlanningContext context, Findings* findings);
  ports::Task<domain::Result<void>> read_new(PlanningContext context, FlowRequest request, Findings* findings);

  walmart::Client& walmart_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
};

}  // namespace connector::flows
