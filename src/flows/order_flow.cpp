#include "flows/order_flow.h"

#include <algorithm>
#include <set>

#include "domain/acknowledgement_planning.h"
#include "domain/booked_orders.h"
#include "domain/mutation.h"
#include "engine/posting_audit.h"
#include "flows/call_outcomes.h"
#include "flows/daily_summary.h"
#include "flows/order_acknowledgements.h"
#include "flows/order_preview.h"
#include "flows/order_watermarks.h"
#include "flows/prepare_order.h"
#include "flows/record_return.h"
#include "flows/unknown_words.h"
#include "flows/walmart_horizon.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Mutation;
using domain::Result;
using domain::UtcTime;
using ports::CallPriority;
using ports::Task;

namespace {

/// Enough to see whether notices tell of new orders.
constexpr std::size_t kMostFirstSeen = 100;

/// A page of orders as it would be recorded.
struct PreparedPage {
  PlanningContext context;
  std::vector<PreparedOrder> orders;  ///< one for each of the page; nothing is prepared for an unreadable one
  bool says_nothing_new = true;
};

Result<PreparedPage> prepare_page(store::Reader& reader, store::ConnectionId connection,
                                  const std::vector<walmart::ReadOrder>& orders, int posting_priority, UtcTime now) {
  auto context = read_planning_context(reader, connection);
  if (!context) return domain::fail(context.error());
  PreparedPage page;
  page.context = std::move(*context);
  page.context.priority = posting_priority;
  page.orders.reserve(orders.size());
  for (const walmart::ReadOrder& read : orders) {
    PreparedOrder prepared;
    if (read.order) {
      auto made = prepare_order(reader, page.context, *read.order, now);
      if (!made) return domain::fail(made.error());
      prepared = std::move(*made);
    }
    if (!prepared.is_known) page.says_nothing_new = false;
    page.orders.push_back(std::move(prepared));
  }
  return page;
}

}  // namespace

OrderFlow::OrderFlow(walmart::Client& walmart, store::Store& store, ports::Clock& clock, ports::Executor& executor,
                     store::ConnectionId connection, Milliseconds overlap)
    : walmart_(walmart),
      store_(store),
      clock_(clock),
      executor_(executor),
      connection_(connection),
      overlap_(overlap) {}

Task<Result<void>> OrderFlow::store_page(walmart::OrdersPage page, int posting_priority, OrderFlowReport* report) {
  struct Sum {
    std::size_t changed = 0, planned = 0, held = 0, unreadable = 0;
    std::vector<std::string> first_seen;
  };
  ++report->pages;
  if (page.orders.empty()) co_return Result<void>{};
  report->orders += page.orders.size();
  for (const auto& read : page.orders) {
    add_unknown_words(report->unknown_words, read.unknown_words);
  }
  const UtcTime now = clock_.now();
  const auto orders = std::make_shared<const std::vector<walmart::ReadOrder>>(std::move(page.orders));
  auto preparing = [connection = connection_, orders, posting_priority, now](store::Reader& reader) {
    return prepare_page(reader, connection, *orders, posting_priority, now);
  };
  auto prepared = co_await store_.read(std::move(preparing));
  if (!prepared) co_return domain::fail(prepared.error());
  if (prepared->says_nothing_new) co_return Result<void>{};
  const auto page_prepared = std::make_shared<const PreparedPage>(std::move(*prepared));
  auto work = [connection = connection_, orders, page_prepared, posting_priority,
               now](store::Transaction& transaction) -> Result<Sum> {
    Sum sum;
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    context->priority = posting_priority;
    const bool as_prepared = *context == page_prepared->context;
    for (std::size_t i = 0; i < orders->size(); ++i) {
      const walmart::ReadOrder& read = (*orders)[i];
      if (!read.order) {
        ++sum.unreadable;
        auto recorded = record_unreadable_order(transaction, *context, read.purchase_order_id, read.order.error(), now);
        if (!recorded) return domain::fail(recorded.error());
        continue;
      }
      const PreparedOrder* prepared = as_prepared ? &page_prepared->orders[i] : nullptr;
      if (prepared != nullptr && prepared->is_known) continue;
      auto recorded = record_order(transaction, *context, *read.order, now, prepared);
      if (!recorded) return domain::fail(recorded.error());
      sum.changed += recorded->changed ? 1 : 0;
      sum.planned += recorded->planned;
      sum.held += recorded->held;
      if (recorded->first_seen) sum.first_seen.push_back(read.purchase_order_id);
    }
    return sum;
  };
  auto sum = co_await store_.write(std::move(work));
  if (!sum) co_return domain::fail(sum.error());
  report->changed += sum->changed;
  report->planned += sum->planned;
  report->held += sum->held;
  report->unreadable += sum->unreadable;
  for (auto& id : sum->first_seen) {
    if (report->first_seen.size() < kMostFirstSeen) report->first_seen.push_back(std::move(id));
  }
  co_return Result<void>{};
}

