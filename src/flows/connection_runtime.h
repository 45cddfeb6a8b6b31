#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exact_budget.h"
#include "engine/posting_worker.h"
#include "engine/walmart_budget.h"
#include "exact/client.h"
#include "exact/stored_tokens.h"
#include "flows/connection_target.h"
#include "flows/environment.h"
#include "flows/exact_target.h"
#include "flows/flow.h"
#include "flows/inventory_flow.h"
#include "flows/order_flow.h"
#include "flows/price_flow.h"
#include "flows/reference_refresh.h"
#include "flows/return_flow.h"
#include "flows/settlement_flow.h"
#include "walmart/client.h"
#include "walmart/stored_token.h"

namespace connector::flows {

/// Everything that works for one connection: its two clients with their budgets, the posting worker and the flows.
/// A credential that is not stored yet leaves its client unable to sign in; calls then fail with
/// authentication_failed and say which command connects it. Executor thread only.
class ConnectionRuntime {
 public:
  /// Which app of Exact's: the one that its tokens are of, or, for a sign-in, the one that was given last.
  enum class ExactApp { in_use, given_last };
  /// Reads credentials and settings from the store.
  static ports::Task<domain::Result<std::unique_ptr<ConnectionRuntime>>> open(Environment& environment,
                                                                              store::ConnectionRow row,
                                                                              ExactApp app = ExactApp::in_use);

  const store::ConnectionRow& row() const { return row_; }
  walmart::Session& walmart_session() { return walmart_session_; }
  walmart::Client& walmart() { return walmart_; }
  exact::Session& exact_session() { return exact_session_; }
  exact::Client& exact() { return exact_; }
  engine::WalmartBudget& walmart_budget() { return walmart_budget_; }
  engine::ExactBudget& exact_budget() { return exact_budget_; }
  engine::PostingWorker& worker() { return worker_; }
  engine::Target& target() { return target_; }
  OrderFlow& orders() { return orders_; }
  InventoryFlow& inventory() { return inventory_; }
  PriceFlow& prices() { return prices_; }
  ReturnFlow& returns() { return returns_; }
  SettlementFlow& settlements() { return settlements_; }
  ReferenceRefresh& references() { return references_; }
  /// All flows of the connection, the most urgent first. A new flow is a member of this class and an entry here.
  std::vector<Flow*> flows();
  /// nullptr if there is no flow of this name.
  Flow* flow(std::string_view name);
  const domain::ConnectionSettings& settings() const { return *settings_; }
  bool has_walmart_credentials() const { return has_walmart_credentials_; }
  bool has_exact_credentials() const { return has_exact_credentials_; }
  /// To be awaited before it is destroyed: what it took from the budgets that processes share goes back.
  ports::Task<void> leave() { return exact_budget_.leave(); }

 private:
  struct Secrets {
    std::optional<walmart::Credentials> walmart;
    std::optional<exact::Credentials> exact;
    store::ConnectionId exact_owner = 0;   ///< whose sign-in at Exact is used
    store::ConnectionId budget_owner = 0;  ///< under whose name its calls to Exact are counted
  };
  ConnectionRuntime(Environment& environment, store::ConnectionRow row, Secrets secrets,
                    std::shared_ptr<const domain::ConnectionSettings> settings);

  store::ConnectionRow row_;
  bool has_walmart_credentials_;
  bool has_exact_credentials_;
  engine::WalmartBudget walmart_budget_;
  engine::ExactBudget exact_budget_;
  walmart::StoredToken walmart_token_;
  walmart::Session walmart_session_;
  walmart::Client walmart_;
  exact::StoredTokens tokens_;
  exact::Session exact_session_;
  exact::Client exact_;
  ExactTarget target_;
  AcknowledgementTarget acknowledgement_target_;
  ConnectionTarget all_targets_;
  engine::PostingWorker worker_;
  OrderFlow orders_;
  ReturnFlow returns_;
  InventoryFlow inventory_;
  PriceFlow prices_;
  SettlementFlow settlements_;
  ReferenceRefresh references_;
  std::shared_ptr<const domain::ConnectionSettings> settings_;
};

}  // namespace connector::flows
