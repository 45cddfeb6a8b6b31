#include "flows/price_flow.h"

#include <algorithm>
#include <set>

#include "exact/deleted_entities.h"
#include "exact/sales_item_prices.h"
#include "flows/call_outcomes.h"
#include "flows/confined_skus.h"
#include "flows/document_json.h"
#include "flows/flow_report.h"
#include "flows/offer_reader.h"
#include "flows/plan_prices.h"
#include "flows/price_documents.h"
#include "flows/price_records.h"
#include "flows/record_order.h"
#include "flows/report_text.h"

namespace connector::flows {

using domain::Cause;
using domain::OfferedPrice;
using domain::PriceDecision;
using domain::Result;
using json::Value;
using ports::CallPriority;
using ports::Task;

namespace {

constexpr const char* kBothOff =
    "both directions of prices are off for this connection; set prices_to_walmart or prices_to_exact to true";

Value change_json(const domain::PriceChange& change) {
  Value entry{json::Object{}};
  entry.set("sku", change.sku);
  entry.set("item", change.item);
  entry.set("from", change.from ? Value(*change.from) : Value());
  entry.set("to", change.to);
  return entry;
}

Value problem_json(const domain::PriceProblem& problem) {
  Value entry{json::Object{}};
  entry.set("sku", problem.sku);
  entry.set("item", problem.item);
  entry.set("from", problem.from ? Value(*problem.from) : Value());
  entry.set("to", problem.to);
  entry.set("message", problem.message);
  return entry;
}

Value sku_list(const std::set<std::string>& skus) {
  Value list{json::Array{}};
  for (const auto& sku : skus) list.push_back(sku);
  return list;
}

/// Adds what became of prices to a report: the number accepted, and those refused one by one.
void add_settled(Value& report, const std::vector<SettledPrice>& settled) {
  std::int64_t accepted = report["accepted_by_walmart"].integer().value_or(0);
  json::Array refused = report["refused_by_walmart"].array();
  for (const SettledPrice& price : settled) {
    if (price.accepted) {
      ++accepted;
      continue;
    }
    Value entry{json::Object{}};
    entry.set("sku", price.sku);
    entry.set("amount", price.amount);
    entry.set("again", price.again);
    entry.set("error", price.error);
    entry.set("posting", price.posting_key);
    refused.push_back(std::move(entry));
  }
  report.set("accepted_by_walmart", accepted);
  report.set("refused_by_walmart", Value(std::move(refused)));
}

}  // namespace

Value to_json(const PriceRun& run) {
  Value report{json::Object{}};
  report.set("skus_read", run.skus_read);
  if (!run.only.empty()) report.set("only_skus", sku_list(run.only));
  add_settled(report, run.settled);
  Value walmart{json::Object{}};
  walmart.set("on", run.to_walmart);
  Value changes{json::Array{}};
  for (const auto& change : run.walmart.changes) changes.push_back(change_json(change));
  walmart.set("changes", std::move(changes));
  Value kept{json::Array{}};
  for (const auto& problem : run.walmart.problems) kept.push_back(problem_json(problem));
  walmart.set("kept_back", std::move(kept));
  walmart.set("unchanged", run.walmart.unchanged);
  walmart.set("without_list_price", run.walmart.without_price);
  report.set("to_walmart", std::move(walmart));
  Value exact{json::Object{}};
  exact.set("on", run.to_exact);
  Value rows{json::Array{}};
  for (const auto& change : run.exact.changes) {
    Value entry{json::Object{}};
    entry.set("item", change.item);
    entry.set("from", change.row ? Value(change.row->price) : Value());
    entry.set("to", change.to);
    rows.push_back(std::move(entry));
  }
  exact.set("changes", std::move(rows));
  Value held_back{json::Array{}};
  for (const auto& problem : run.exact.problems) held_back.push_back(problem_json(problem));
  exact.set("kept_back", std::move(held_back));
  exact.set("unchanged", run.exact.unchanged);
  Value unknown{json::Array{}};
  for (const auto& sku : run.exact.unknown_items) unknown.push_back(sku);
  exact.set("skus_without_item", std::move(unknown));
  report.set("to_exact", std::move(exact));
  Value postings{json::Array{}};
  for (const auto& key : run.postings) postings.push_back(key);
  report.set("postings", std::move(postings));
  return report;
}

Task<Result<void>> PriceFlow::refresh_list_prices() {
  auto mark_query = [connection = connection_](store::Reader& reader) {
    return reader.watermark(connection, kListPriceMark);
  };
  auto mark = co_await store_.read(std::move(mark_query));
  if (!mark) co_return domain::fail(mark.error());
  const std::int64_t after = *mark ? json::parse_integer(**mark).value_or(0) : 0;
  auto changed = co_await exact::load_sales_item_prices(exact_, after);
  if (!changed) co_return domain::fail(with_context(changed.error(), "reading Exact's price list"));
  std::vector<std::string> deleted;
  bool is_whole = false;
  if (after > 0) {
    auto gone = co_await exact::load_deleted_ids(exact_, exact::kSalesItemPriceEntity, after, CallPriority::prices);
    if (gone) {
      deleted = std::move(gone->value);
    } else {
      if (!exact::is_deleted_list_closed(gone.error())) {
        co_return domain::fail(with_context(gone.error(), "reading Exact's price list"));
      }
      is_whole = true;
      changed = co_await exact::load_sales_item_prices(exact_, 0);
      if (!changed) co_return domain::fail(with_context(changed.error(), "reading Exact's price list"));
    }
  }
  auto work = [connection = connection_, changed = std::move(changed->value), deleted = std::move(deleted),
               is_whole](store::Transaction& transaction) -> Result<void> {
    if (is_whole) {
      if (auto emptied = transaction.replace_references(connection, kListPrice, {}); !emptied) return emptied;
    }
    for (const std::string& id : deleted) {
      if (auto gone = transaction.delete_reference(connection, kListPrice, id); !gone) return gone;
    }
    for (const auto& price : changed.rows) {
      if (auto put = transaction.put_reference(connection, list_price_row(price)); !put) return put;
    }
    return transaction.put_watermark(connection, kListPriceMark, std::to_string(changed.timestamp));
  };
  co_return co_await store_.write(std::move(work));
}

/// The SKUs the run is confined to, each with a call of its own.
Task<Result<std::vector<OfferedPrice>>> PriceFlow::read_only(PriceRun* run) {
  std::vector<OfferedPrice> offers;
  for (const std::string& sku : run->only) {
    auto page = co_await walmart_.item(sku, CallPriority::prices);
    if (!page && page.error().error.cause != Cause::not_found) {
      co_return domain::fail(with_context(page.error(), "reading Walmart's item \"" + sku + "\""));
    }
    const std::size_t before = offers.size();
    if (page) {
      for (const auto& item : page->value.items) {
        if (item.sku == sku && offers.size() == before) offers.push_back(offer_of(item));
      }
    }
    if (offers.size() == before) run->unknown.push_back(sku);
  }
  co_return offers;
}

Task<Result<bool>> PriceFlow::can_confine(std::vector<std::string> skus) {
  auto confined = co_await confined_skus(store_, connection_, std::move(skus));
  if (!confined) co_return domain::fail(confined.error());
  co_return confined->has_value();
}

Task<Result<std::vector<SettledPrice>>> PriceFlow::settle() {
  auto work = [connection = connection_](store::Transaction& transaction) {
    return settle_prices(transaction, connection);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<PriceRun>> PriceFlow::plan(bool dry_run, std::vector<std::string> skus) {
  PriceRun run;
  run.dry_run = dry_run;
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  run.to_walmart = context->settings.prices_to_walmart;
  run.to_exact = context->settings.prices_to_exact;
  if (!run.to_walmart && !run.to_exact) co_return domain::fail(Cause::bad_input, kBothOff);
  if (!skus.empty()) {
    auto confined = co_await confined_skus(store_, connection_, skus);
    if (!confined) co_return domain::fail(confined.error());
    if (*confined) run.only = std::move(**confined);
  }
  // What became of feeds belongs into the report of a whole run.
  if (!dry_run && run.only.empty()) {
    auto settled = co_await settle();
    if (!settled) co_return domain::fail(settled.error());
    run.settled = std::move(*settled);
  }
  auto refreshed = co_await refresh_list_prices();
  if (!refreshed) co_return domain::fail(refreshed.error());
  auto offers = Result<std::vector<OfferedPrice>>(std::vector<OfferedPrice>{});
  if (run.only.empty()) {
    OfferReader reader(walmart_, on_progress);
    offers = co_await reader.read();
  } else {
    offers = co_await read_only(&run);
  }
  if (!offers) co_return domain::fail(offers.error());
  run.skus_read = offers->size();
  auto today = domain::date_in_zone(clock_.now(), context->settings.booking_zone);
  if (!today) co_return domain::fail(today.error());
  if (dry_run) {
    auto work = [context = std::move(*context), offers = std::move(*offers), today = *today, run,
                 now = clock_.now()](store::Reader& reader) -> Result<PriceRun> {
      PriceRun planned = run;
      if (auto done = compare_prices(reader, context, offers, today, planned); !done) return domain::fail(done.error());
      for (const auto& batch : price_batches(planned.walmart.changes)) {
        planned.documents.push_back(to_json(price_feed_document(batch, context.settings.reference_prefix)));
      }
      for (const auto& change : planned.exact.changes) {
        planned.documents.push_back(item_price_document(change, context.settings.reference_prefix, today, now));
      }
      return planned;
    };
    co_return co_await store_.read(std::move(work));
  }
  auto work = [connection = connection_, offers = std::move(*offers), today = *today, run,
               now = clock_.now()](store::Transaction& transaction) -> Result<PriceRun> {
    PriceRun planned = run;
    auto fresh = read_planning_context(transaction, connection);
    if (!fresh) return domain::fail(fresh.error());
    if (auto done = compare_prices(transaction, *fresh, offers, today, planned); !done)
      return domain::fail(done.error());
    if (auto done = plan_price_postings(transaction, *fresh, planned, today, now); !done)
      return domain::fail(done.error());
    const std::string_view reports = planned.only.empty() ? "prices" : kNoticedPrices;
    if (auto put = put_report(transaction, connection, reports, now, to_json(planned)); !put)
      return domain::fail(put.error());
    return planned;
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<FlowReport>> PriceFlow::run(FlowRequest request) {
  auto context_query = [connection = connection_](store::Reader& reader) {
    return read_planning_context(reader, connection);
  };
  auto context = co_await store_.read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  if (!context->settings.prices_to_walmart && !context->settings.prices_to_exact) {
    FlowReport idle;
    idle.notes.push_back(kBothOff);
    co_return idle;
  }
  auto run = co_await plan(false, request.entities);
  if (!run) co_return domain::fail(run.error());
  FlowReport report;
  const auto refused =
      std::count_if(run->settled.begin(), run->settled.end(), [](const auto& p) { return !p.accepted; });
  const std::size_t changes = run->walmart.changes.size() + run->exact.changes.size();
  const std::size_t kept_back = run->walmart.problems.size() + run->exact.problems.size();
  report.counts = {{"skus_read", static_cast<std::int64_t>(run->skus_read)},
                   {"prices_changed", static_cast<std::int64_t>(changes)},
                   {"prices_kept_back", static_cast<std::int64_t>(kept_back)},
                   {"prices_refused", refused},
                   {"planned", static_cast<std::int64_t>(run->postings.size())}};
  report.changed = changes > 0 || !run->settled.empty();
  for (const SettledPrice& price : run->settled) {
    if (!price.accepted) report.notes.push_back("Walmart did not take the price of " + price.sku + ": " + price.error);
  }
  for (const auto* problems : {&run->walmart.problems, &run->exact.problems}) {
    for (const auto& problem : *problems)
      report.notes.push_back("the price of " + problem.sku + " is kept back: " + problem.message);
  }
  for (const std::string& sku : request.entities) {
    if (std::find(run->unknown.begin(), run->unknown.end(), sku) != run->unknown.end()) report.unknown.push_back(sku);
  }
  for (const std::string& sku : report.unknown) {
    report.notes.push_back("Walmart told of SKU \"" + sku + "\", which is no item of the seller's there");
  }
  co_return report;
}

Task<Result<FlowPreview>> PriceFlow::preview(FlowRequest) {
  auto run = co_await plan(true, {});
  if (!run) co_return domain::fail(run.error());
  FlowPreview preview;
  preview.json = to_json(*run);
  preview.json.set("dry_run", true);
  Value documents{json::Array{}};
  for (const Value& document : run->documents) documents.push_back(document);
  preview.json.set("documents", std::move(documents));
  preview.text = prices_text(preview.json) + "Nothing was sent.\n";
  preview.problems = !run->walmart.problems.empty() || !run->exact.problems.empty();
  co_return preview;
}

Task<Result<void>> PriceFlow::conclude() {
  auto work = [connection = connection_](store::Transaction& transaction) -> Result<void> {
    auto settled = settle_prices(transaction, connection);
    if (!settled) return domain::fail(settled.error());
    if (settled->empty()) return {};
    auto times = report_times(transaction, connection, "prices");
    if (!times) return domain::fail(times.error());
    if (times->empty()) return {};
    auto report = report_of(transaction, connection, "prices", times->back());
    if (!report) return domain::fail(report.error());
    add_settled(*report, *settled);
    auto at = domain::parse_iso8601(times->back());
    if (!at) return domain::fail(at.error());
    return put_report(transaction, connection, "prices", *at, *report);
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace connector::flows
