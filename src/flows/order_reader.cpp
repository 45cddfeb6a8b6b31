#include "flows/order_reader.h"

#include <algorithm>
#include <set>
#include <vector>

#include "domain/mutation.h"
#include "flows/call_outcomes.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using walmart::OrdersQuery;

namespace {

/// Walmart's times are told in seconds.
constexpr Milliseconds kShortestPart = std::chrono::seconds(1);
/// A first page is refused for other reasons, too: of a shorter part nobody has more orders than Walmart lists.
constexpr Milliseconds kShortestRefused = std::chrono::hours(24);

bool is_refused_request(const ports::CallFailure& failure) {
  return failure.status == 400 && failure.remote_text.starts_with("INVALID_REQUEST");
}

std::optional<UtcTime>& begin_of(OrdersQuery& query) {
  return query.modified_from ? query.modified_from : query.created_from;
}

std::optional<UtcTime>& end_of(OrdersQuery& query) {
  return query.modified_from ? query.modified_to : query.created_to;
}

}  // namespace

Task<Result<void>> OrderReader::read(OrdersQuery query, UtcTime now, PageSink* sink) {
  std::vector<OrdersQuery> parts{query};
  total_count_ = 0;
  while (!parts.empty()) {
    OrdersQuery part = parts.back();
    parts.pop_back();
    const UtcTime begin = begin_of(part).value_or(now);
    const Milliseconds length = end_of(part).value_or(now) - begin;
    auto extent = co_await read_passes(part, length, sink);
    if (!extent) co_return domain::fail(extent.error());
    if (*extent == Extent::whole) continue;
    const UtcTime middle = std::chrono::floor<std::chrono::seconds>(begin + length / 2);
    OrdersQuery later = part;
    begin_of(later) = middle;
    end_of(part) = middle;
    parts.push_back(std::move(later));
    parts.push_back(std::move(part));
  }
  co_return Result<void>{};
}

Task<Result<OrderReader::Extent>> OrderReader::read_passes(OrdersQuery query, Milliseconds length, PageSink* sink) {
  ListPasses passes;
  while (true) {
    auto extent = co_await read_part(query, length, &passes, sink);
    if (!extent || *extent == Extent::too_long || mutated(domain::Mutation::later_pages_forgotten)) co_return extent;
    const auto verdict = passes.end();
    if (verdict == ListPasses::Verdict::whole) co_return extent;
    if (verdict == ListPasses::Verdict::restless) co_return domain::fail(restless_list("orders"));
  }
}

Task<Result<OrderReader::Extent>> OrderReader::read_part(OrdersQuery query, Milliseconds length, ListPasses* passes,
                                                         PageSink* sink) {
  const bool may_split = length >= 2 * kShortestPart;
  auto page = co_await walmart_.orders(query, priority_);
  std::int64_t rows = 0;
  std::int64_t listed = 0;
  std::set<std::string> seen_cursors;
  while (true) {
    const bool is_first = seen_cursors.empty();
    if (!page && is_first && length >= kShortestRefused && is_refused_request(page.error())) co_return Extent::too_long;
    if (!page) {
      const bool too_long = page.error().error.cause == Cause::business_refusal && may_split && rows > 0;
      if (!too_long || rows >= listed) co_return domain::fail(with_context(page.error(), "reading Walmart orders"));
      longest_list_ = rows;
      co_return Extent::too_long;
    }
    if (rows == 0) {
      listed = page->value.total_count;
      total_count_ = std::max(total_count_, listed);
      const bool has_more = !page->value.next_cursor.empty();
      passes->begin(has_more ? listed : 0);
      if (has_more && listed >= longest_list_ && may_split) co_return Extent::too_long;
    }
    rows += static_cast<std::int64_t>(page->value.orders.size());
    for (const walmart::ReadOrder& order : page->value.orders) passes->see(order.purchase_order_id);
    page->value.total_count = total_count_;
    const std::string next = page->value.next_cursor;
    const bool repeated = !next.empty() && !seen_cursors.insert(next).second;
    std::optional<ports::CallResult<walmart::OrdersPage>> next_page;
    ports::TaskGroup fetching(executor_);
    if (!next.empty() && !repeated) fetching.spawn(fetch_next(next, &next_page));
    auto taken = co_await (*sink)(std::move(page->value));
    if (!taken) co_return domain::fail(taken.error());
    if (next.empty() || domain::mutated(domain::Mutation::later_pages_forgotten)) co_return Extent::whole;
    if (repeated) {
      co_return domain::fail(Cause::unexpected_source_data,
                             "Walmart repeated a page cursor; the run stops here and the watermark stays");
    }
    co_await fetching.join();
    page = std::move(*next_page);
  }
}

Task<void> OrderReader::fetch_next(std::string cursor, std::optional<ports::CallResult<walmart::OrdersPage>>* page) {
  page->emplace(co_await walmart_.next_orders(std::move(cursor), priority_));
}

}  // namespace connector::flows
