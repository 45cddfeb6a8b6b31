#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/flow.h"
#include "flows/record_return.h"
#include "ports/clock.h"
#include "walmart/client.h"

namespace connector::flows {

struct ReturnFlowReport {
  std::size_t pages = 0;
  std::size_t returns = 0;  ///< rows read, duplicates of shifting pages included
  std::size_t changed = 0;  ///< returns that told something new
  std::size_t planned = 0;
  std::size_t held = 0;
  std::size_t unreadable = 0;
  std::size_t not_ours = 0;        ///< of orders that are not booked here, such as those that Walmart fulfils (WFS)
  std::size_t orders_fetched = 0;  ///< because a return named them
  std::vector<std::string> unknown_words;
  bool wordless = false;                  ///< Walmart answered without a word; the watermark stays
  std::string walmart_fulfilled_problem;  ///< why returns of WFS cannot be seen; the seller's own are not affected
};

/// Walmart's returns become credit memos: reads all returns modified since the watermark (with an overlap), page by
/// page, fetches the orders they name where needed, and moves the watermark only when every page is durably stored.
/// Returns of WFS, which stand outside of the seller's own list, are read apart.
class ReturnFlow : public Flow {
 public:
  ReturnFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock, store::ConnectionId connection,
             domain::Milliseconds overlap);

  std::string name() const override { return "returns"; }
  ports::CallPriority priority() const override { return ports::CallPriority::returns; }
  ports::Task<domain::Result<FlowReport>> run(FlowRequest request) override;
  bool can_fetch() const override { return true; }
  /// Takes in one return order. Error: not_found if Walmart does not show it.
  ports::Task<domain::Result<void>> fetch(std::string return_order_id) override;
  ports::Task<domain::Result<FlowPreview>> preview(FlowRequest request) override;

 private:
  ports::Task<domain::Result<ReturnFlowReport>> read_all(std::optional<domain::UtcTime> since);
  ports::Task<domain::Result<std::vector<OrderPreview>>> preview_orders(std::optional<domain::UtcTime> since);
  ports::Task<domain::Result<std::vector<OrderPreview>>> preview_pass(bool walmart_fulfilled,
                                                                      std::optional<domain::UtcTime> since);
  ports::Task<domain::Result<void>> run_pass(bool walmart_fulfilled, std::optional<domain::UtcTime> since,
                                             ReturnFlowReport* report);
  ports::Task<domain::Result<FetchedOrders>> fetch_orders(std::vector<walmart::ReturnOrder> returns,
                                                          bool walmart_fulfilled);
  ports::Task<domain::Result<void>> store_page(walmart::ReturnsPage page, bool walmart_fulfilled,
                                               ReturnFlowReport* report);
  ports::Task<domain::Result<std::optional<domain::UtcTime>>> watermark(bool walmart_fulfilled);

  walmart::Client& walmart_;
  store::Store& store_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
  domain::Milliseconds overlap_;  ///< before the watermark, for what Walmart shows late
};

}  // namespace connector::flows
