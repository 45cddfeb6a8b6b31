#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "domain/stock_comparison.h"
#include "flows/flow.h"
#include "flows/order_flow.h"
#include "flows/stock_count.h"
#include "flows/stock_position_cache.h"
#include "ports/clock.h"
#include "walmart/client.h"

namespace connector::flows {

/// What became of the count of one warehouse.
struct PlannedCount {
  std::string key;  ///< empty: nothing was planned
  std::string
      state;         ///< planned, held, kept (an earlier one says the same), under_way, left, posted, skipped, reported
  std::string note;  ///< why it is held or was left
};

struct InventoryRun {
  domain::UtcTime walmart_read_from{};
  domain::UtcTime walmart_read_to{};
  domain::UtcTime exact_read_at{};
  domain::StockComparison comparison;
  std::vector<domain::NodeQuantity> walmart;     ///< as read
  std::vector<PlannedCount> counts;              ///< one per warehouse of the comparison, in its order
  std::vector<domain::StockNotice> new_notices;  ///< those not reported before
  std::vector<json::Value> documents;            ///< of a dry run
  std::size_t skus_read = 0;
  bool dry_run = false;
  std::set<std::string> only;        ///< not empty: the SKUs the run was confined to
  std::vector<std::string> unknown;  ///< of those: not in Walmart's inventory
  std::set<std::string> items;       ///< of those: the items that were compared
};

/// Reports of confined runs are kept apart from those of the whole ones (flows/flow_report.h).
inline constexpr std::string_view kNoticedStock = "inventory/notices";

/// The drift report: stored per run, printed by `sync NAME inventory`.
json::Value to_json(const InventoryRun& run);

/// Brings Exact's stock to what Walmart has in hand, by stock counts: one per warehouse and run. Reads all of Walmart's
/// inventory and what changed of Exact's positions; writes postings. docs/inventory.md tells the rules.
class InventoryFlow : public Flow {
 public:
  InventoryFlow(walmart::Client& walmart, exact::Client& exact, store::Store& store, ports::Clock& clock,
                store::ConnectionId connection, OrderFlow& orders)
      : walmart_(walmart),
        store_(store),
        clock_(clock),
        connection_(connection),
        orders_(orders),
        positions_(exact, store, connection) {}

  std::string name() const override { return "inventory"; }
  ports::CallPriority priority() const override { return ports::CallPriority::inventory; }
  /// One run to completion; the posting worker then sends the counts. Order facts are read before and after Walmart's
  /// quantities, so that a shipment is neither missed nor counted twice. Of `request` only the entities are looked at:
  /// SKUs, with which the comparison is confined to their items. Errors: as the calls have them; then nothing was
  /// planned.
  ports::Task<domain::Result<FlowReport>> run(FlowRequest request) override;
  ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) override;
  domain::Milliseconds gathers_notices() const override { return std::chrono::minutes(1); }
  ports::Task<domain::Result<bool>> can_confine(std::vector<std::string> skus) override;

  /// What the comparison found and planned; confined to the items of these SKUs if there are any.
  ports::Task<domain::Result<InventoryRun>> compare_and_plan(std::vector<std::string> skus = {});
  ports::Task<domain::Result<InventoryRun>> compare_only();

 private:
  ports::Task<domain::Result<InventoryRun>> compare(bool dry_run, std::vector<std::string> skus);
  ports::Task<domain::Result<std::vector<domain::PendingMovement>>> pending(bool dry_run);
  ports::Task<domain::Result<std::vector<domain::NodeQuantity>>> read_walmart(InventoryRun* run);
  ports::Task<domain::Result<std::vector<domain::NodeQuantity>>> read_only(InventoryRun* run);

  walmart::Client& walmart_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
  OrderFlow& orders_;
  StockPositionCache positions_;
};

}  // namespace connector::flows
