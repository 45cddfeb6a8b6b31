#pragma once

#include <string>
#include <vector>

#include "domain/settings.h"
#include "engine/retry_policy.h"
#include "flows/connection_service.h"
#include "flows/work_watch.h"
#include "sandbox/exact/switches.h"
#include "sandbox/walmart/order_generator.h"
#include "sandbox/walmart/switches.h"
#include "simulation/faults.h"
#include "simulation/shop_mapping.h"

namespace connector::simulation {

/// What one seed makes of a run: everything that is decided before it begins.
struct Scenario {
  domain::UtcTime start{};
  int days = 7;
  int processes = 1;
  int page_limit = 0;  ///< rows of a page of orders; 0 = as asked for
  FaultRates rates;
  domain::ConnectionSettings settings;
  ShopMapping mapping = ShopMapping::one_account;
  flows::ServiceSchedule schedule;
  flows::WatchIntervals watch;
  bool with_webhooks = false;
  bool with_exact_webhooks = false;
  engine::RetryPolicy retry;
  std::vector<sandbox::walmart::OrderGenerator> orders;
  sandbox::walmart::Switches walmart;
  sandbox::exact::Switches exact;

  /// Whether Exact's stock follows Walmart's.
  bool counts_stock() const { return schedule.flows.contains("inventory"); }
  bool moves_prices() const { return schedule.flows.contains("prices"); }
  bool books_settlements() const { return schedule.flows.contains("settlements"); }
  /// One line for a person.
  std::string describe() const;
};

/// `orders` over all days. The rates of `faults` are varied per seed, so that seeds differ in what they try most; some
/// rest altogether if they may.
Scenario make_scenario(std::uint64_t seed, int days, int orders, const FaultRates& faults, bool may_rest);

}  // namespace connector::simulation
