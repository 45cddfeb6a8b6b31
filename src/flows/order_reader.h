#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "flows/list_passes.h"
#include "ports/concurrency.h"
#include "walmart/client.h"

namespace connector::flows {

/// Reads all orders of a query, page by page. Walmart pages through 10,000 orders of one query (or 20,000; walmart.md
/// 2.1) and refuses the rest, by the page that reaches too far or, as is not ruled out, by the first: a longer list is
/// read in parts of its period, the oldest first, so that an order that is modified meanwhile moves into a part that is
/// still to be read. Executor thread only.
class OrderReader {
 public:
  /// Takes a page; the next one is fetched meanwhile. Its `total_count` is that of the whole period, or of the longest
  /// part yet where Walmart refused the whole.
  using PageSink = std::function<ports::Task<domain::Result<void>>(walmart::OrdersPage)>;

  OrderReader(walmart::Client& walmart, ports::Executor& executor, ports::CallPriority priority)
      : walmart_(walmart), executor_(executor), priority_(priority) {}

  /// The period is that of modification if the query names one, of creation otherwise; without an end it is open, and
  /// `now` tells how long it is. Orders at the seam of two parts come twice. `sink` must outlive the task.
  ports::Task<domain::Result<void>> read(walmart::OrdersQuery query, domain::UtcTime now, PageSink* sink);

 private:
  enum class Extent { whole, too_long };
  /// A part, and again as long as rows moved meanwhile.
  ports::Task<domain::Result<Extent>> read_passes(walmart::OrdersQuery query, domain::Milliseconds length,
                                                  PageSink* sink);
  ports::Task<domain::Result<Extent>> read_part(walmart::OrdersQuery query, domain::Milliseconds length,
                                                ListPasses* passes, PageSink* sink);
  ports::Task<void> fetch_next(std::string cursor, std::optional<ports::CallResult<walmart::OrdersPage>>* page);

  walmart::Client& walmart_;
  ports::Executor& executor_;
  ports::CallPriority priority_;
  std::int64_t longest_list_ = 10'000;  ///< less once Walmart refused a page of a shorter one
  std::int64_t total_count_ = 0;
};

}  // namespace connector::flows