Task<Result<void>> OrderFlow::read_pages(std::string ship_node_type, FlowRequest request, PageSink* sink) {
  walmart::OrdersQuery query;
  const UtcTime now = clock_.now();
  query.created_from = now - walmart_horizon;
  query.ship_node_type = ship_node_type;
  if (request.since && request.until) {
    query.created_from = std::max(*request.since, now - walmart_horizon);
    query.created_to = std::min(*request.until, now);
    if (*query.created_to <= *query.created_from) co_return Result<void>{};
  } else if (request.since) {
    // Modifications that Walmart shows late, and clocks that differ, fall into the overlap (walmart.md 2.1).
    const Milliseconds overlap = mutated(Mutation::no_overlap) ? Milliseconds::zero() : overlap_;
    query.modified_from = std::max(*request.since - overlap, now - walmart_horizon);
  }
  OrderReader reader(walmart_, executor_, request.priority.value_or(CallPriority::orders));
  co_return co_await reader.read(std::move(query), now, sink);
}

Task<Result<FlowReport>> OrderFlow::run(FlowRequest request) {
  auto read = co_await read_all(request);
  if (!read) co_return domain::fail(read.error());
  FlowReport report;
  const auto count = [&report](const char* name, std::size_t value) {
    report.counts.emplace_back(name, static_cast<std::int64_t>(value));
  };
  count("orders_read", read->orders);
  count("orders_changed", read->changed);
  count("orders_unreadable", read->unreadable);
  count("planned", read->planned);
  count("planned_held", read->held);
  for (const auto& word : read->unknown_words) report.notes.push_back("Walmart used a word that is new here: " + word);
  if (read->wordless) report.notes.emplace_back(wordless_note());
  report.changed = read->changed > 0;
  if (!request.since) report.first_seen = std::move(read->first_seen);
  co_return report;
}

Task<Result<OrderFlowReport>> OrderFlow::read_all(FlowRequest request) {
  OrderFlowReport report;
  const bool backfill = request.until.has_value();
  const int posting_priority = backfill ? store::posting_priority::backfill : store::posting_priority::orders;
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  for (const std::string& type : context->settings.ship_node_types) {
    const UtcTime started = clock_.now();
    auto mark_query = [connection = connection_, type](store::Reader& reader) {
      return orders_read_to(reader, connection, type);
    };
    auto read_to = co_await store_.read(std::move(mark_query));
    if (!read_to) co_return domain::fail(read_to.error());
    const std::optional<UtcTime> known_to = *read_to;
    FlowRequest part = request;
    if (!part.since) part.since = known_to;
    bool is_wordless = false;
    PageSink sink = [this, &report, &is_wordless, posting_priority](walmart::OrdersPage page) -> Task<Result<void>> {
      is_wordless = is_wordless || page.is_wordless;
      if (on_progress) on_progress(report.orders + page.orders.size(), static_cast<std::size_t>(page.total_count));
      return store_page(std::move(page), posting_priority, &report);
    };
    auto read = co_await read_pages(type, part, &sink);
    if (!read && !mutated(Mutation::watermark_too_soon)) co_return domain::fail(read.error());
    report.wordless = report.wordless || is_wordless;
    // A run over a later part only must not hide what lies before it, nor an answer without a word.
    if (is_wordless || backfill || !leaves_no_gap(request.since, known_to, started)) continue;
    auto mark_work = [connection = connection_, name = order_watermark(type),
                      started](store::Transaction& transaction) -> Result<void> {
      return transaction.put_watermark(connection, name, domain::to_iso8601(started));
    };
    auto marked = co_await store_.write(std::move(mark_work));
    if (!marked) co_return domain::fail(marked.error());
  }
  if (!backfill) {
    auto withdrawn = co_await withdraw_acknowledgements(*context);
    if (!withdrawn) co_return domain::fail(withdrawn.error());
    auto acknowledged = co_await acknowledge_created_orders(*context, &report);
    if (!acknowledged) co_return domain::fail(acknowledged.error());
  }
  auto closed = co_await close_finished_days();
  if (!closed) co_return domain::fail(closed.error());
  if (!report.unknown_words.empty()) {
    auto audit_work = [connection = connection_, now = clock_.now(),
                       words = report.unknown_words](store::Transaction& transaction) {
      return audit_unknown_words(transaction, connection, words, now);
    };
    auto audited = co_await store_.write(std::move(audit_work));
    if (!audited) co_return domain::fail(audited.error());
  }
  co_return report;
}

