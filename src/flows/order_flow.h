#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

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
  std::vector<std::string> unknown_words;  ///< new words of Walmart's, reported once per run
};

/// Walmart's orders become postings: reads all orders modified since the watermark (with an overlap, so that late ones
/// are not missed), page by page, and moves the watermark only when every page is durably stored.
class OrderFlow {
 public:
  OrderFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock, ports::Executor& executor,
            store::ConnectionId connection);

  /// `since` replaces the watermark for this run. Error: what stopped it; pages stored before stay stored.
  ports::Task<domain::Result<OrderFlowReport>> run(std::optional<domain::UtcTime> since);
  /// Reads the same orders and returns what they would become; writes nothing.
  ports::Task<domain::Result<std::vector<OrderPreview>>> preview(std::optional<domain::UtcTime> since);
  /// Fetches one order, e.g. because a webhook named it.
  ports::Task<domain::Result<RecordedOrder>> fetch(std::string purchase_order_id);
  /// Plans held orders anew after the mapping version was raised; returns how many sources were looked at.
  ports::Task<domain::Result<std::size_t>> release_held();
  /// Called after each stored page with (orders read, total of Walmart's first page).
  std::function<void(std::size_t, std::size_t)> on_progress;

 private:
  using PageSink = std::function<ports::Task<domain::Result<void>>(walmart::OrdersPage)>;
  ports::Task<domain::Result<void>> read_pages(std::string ship_node_type, std::optional<domain::UtcTime> since,
                                               PageSink* sink);
  ports::Task<void> fetch_page(std::string cursor, std::optional<ports::CallResult<walmart::OrdersPage>>* page);
  ports::Task<domain::Result<void>> close_finished_days();
  ports::Task<domain::Result<void>> store_page(walmart::OrdersPage page, OrderFlowReport* report);

  walmart::Client& walmart_;
  store::Store& store_;
  ports::Clock& clock_;
  ports::Executor& executor_;
  store::ConnectionId connection_;
};

}  // namespace connector::flows
