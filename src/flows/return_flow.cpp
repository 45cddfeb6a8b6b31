#include "flows/return_flow.h"

#include <algorithm>
#include <array>
#include <set>

#include "domain/mutation.h"
#include "flows/call_outcomes.h"
#include "flows/order_preview.h"
#include "flows/return_reader.h"
#include "flows/unknown_words.h"
#include "flows/walmart_horizon.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;
using ports::Task;

namespace {

const char* watermark_name(bool walmart_fulfilled) { return walmart_fulfilled ? "returns/WFS" : "returns"; }

std::vector<walmart::ReturnOrder> readable(const walmart::ReturnsPage& page) {
  std::vector<walmart::ReturnOrder> orders;
  for (const walmart::ReadReturn& read : page.returns) {
    if (read.order) orders.push_back(*read.order);
  }
  return orders;
}

}  // namespace

ReturnFlow::ReturnFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock,
                       store::ConnectionId connection, Milliseconds overlap)
    : walmart_(walmart), store_(store), clock_(clock), connection_(connection), overlap_(overlap) {}

Task<Result<std::optional<UtcTime>>> ReturnFlow::watermark(bool walmart_fulfilled) {
  auto query = [connection = connection_, name = watermark_name(walmart_fulfilled)](store::Reader& reader) {
    return reader.watermark(connection, name);
  };
  auto mark = co_await store_.read(std::move(query));
  if (!mark) co_return domain::fail(mark.error());
  if (!*mark) co_return std::optional<UtcTime>();
  auto parsed = domain::parse_iso8601(**mark);
  if (!parsed) co_return domain::fail(parsed.error());
  co_return std::optional<UtcTime>(*parsed);
}

Task<Result<FetchedOrders>> ReturnFlow::fetch_orders(std::vector<walmart::ReturnOrder> returns,
                                                     bool walmart_fulfilled) {
  auto query = [connection = connection_, returns = std::move(returns),
                walmart_fulfilled](store::Reader& reader) -> Result<std::set<std::string>> {
    std::set<std::string> wanted;
    auto context = read_planning_context(reader, connection);
    if (!context) return domain::fail(context.error());
    for (const walmart::ReturnOrder& order : returns) {
      auto missing = orders_wanted_by(reader, *context, order, walmart_fulfilled);
      if (!missing) return domain::fail(missing.error());
      wanted.insert(missing->begin(), missing->end());
    }
    return wanted;
  };
  auto wanted = co_await store_.read(std::move(query));
  if (!wanted) co_return domain::fail(wanted.error());
  FetchedOrders fetched;
  for (const std::string& purchase_order_id : *wanted) {
    auto read = co_await walmart_.order(purchase_order_id, CallPriority::returns);
    if (!read && read.error().error.cause != Cause::not_found) {
      co_return domain::fail(with_context(read.error(), "reading the Walmart order of a return"));
    }
    // The order flow shows an unreadable order by itself; its return waits for it there.
    const bool is_read = read && read->value.order;
    fetched[purchase_order_id] = is_read ? std::optional(std::move(*read->value.order)) : std::nullopt;
  }
  co_return fetched;
}

Task<Result<void>> ReturnFlow::store_page(walmart::ReturnsPage page, bool walmart_fulfilled, ReturnFlowReport* report) {
  ++report->pages;
  report->returns += page.returns.size();
  for (const walmart::ReadReturn& read : page.returns) {
    add_unknown_words(report->unknown_words, read.unknown_words);
  }
  if (on_progress) on_progress(report->returns, static_cast<std::size_t>(page.total_count));
  auto fetched = co_await fetch_orders(readable(page), walmart_fulfilled);
  if (!fetched) co_return domain::fail(fetched.error());
  report->orders_fetched += fetched->size();
  auto work = [connection = connection_, returns = std::move(page.returns), fetched = std::move(*fetched),
               walmart_fulfilled, now = clock_.now()](store::Transaction& transaction) -> Result<ReturnFlowReport> {
    ReturnFlowReport sum;
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    for (const walmart::ReadReturn& read : returns) {
      if (!read.order) {
        ++sum.unreadable;
        auto shown = record_unreadable_return(transaction, *context, read.return_order_id, read.order.error(), now);
        if (!shown) return domain::fail(shown.error());
        continue;
      }
      auto recorded = record_return(transaction, *context, *read.order, fetched, walmart_fulfilled, now);
      if (!recorded) return domain::fail(recorded.error());
      sum.changed += recorded->orders.changed ? 1 : 0;
      sum.planned += recorded->orders.planned;
      sum.held += recorded->orders.held;
      sum.not_ours += recorded->not_ours ? 1 : 0;
    }
    return sum;
  };
  auto sum = co_await store_.write(std::move(work));
  if (!sum) co_return domain::fail(sum.error());
  report->changed += sum->changed;
  report->planned += sum->planned;
  report->held += sum->held;
  report->unreadable += sum->unreadable;
  report->not_ours += sum->not_ours;
  co_return Result<void>{};
}

