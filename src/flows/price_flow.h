#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/price_planning.h"
#include "exact/client.h"
#include "flows/flow.h"
#include "json/value.h"
#include "ports/clock.h"
#include "store/store.h"
#include "walmart/client.h"

namespace connector::flows {

/// What became of a price that was sent to Walmart.
struct SettledPrice {
  std::string sku;
  domain::Decimal amount;
  bool accepted = false;
  bool again = false;  ///< Walmart failed to work on it; it is sent again
  std::string error;
  std::string posting_key;
};

struct PriceRun {
  bool to_walmart = false;  ///< which directions were on
  bool to_exact = false;
  std::vector<SettledPrice> settled;  ///< of feeds that ended since the last run
  domain::PricesToWalmart walmart;
  domain::PricesToExact exact;
  std::vector<std::string> postings;   ///< keys planned by this run
  std::vector<json::Value> documents;  ///< of a dry run
  std::size_t skus_read = 0;
  bool dry_run = false;
  std::set<std::string> only;        ///< not empty: the SKUs the run was confined to
  std::vector<std::string> unknown;  ///< of those: no items of the seller's
};

/// Reports of confined runs are kept apart from those of the whole ones (flows/flow_report.h).
inline constexpr std::string_view kNoticedPrices = "prices/notices";

/// The report: stored per run, printed by `sync NAME prices`.
json::Value to_json(const PriceRun& run);

/// Brings prices from the side that leads a SKU to the other: Exact's price list in bulk feeds to Walmart, Walmart's
/// prices into Exact's price list. Both directions are off until switched on. docs/prices.md tells the rules.
class PriceFlow : public Flow {
 public:
  PriceFlow(walmart::Client& walmart, exact::Client& exact, store::Store& store, ports::Clock& clock,
            store::ConnectionId connection)
      : walmart_(walmart), exact_(exact), store_(store), clock_(clock), connection_(connection) {}

  std::string name() const override { return "prices"; }
  ports::CallPriority priority() const override { return ports::CallPriority::prices; }
  /// One run to completion; the posting worker then sends what was planned. Of `request` only the entities are looked
  /// at: SKUs whose prices alone are compared; what else changed is known by itself. An idle report when both
  /// directions are off.
  ports::Task<domain::Result<FlowReport>> run(FlowRequest request) override;
  ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) override;
  /// Walmart takes ten feeds an hour (walmart.md 1.5).
  domain::Milliseconds gathers_notices() const override { return std::chrono::minutes(6); }
  ports::Task<domain::Result<bool>> can_confine(std::vector<std::string> skus) override;
  /// Takes in what became of feeds that have ended, and adds it to the last report; also part of every run.
  ports::Task<domain::Result<void>> conclude() override;

  ports::Task<domain::Result<PriceRun>> compare_and_plan() { return plan(false, {}); }
  ports::Task<domain::Result<PriceRun>> compare_only() { return plan(true, {}); }
  /// Reads Exact's price list as far as it changed since the last time.
  ports::Task<domain::Result<void>> refresh_list_prices();

 private:
  ports::Task<domain::Result<PriceRun>> plan(bool dry_run, std::vector<std::string> skus);
  ports::Task<domain::Result<std::vector<SettledPrice>>> settle();
  ports::Task<domain::Result<std::vector<domain::OfferedPrice>>> read_only(PriceRun* run);

  walmart::Client& walmart_;
  exact::Client& exact_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
};

/// The decisions of a connection by SKU.
domain::Result<std::map<std::string, domain::PriceDecision>> price_decisions(store::Reader& reader,
                                                                             store::ConnectionId connection);
domain::Result<void> put_price_decision(store::Transaction& transaction, store::ConnectionId connection,
                                        const std::string& sku, const domain::PriceDecision& decision);
/// Exact's price list as last read, by item code.
domain::Result<std::map<std::string, std::vector<domain::ListPrice>>> list_prices(store::Reader& reader,
                                                                                  store::ConnectionId connection);

}  // namespace connector::flows
