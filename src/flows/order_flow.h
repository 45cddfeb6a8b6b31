#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/flow.h"
#include "flows/order_reader.h"
#include "flows/record_order.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "walmart/client.h"

namespace connector::flows {

struct OrderFlowReport {
  std::size_t pages = 0;
  std::size_t orders = 0;  ///< rows read, duplicates of shifting pages included
  std::size_t changed = 0;
  std::size_t planned = 0;
  std::size_t held = 0;
  std::size_t unreadable = 0;
  std::vector<std::string> first_seen;     ///< purchase orders met for the first time, at most 100
  std::vector<std::string> unknown_words;  ///< new words of Walmart's, reported once per run
  bool wordless = false;                   ///< Walmart answered without a word; the watermark stays
};

/// Walmart's orders become postings: reads all orders modified since the watermark (with an overlap, so that late ones
/// are not missed), page by page, and moves the watermark only when every page is durably stored.
class OrderFlow : public Flow {
 public:
  OrderFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock, ports::Executor& executor,
            store::ConnectionId connection, domain::Milliseconds overlap);

  std::string name() const override { return "orders"; }
  ports::CallPriority priority() const override { return ports::CallPriority::orders; }
  /// With `until`: the orders created in [since, until), whatever happened to them since.
  ports::Task<domain::Result<FlowReport>> run(FlowRequest request) override;
  bool can_backfill() const override { return true; }
  bool can_fetch() const override { return true; }
  ports::Task<domain::Result<void>> fetch(std::string purchase_order_id) override;
  ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) override;
  /// The same as values.
  ports::Task<domain::Result<std::vector<OrderPreview>>> preview_orders(FlowRequest request);
  /// Plans held orders anew after the mapping version was raised; returns how many sources were looked at.
  ports::Task<domain::Result<std::size_t>> release_held();

 private:
  using PageSink = OrderReader::PageSink;
  ports::Task<domain::Result<void>> read_pages(std::string ship_node_type, FlowRequest request, PageSink* sink);
  ports::Task<domain::Result<void>> store_page(walmart::OrdersPage page, int posting_priority, OrderFlowReport* report);
  ports::Task<domain::Result<OrderFlowReport>> read_all(FlowRequest request);
  /// Withdraws what the setting acknowledge_orders no longer wants since it was changed.
  ports::Task<domain::Result<void>> withdraw_acknowledgements(PlanningContext context);
  /// Plans what it wants since then, of orders that may have been read before.
  ports::Task<domain::Result<void>> acknowledge_created_orders(PlanningContext context, OrderFlowReport* report);
  ports::Task<domain::Result<void>> close_finished_days();

  walmart::Client& walmart_;
  store::Store& store_;
  ports::Clock& clock_;
  ports::Executor& executor_;
  store::ConnectionId connection_;
  domain::Milliseconds overlap_;
};

}  // namespace connector::flows
