#include "flows/walmart_period.h"

#include <algorithm>
#include <iterator>

#include "domain/booked_orders.h"
#include "flows/order_reader.h"
#include "flows/return_facts.h"
#include "flows/return_reader.h"
#include "flows/walmart_horizon.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;
using ports::Task;

namespace {

/// One of Walmart's lists while it is read.
class ReadList {
 public:
  explicit ReadList(std::string name) : name_(std::move(name)) {}

  /// A list may be empty without a word, but it does not end so: what is missing behind the rows cannot be told.
  Result<void> take_page(std::size_t rows, bool is_wordless) {
    rows_ += rows;
    is_wordless_ = is_wordless_ || is_wordless;
    if (!is_wordless_ || rows_ == 0) return {};
    return domain::fail(Cause::api_outage, "Walmart answered 404 or 204 without a word in the middle of its list of " +
                                               name_ + ": it was not read whole, and nothing is compared; try again");
  }
  void note_if_wordless(std::vector<std::string>* notes) const {
    if (!is_wordless_) return;
    notes->push_back("Walmart answered 404 or 204 without a word when asked for " + name_ +
                     ", which is taken for nothing found");
  }

 private:
  std::string name_;
  std::size_t rows_ = 0;
  bool is_wordless_ = false;
};

Task<Result<void>> read_orders(walmart::Client* walmart, ports::Executor* executor, std::string type, UtcTime from,
                               UtcTime now, WalmartPeriod* period) {
  walmart::OrdersQuery query;
  query.created_from = now - walmart_horizon;
  query.modified_from = std::max(from, now - walmart_horizon);
  query.ship_node_type = type;
  ReadList list("orders (" + type + ")");
  OrderReader::PageSink sink = [&list, period](walmart::OrdersPage page) -> Task<Result<void>> {
    auto taken = list.take_page(page.orders.size(), page.is_wordless);
    if (!taken) co_return taken;
    for (auto& read : page.orders) {
      if (read.order) {
        period->unreadable.erase(read.purchase_order_id);
        period->orders.insert_or_assign(read.purchase_order_id, std::move(*read.order));
      } else {
        period->unreadable.insert_or_assign(read.purchase_order_id, read.order.error().message);
      }
    }
    co_return Result<void>{};
  };
  OrderReader reader(*walmart, *executor, CallPriority::person);
  auto read = co_await reader.read(std::move(query), now, &sink);
  if (read) list.note_if_wordless(&period->notes);
  co_return read;
}

Task<Result<void>> read_returns(walmart::Client* walmart, bool walmart_fulfilled, UtcTime from, UtcTime now,
                                WalmartPeriod* period) {
  walmart::ReturnsQuery query;
  query.modified_from = std::max(from, now - walmart_horizon);
  query.modified_to = now;
  query.walmart_fulfilled = walmart_fulfilled;
  ReadList list(walmart_fulfilled ? "returns of WFS" : "returns");
  std::map<std::string, walmart::ReturnOrder> returns;
  ReturnReader::PageSink sink = [&list, &returns, period](walmart::ReturnsPage page) -> Task<Result<void>> {
    auto taken = list.take_page(page.returns.size(), page.is_wordless);
    if (!taken) co_return taken;
    for (walmart::ReadReturn& read : page.returns) {
      if (read.order) {
        period->unreadable.erase("return/" + read.return_order_id);
        returns.insert_or_assign(read.return_order_id, std::move(*read.order));
      } else {
        period->unreadable.insert_or_assign("return/" + read.return_order_id, read.order.error().message);
      }
    }
    co_return Result<void>{};
  };
  ReturnReader reader(*walmart);
  auto read = co_await reader.read(std::move(query), &sink);
  // Returns of WFS are shown to few (flows/return_flow.h).
  if (!read && walmart_fulfilled && !domain::is_transient(read.error().cause)) co_return Result<void>{};
  if (!read) co_return read;
  list.note_if_wordless(&period->notes);
  for (const auto& [id, order] : returns) {
    for (auto& [purchase_order_id, lines] : returned_lines_of(order)) {
      std::move(lines.begin(), lines.end(), std::back_inserter(period->returned[purchase_order_id]));
    }
  }
  co_return read;
}

}  // namespace

Task<Result<WalmartPeriod>> read_walmart_period(walmart::Client& walmart, ports::Executor& executor,
                                                std::vector<std::string> ship_node_types, UtcTime from, UtcTime now) {
  WalmartPeriod period;
  for (const std::string& type : ship_node_types) {
    auto read = co_await read_orders(&walmart, &executor, type, from, now, &period);
    if (!read) co_return domain::fail(read.error());
  }
  for (const bool walmart_fulfilled : {false, true}) {
    // Whatever WFS does not fulfil stands in the seller's own list.
    const auto is_listed = [walmart_fulfilled](const std::string& type) {
      return (type == domain::walmart_fulfilled_type) == walmart_fulfilled;
    };
    if (std::none_of(ship_node_types.begin(), ship_node_types.end(), is_listed)) continue;
    auto read = co_await read_returns(&walmart, walmart_fulfilled, from, now, &period);
    if (!read) co_return domain::fail(read.error());
  }
  co_return period;
}

}  // namespace connector::flows