Task<Result<void>> OrderFlow::withdraw_acknowledgements(PlanningContext context) {
  auto look = [context](store::Reader& reader) { return unwanted_acknowledgements(reader, context); };
  auto unwanted = co_await store_.read(std::move(look));
  if (!unwanted) co_return domain::fail(unwanted.error());
  if (unwanted->empty()) co_return Result<void>{};
  auto work = [connection = connection_, orders = std::move(*unwanted),
               now = clock_.now()](store::Transaction& transaction) -> Result<void> {
    auto current = read_planning_context(transaction, connection);
    if (!current) return domain::fail(current.error());
    for (const std::string& order : orders) {
      if (auto replanned = replan_order(transaction, *current, order, now); !replanned) {
        return domain::fail(replanned.error());
      }
    }
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<void>> OrderFlow::acknowledge_created_orders(PlanningContext context, OrderFlowReport* report) {
  auto look = [context](store::Reader& reader) { return wants_created_orders(reader, context); };
  auto wanted = co_await store_.read(std::move(look));
  if (!wanted) co_return domain::fail(wanted.error());
  if (!*wanted) co_return Result<void>{};
  bool is_wordless = false;
  PageSink sink = [this, report, &is_wordless](walmart::OrdersPage page) -> Task<Result<void>> {
    is_wordless = is_wordless || page.is_wordless;
    std::vector<std::string> orders;
    for (const auto& read : page.orders) orders.push_back(read.purchase_order_id);
    auto stored = co_await store_page(std::move(page), 0, report);
    if (!stored || orders.empty()) co_return stored;
    auto work = [connection = connection_, orders = std::move(orders),
                 now = clock_.now()](store::Transaction& transaction) -> Result<std::size_t> {
      auto current = read_planning_context(transaction, connection);
      if (!current) return domain::fail(current.error());
      return plan_acknowledgements(transaction, *current, orders, now);
    };
    auto planned = co_await store_.write(std::move(work));
    if (!planned) co_return domain::fail(planned.error());
    report->planned += *planned;
    co_return Result<void>{};
  };
  const UtcTime now = clock_.now();
  for (const std::string& type : context.settings.ship_node_types) {
    if (!domain::acknowledges_orders_of(context.settings, type)) continue;
    walmart::OrdersQuery query;
    query.status = "Created";
    query.ship_node_type = type;
    query.created_from = std::max(context.settings.go_live.value_or(UtcTime{}), now - walmart_horizon);
    if (query.created_from >= now) continue;
    OrderReader reader(walmart_, executor_, CallPriority::orders);
    auto read = co_await reader.read(std::move(query), now, &sink);
    if (!read) co_return domain::fail(read.error());
  }
  report->wordless = report->wordless || is_wordless;
  if (is_wordless) co_return Result<void>{};
  auto note = [context](store::Transaction& transaction) { return note_created_orders_read(transaction, context); };
  co_return co_await store_.write(std::move(note));
}

Task<Result<void>> OrderFlow::close_finished_days() {
  // Most connections have no days to close: they need not write.
  auto look = [connection = connection_](store::Reader& reader) {
    return reader.waiting_of_kind(connection, domain::PostingKind::daily_invoice);
  };
  auto waiting = co_await store_.read(std::move(look));
  if (!waiting) co_return domain::fail(waiting.error());
  if (waiting->empty()) co_return Result<void>{};
  auto work = [connection = connection_, now = clock_.now()](store::Transaction& transaction) -> Result<void> {
    auto planning = read_planning_context(transaction, connection);
    if (!planning) return domain::fail(planning.error());
    // A backfill, a run over a later part and an answer without a word leave the watermarks where they are: what left
    // on that day may still be to come.
    auto read_to = all_orders_read_to(transaction, *planning);
    if (!read_to) return domain::fail(read_to.error());
    auto closed = close_days(transaction, *planning, *read_to, now);
    if (!closed) return domain::fail(closed.error());
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<FlowPreview>> OrderFlow::preview(FlowRequest request) {
  auto previews = co_await preview_orders(request);
  if (!previews) co_return domain::fail(previews.error());
  auto check = [connection = connection_, planned = std::move(*previews)](store::Reader& reader) {
    return with_unusable_codes(reader, connection, planned);
  };
  auto checked = co_await store_.read(std::move(check));
  if (!checked) co_return domain::fail(checked.error());
  co_return show_order_previews(*checked);
}

Task<Result<std::vector<OrderPreview>>> OrderFlow::preview_orders(FlowRequest request) {
  std::vector<OrderPreview> previews;
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  std::vector<walmart::ReadOrder> orders;
  std::set<std::string> seen;
  for (const std::string& type : context->settings.ship_node_types) {
    PageSink sink = [&orders, &seen](walmart::OrdersPage page) -> Task<Result<void>> {
      for (auto& order : page.orders) {
        if (seen.insert(order.purchase_order_id).second) orders.push_back(std::move(order));
      }
      co_return Result<void>{};
    };
    auto read = co_await read_pages(type, request, &sink);
    if (!read) co_return domain::fail(read.error());
  }
  auto work = [context = std::move(*context),
               orders = std::move(orders)](store::Reader& reader) -> Result<std::vector<OrderPreview>> {
    std::vector<OrderPreview> result;
    for (const auto& read : orders) {
      if (!read.order) {
        OrderPreview unreadable;
        unreadable.order.purchase_order_id = read.purchase_order_id;
        unreadable.plan.problems.push_back(
            {read.order.error().cause, "unreadable/" + read.purchase_order_id, read.order.error().message});
        result.push_back(std::move(unreadable));
        continue;
      }
      auto preview = preview_order(reader, context, *read.order);
      if (!preview) return domain::fail(preview.error());
      result.push_back(std::move(*preview));
    }
    return result;
  };
  co_return co_await store_.read(std::move(work));
}

Task<Result<void>> OrderFlow::fetch(std::string purchase_order_id) {
  auto read = co_await walmart_.order(purchase_order_id, CallPriority::orders);
  if (!read) co_return domain::fail(with_context(read.error(), "reading a Walmart order"));
  auto work = [connection = connection_, order = std::move(read->value),
               now = clock_.now()](store::Transaction& transaction) -> Result<void> {
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    if (order.order && !domain::books_orders_of(context->settings, order.order->ship_node_type)) {
      // Notices tell of all orders of the seller, also of those that Walmart ships and the settings leave out.
      auto known = transaction.order(connection, order.purchase_order_id);
      if (!known) return domain::fail(known.error());
      if (!*known) return {};
    }
    if (!order.order) {
      return record_unreadable_order(transaction, *context, order.purchase_order_id, order.order.error(), now);
    }
    auto recorded = record_order(transaction, *context, *order.order, now);
    if (!recorded) return domain::fail(recorded.error());
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::size_t>> OrderFlow::release_held() {
  std::size_t total = 0;
  // Every connection looks every few seconds: without held postings nothing is written.
  auto look = [connection = connection_](store::Reader& reader) -> Result<bool> {
    auto row = reader.connection(connection);
    if (!row) return domain::fail(row.error());
    if (!*row) return false;
    auto sources = reader.held_sources(connection, (*row)->mapping_version, 1);
    if (!sources) return domain::fail(sources.error());
    return !sources->empty();
  };
  auto any = co_await store_.read(std::move(look));
  if (!any) co_return domain::fail(any.error());
  if (mutated(Mutation::released_by_persons_alone)) co_return total;
  std::vector<std::string> before;
  while (*any) {
    auto work = [connection = connection_,
                 now = clock_.now()](store::Transaction& transaction) -> Result<std::vector<std::string>> {
      auto context = read_planning_context(transaction, connection);
      if (!context) return domain::fail(context.error());
      auto sources = transaction.held_sources(connection, context->mapping_version, 100);
      if (!sources) return domain::fail(sources.error());
      for (const std::string& source : *sources) {
        auto replanned = replan_order(transaction, *context, source, now);
        if (!replanned) return domain::fail(replanned.error());
      }
      return *sources;
    };
    auto released = co_await store_.write(std::move(work));
    if (!released) co_return domain::fail(released.error());
    // Whatever is left as it was must not have the same batch come for ever.
    if (*released == before) break;
    total += released->size();
    if (released->size() < 100) break;
    before = std::move(*released);
  }
  if (total > 0) {
    // What was released may belong to days that are over.
    auto closed = co_await close_finished_days();
    if (!closed) co_return domain::fail(closed.error());
  }
  co_return total;
}

}  // namespace connector::flows
