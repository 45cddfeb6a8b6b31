#include "flows/look_up/exact_rows.h"

#include <algorithm>
#include <iterator>

namespace connector::flows {

using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;

Task<std::optional<ExactRows>> read_for(const LookUpBatch* batch, exact::Client* client, const ODataQuery* query) {
  auto found = co_await client->get_all(*query, CallPriority::orders);
  if (found) co_return std::move(*found);
  batch->fail(found.error());
  co_return std::nullopt;
}

Task<FilteredRows> read_any_of(exact::Client* client, std::string resource, std::vector<std::string> columns,
                               std::vector<ODataFilter> wanted) {
  FilteredRows all;
  while (all.answered < wanted.size()) {
    const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(all.answered);
    const auto count = std::min(ODataFilter::most_terms, wanted.size() - all.answered);
    const std::vector<ODataFilter> terms(first, first + static_cast<std::ptrdiff_t>(count));
    ODataQuery query(resource);
    query.select(columns).filter(ODataFilter::any_of(terms));
    auto page = co_await client->get_all(query, CallPriority::orders);
    if (!page) {
      all.failure = std::move(page.error());
      break;
    }
    all.answered += count;
    all.correlation_id = std::move(page->correlation_id);
    std::move(page->value.begin(), page->value.end(), std::back_inserter(all.rows));
  }
  co_return all;
}

Task<std::optional<ExactRows>> read_all_of(const LookUpBatch* batch, exact::Client* client, std::string resource,
                                           std::vector<std::string> columns, std::vector<ODataFilter> wanted) {
  FilteredRows found = co_await read_any_of(client, std::move(resource), std::move(columns), std::move(wanted));
  if (!found.failure) co_return ExactRows{std::move(found.rows), std::move(found.correlation_id)};
  batch->fail(*found.failure);
  co_return std::nullopt;
}

bool NumberedRows::covers(std::int64_t number) const {
  return std::any_of(ranges.begin(), ranges.end(), [number](const NumberRange& range) { return range.holds(number); });
}

Task<NumberedRows> read_ranges(exact::Client* client, std::string resource, std::vector<std::string> columns,
                               std::vector<std::int64_t> order_numbers) {
  NumberedRows found;
  exact::Client bulk = client->in_half_the_time();
  for (const NumberRange& range : dense_ranges(std::move(order_numbers))) {
    ODataQuery query(resource);
    query.select(columns).filter(ODataFilter::between("OrderNumber", range.first, range.last));
    auto list = co_await bulk.get_all(query, CallPriority::orders);
    // Bulk lists time out more often than others (exact.md 2, 408); what is not listed is asked for otherwise.
    if (!list) break;
    found.ranges.push_back(range);
    found.correlation_id = std::move(list->correlation_id);
    std::move(list->value.begin(), list->value.end(), std::back_inserter(found.rows));
  }
  co_return found;
}

}  // namespace connector::flows