Task<Result<void>> ReturnFlow::run_pass(bool walmart_fulfilled, std::optional<UtcTime> since,
                                        ReturnFlowReport* report) {
  const UtcTime started = clock_.now();
  auto mark = co_await watermark(walmart_fulfilled);
  if (!mark) co_return domain::fail(mark.error());
  const std::optional<UtcTime> from = since ? since : *mark;
  walmart::ReturnsQuery query;
  query.walmart_fulfilled = walmart_fulfilled;
  query.modified_from = from ? std::max(*from - overlap_, started - walmart_horizon) : started - walmart_horizon;
  query.modified_to = started;
  bool is_wordless = false;
  ReturnReader::PageSink sink = [this, walmart_fulfilled, report,
                                 &is_wordless](walmart::ReturnsPage page) -> Task<Result<void>> {
    is_wordless = is_wordless || page.is_wordless;
    return store_page(std::move(page), walmart_fulfilled, report);
  };
  ReturnReader reader(walmart_);
  auto read = co_await reader.read(query, &sink);
  if (!read && !domain::mutated(domain::Mutation::returns_watermark_too_soon)) co_return read;
  report->wordless = report->wordless || is_wordless;
  if (is_wordless) co_return Result<void>{};
  // A run over a later part only must not hide what lies before it.
  if (!leaves_no_gap(since, *mark, started)) co_return Result<void>{};
  auto work = [connection = connection_, name = watermark_name(walmart_fulfilled),
               started](store::Transaction& transaction) -> Result<void> {
    return transaction.put_watermark(connection, name, domain::to_iso8601(started));
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<FlowReport>> ReturnFlow::run(FlowRequest request) {
  auto read = co_await read_all(request.since);
  if (!read) co_return domain::fail(read.error());
  FlowReport report;
  const auto count = [&report](const char* name, std::size_t value) {
    report.counts.emplace_back(name, static_cast<std::int64_t>(value));
  };
  count("returns_read", read->returns);
  count("returns_changed", read->changed);
  count("returns_unreadable", read->unreadable);
  count("returns_not_booked_here", read->not_ours);
  count("orders_fetched", read->orders_fetched);
  count("planned", read->planned);
  count("planned_held", read->held);
  for (const auto& word : read->unknown_words) report.notes.push_back("Walmart used a word that is new here: " + word);
  if (!read->walmart_fulfilled_problem.empty()) {
    report.notes.push_back("returns of WFS cannot be seen: " + read->walmart_fulfilled_problem);
  }
  if (read->wordless) report.notes.emplace_back(wordless_note());
  report.changed = read->changed > 0;
  co_return report;
}

Task<Result<FlowPreview>> ReturnFlow::preview(FlowRequest request) {
  auto previews = co_await preview_orders(request.since);
  if (!previews) co_return domain::fail(previews.error());
  auto check = [connection = connection_, planned = std::move(*previews)](store::Reader& reader) {
    return with_unusable_codes(reader, connection, planned);
  };
  auto checked = co_await store_.read(std::move(check));
  if (!checked) co_return domain::fail(checked.error());
  co_return show_order_previews(*checked);
}

Task<Result<ReturnFlowReport>> ReturnFlow::read_all(std::optional<UtcTime> since) {
  ReturnFlowReport report;
  auto own = co_await run_pass(false, since, &report);
  if (!own) co_return domain::fail(own.error());
  auto walmarts = co_await run_pass(true, since, &report);
  if (!walmarts) {
    if (domain::is_transient(walmarts.error().cause)) co_return domain::fail(walmarts.error());
    report.walmart_fulfilled_problem = walmarts.error().message;
  }
  if (!report.unknown_words.empty()) {
    auto work = [connection = connection_, now = clock_.now(),
                 words = report.unknown_words](store::Transaction& transaction) {
      return audit_unknown_words(transaction, connection, words, now);
    };
    auto audited = co_await store_.write(std::move(work));
    if (!audited) co_return domain::fail(audited.error());
  }
  co_return report;
}

Task<Result<std::vector<OrderPreview>>> ReturnFlow::preview_orders(std::optional<UtcTime> since) {
  auto previews = co_await preview_pass(false, since);
  if (!previews) co_return previews;
  auto of_walmart = co_await preview_pass(true, since);
  if (of_walmart) std::move(of_walmart->begin(), of_walmart->end(), std::back_inserter(*previews));
  // As in a run: returns of WFS are shown to few.
  if (!of_walmart && domain::is_transient(of_walmart.error().cause)) co_return of_walmart;
  co_return previews;
}

Task<Result<std::vector<OrderPreview>>> ReturnFlow::preview_pass(bool walmart_fulfilled, std::optional<UtcTime> since) {
  std::vector<OrderPreview> previews;
  const UtcTime now = clock_.now();
  auto mark = co_await watermark(walmart_fulfilled);
  if (!mark) co_return domain::fail(mark.error());
  const std::optional<UtcTime> from = since ? since : *mark;
  walmart::ReturnsQuery query;
  query.walmart_fulfilled = walmart_fulfilled;
  query.modified_from = from ? std::max(*from - overlap_, now - walmart_horizon) : now - walmart_horizon;
  std::vector<walmart::ReturnOrder> returns;
  std::set<std::string> seen;
  ReturnReader::PageSink sink = [&returns, &previews, &seen](walmart::ReturnsPage page) -> Task<Result<void>> {
    for (walmart::ReadReturn& read : page.returns) {
      if (!seen.insert(read.return_order_id).second) continue;
      if (read.order) {
        returns.push_back(std::move(*read.order));
        continue;
      }
      OrderPreview unreadable;
      unreadable.plan.problems.push_back(
          {read.order.error().cause, "return/" + read.return_order_id, read.order.error().message});
      previews.push_back(std::move(unreadable));
    }
    co_return Result<void>{};
  };
  ReturnReader reader(walmart_);
  auto read = co_await reader.read(query, &sink);
  if (!read) co_return domain::fail(read.error());
  auto fetched = co_await fetch_orders(returns, walmart_fulfilled);
  if (!fetched) co_return domain::fail(fetched.error());
  auto work = [connection = connection_, returns = std::move(returns), fetched = std::move(*fetched),
               previews = std::move(previews)](store::Reader& reader) -> Result<std::vector<OrderPreview>> {
    std::vector<OrderPreview> result = previews;
    auto context = read_planning_context(reader, connection);
    if (!context) return domain::fail(context.error());
    for (const walmart::ReturnOrder& order : returns) {
      auto of_return = preview_return(reader, *context, order, fetched);
      if (!of_return) return domain::fail(of_return.error());
      std::move(of_return->begin(), of_return->end(), std::back_inserter(result));
    }
    return result;
  };
  co_return co_await store_.read(std::move(work));
}

Task<Result<void>> ReturnFlow::fetch(std::string return_order_id) {
  constexpr std::array<bool, 2> passes{false, true};
  for (const bool walmart_fulfilled : passes) {
    walmart::ReturnsQuery query;
    query.return_order_id = return_order_id;
    query.walmart_fulfilled = walmart_fulfilled;
    auto page = co_await walmart_.returns(query);
    if (!page) co_return domain::fail(with_context(page.error(), "reading a Walmart return"));
    const auto found = std::find_if(page->value.returns.begin(), page->value.returns.end(),
                                    [&](const auto& read) { return read.return_order_id == return_order_id; });
    if (found == page->value.returns.end()) continue;
    walmart::ReturnsPage alone;
    alone.returns.push_back(std::move(*found));
    auto fetched = co_await fetch_orders(readable(alone), walmart_fulfilled);
    if (!fetched) co_return domain::fail(fetched.error());
    auto work = [connection = connection_, read = std::move(alone.returns.front()), fetched = std::move(*fetched),
                 walmart_fulfilled, now = clock_.now()](store::Transaction& transaction) -> Result<void> {
      auto context = read_planning_context(transaction, connection);
      if (!context) return domain::fail(context.error());
      if (!read.order) {
        return record_unreadable_return(transaction, *context, read.return_order_id, read.order.error(), now);
      }
      auto recorded = record_return(transaction, *context, *read.order, fetched, walmart_fulfilled, now);
      if (!recorded) return domain::fail(recorded.error());
      return {};
    };
    co_return co_await store_.write(std::move(work));
  }
  co_return domain::fail(Cause::not_found, "Walmart shows no return " + return_order_id);
}

}  // namespace connector::flows
