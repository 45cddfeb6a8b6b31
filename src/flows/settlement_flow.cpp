#include "flows/settlement_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "flows/call_outcomes.h"
#include "flows/document_json.h"
#include "walmart/settlement_archive.h"
#include "walmart/settlement_reader.h"

namespace connector::flows {

using domain::Cause;
using domain::Date;
using domain::Result;
using domain::Settlement;
using domain::UtcTime;
using json::Value;
using ports::Task;
using Verdict = SettledComparison::Verdict;

namespace {

/// Orders of one transaction: others shall not wait long.
constexpr std::size_t kSlice = 200;
/// Orders that a settlement's comparison names.
constexpr std::size_t kMostOpen = 1000;
/// Orders of the last settlements are compared again; what has not come by then does not come.
constexpr std::chrono::days kReviewed{90};

/// Why there is nothing to read; nullopt if there is.
std::optional<std::string> idle_reason(const PlanningContext& context) {
  if (context.settings.settlements == domain::Settlements::off) {
    return "settlements is off for this connection; set it to post, or to report for a comparison only";
  }
  if (context.settings.settlements == domain::Settlements::post &&
      context.mapping.own_row(domain::payout_key) == nullptr) {
    return "no G/L account is mapped for @settlement/payout, so settlements are not booked; import rows for them "
           "(docs/settlements.md), or set settlements to report";
  }
  return std::nullopt;
}

Value comparison_json(std::size_t orders, const std::vector<SettledComparison>& open) {
  Value value{json::Object{}};
  value.set("orders", orders);
  value.set("agree", orders - std::min(open.size(), orders));
  value.set("open_in_all", open.size());
  Value list{json::Array{}};
  for (std::size_t i = 0; i < std::min(open.size(), kMostOpen); ++i) list.push_back(to_json(open[i]));
  value.set("open", std::move(list));
  return value;
}

/// Those that do not agree, what was settled wrongly first.
std::vector<SettledComparison> open_of(std::vector<SettledComparison> comparisons) {
  std::erase_if(comparisons, [](const auto& each) { return each.verdict == Verdict::agrees; });
  std::stable_sort(comparisons.begin(), comparisons.end(), [](const auto& a, const auto& b) {
    return (a.verdict == Verdict::settled_more) > (b.verdict == Verdict::settled_more);
  });
  return comparisons;
}

std::size_t count_of(const Value& comparison, Verdict verdict) {
  const auto& open = comparison["open"].array();
  return static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [verdict](const Value& order) {
    return order["verdict"].text_or("") == to_string(verdict);
  }));
}

std::string words_of(const Settlement& settlement, const Value& comparison) {
  std::string text = fmt::format("payout of {}: {} {}", domain::to_iso8601(settlement.payout_date),
                                 settlement.total_payable.to_fixed(2), settlement.currency);
  text += fmt::format(", {} orders, {} as booked", comparison["orders"].text_or("0"), comparison["agree"].text_or("0"));
  const auto tell = [&](Verdict verdict, std::string_view words) {
    if (const std::size_t count = count_of(comparison, verdict); count > 0)
      text += fmt::format(", {} {}", count, words);
  };
  tell(Verdict::settled_more, "settled with more than was booked");
  tell(Verdict::settled_less, "not settled whole yet");
  tell(Verdict::unknown_order, "unknown here");
  return text;
}

/// For a person: the first orders of which more was settled than was booked.
std::vector<std::string> findings_of(const Value& comparison) {
  constexpr std::size_t most = 10;
  std::vector<std::string> findings;
  for (const Value& order : comparison["open"].array()) {
    if (order["verdict"].text_or("") != to_string(Verdict::settled_more) || findings.size() == most) continue;
    findings.push_back(fmt::format("order {}: {} settled and {} invoiced, {} taken back and {} credited",
                                   order["purchase_order_id"].text_or(""), order["settled_sales"].text_or(""),
                                   order["invoiced"].text_or(""), order["settled_refunds"].text_or(""),
                                   order["credited"].text_or("")));
  }
  return findings;
}

/// The payout dates of what needs no other reading: a file that contradicts itself is read again as long as it is held,
/// for Walmart may mend it.
Result<std::vector<Date>> settlements_to_keep(store::Reader& reader, store::ConnectionId connection) {
  auto known = known_settlements(reader, connection);
  if (!known) return domain::fail(known.error());
  std::vector<Date> kept;
  for (const KnownSettlement& each : *known) {
    auto posting = reader.posting(connection, domain::settlement_key(each.settlement.payout_date));
    if (!posting) return domain::fail(posting.error());
    const bool is_contradictory = *posting && (*posting)->state == store::PostingState::held &&
                                  (*posting)->cause == std::optional(Cause::unexpected_source_data);
    if (!is_contradictory) kept.push_back(each.settlement.payout_date);
  }
  return kept;
}

}  // namespace

/// What a run did so far.
struct SettlementFlow::Plans {
  AppliedPlan applied;
  std::int64_t read = 0;
  std::int64_t unreadable = 0;
  std::size_t settled_more = 0;  ///< orders of recent settlements
  std::size_t unknown_orders = 0;
  std::vector<std::string> notes;

  void add(const AppliedPlan& plan) {
    applied.planned += plan.planned;
    applied.held += plan.held;
    applied.withdrawn += plan.withdrawn;
  }
  void add(const Value& comparison) {
    settled_more += count_of(comparison, Verdict::settled_more);
    unknown_orders += count_of(comparison, Verdict::unknown_order);
    for (std::string& finding : findings_of(comparison)) notes.push_back(std::move(finding));
  }
};

Task<Result<PlanningContext>> SettlementFlow::read_context() {
  auto query = [connection = connection_](store::Reader& reader) { return read_planning_context(reader, connection); };
  co_return co_await store_.read(std::move(query));
}

Task<Result<std::vector<Date>>> SettlementFlow::payouts_to_read(PlanningContext context, FlowRequest request) {
  auto dates = co_await walmart_.recon_dates();
  if (!dates) co_return domain::fail(with_context(dates.error(), "reading the dates of Walmart's settlements"));
  auto query = [connection = connection_](store::Reader& reader) { return settlements_to_keep(reader, connection); };
  auto known = co_await store_.read(std::move(query));
  if (!known) co_return domain::fail(known.error());
  std::set<Date> wanted(dates->value.begin(), dates->value.end());
  for (const Date date : *known) wanted.erase(date);
  for (const auto& from : {context.settings.go_live, request.since}) {
    if (!from) continue;
    const auto first = domain::date_in_zone(*from, context.settings.booking_zone);
    if (!first) co_return domain::fail(first.error());
    std::erase_if(wanted, [&first](Date date) { return date < *first; });
  }
  co_return std::vector<Date>(wanted.begin(), wanted.end());
}

Task<Result<Settlement>> SettlementFlow::read(Date payout_date) {
  auto archive = co_await walmart_.recon_file(payout_date);
  if (!archive) {
    co_return domain::fail(
        with_context(archive.error(), "reading Walmart's settlement of " + domain::to_iso8601(payout_date)));
  }
  auto file = walmart::unpack_settlement(archive->value);
  if (!file) co_return domain::fail(file.error());
  co_return walmart::read_settlement(*file, payout_date);
}

Task<Result<void>> SettlementFlow::remember_orders(Settlement settlement) {
  const auto orders = domain::settled_orders(settlement);
  std::vector<std::pair<std::string, domain::SettledItems>> slice;
  for (auto order = orders.begin(); order != orders.end();) {
    slice.emplace_back(*order);
    ++order;
    if (slice.size() < kSlice && order != orders.end()) continue;
    auto work = [connection = connection_, payout_date = settlement.payout_date,
                 slice = std::exchange(slice, {})](store::Transaction& transaction) {
      return remember_settled_orders(transaction, connection, payout_date, slice);
    };
    auto written = co_await store_.write(std::move(work));
    if (!written) co_return domain::fail(written.error());
  }
  co_return Result<void>{};
}

Task<Result<std::vector<SettledComparison>>> SettlementFlow::compare(PlanningContext context,
                                                                     std::vector<std::string> orders) {
  std::vector<SettledComparison> all;
  for (std::size_t begin = 0; begin < orders.size(); begin += kSlice) {
    const auto first = orders.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kSlice, orders.size() - begin));
    auto query = [context, slice = std::vector<std::string>(first, first + count)](store::Reader& reader) {
      return compare_settled_orders(reader, context, slice);
    };
    auto compared = co_await store_.read(std::move(query));
    if (!compared) co_return compared;
    std::move(compared->begin(), compared->end(), std::back_inserter(all));
  }
  co_return all;
}

Task<Result<AppliedPlan>> SettlementFlow::record(KnownSettlement known) {
  auto work = [connection = connection_, known = std::move(known),
               now = clock_.now()](store::Transaction& transaction) -> Result<AppliedPlan> {
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    return record_settlement(transaction, *context, known, now);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<void>> SettlementFlow::take_in(PlanningContext context, Date payout_date, Plans* plans) {
  auto settlement = co_await read(payout_date);
  if (!settlement) {
    const Cause cause = settlement.error().cause;
    if (cause != Cause::unexpected_source_data && cause != Cause::malformed_response) {
      co_return domain::fail(settlement.error());
    }
    auto work = [context, payout_date, error = settlement.error(),
                 now = clock_.now()](store::Transaction& transaction) {
      return record_unreadable_settlement(transaction, context, payout_date, error, now);
    };
    auto held = co_await store_.write(std::move(work));
    if (!held) co_return domain::fail(held.error());
    ++plans->unreadable;
    plans->notes.push_back("payout of " + domain::to_iso8601(payout_date) + ": " + settlement.error().message);
    co_return Result<void>{};
  }
  auto remembered = co_await remember_orders(*settlement);
  if (!remembered) co_return domain::fail(remembered.error());
  std::vector<std::string> orders;
  for (const auto& [id, items] : domain::settled_orders(*settlement)) orders.push_back(id);
  const std::size_t count = orders.size();
  auto compared = co_await compare(context, std::move(orders));
  if (!compared) co_return domain::fail(compared.error());
  KnownSettlement known{domain::summed(*settlement), comparison_json(count, open_of(std::move(*compared)))};
  plans->notes.push_back(words_of(known.settlement, known.comparison));
  plans->add(known.comparison);
  ++plans->read;
  auto recorded = co_await record(std::move(known));
  if (!recorded) co_return domain::fail(recorded.error());
  plans->add(*recorded);
  co_return Result<void>{};
}

/// Plans again what is known, for settings may have changed, and compares the orders that did not agree.
Task<Result<void>> SettlementFlow::review_known(PlanningContext context, Plans* plans) {
  auto query = [connection = connection_](store::Reader& reader) { return known_settlements(reader, connection); };
  auto all = co_await store_.read(std::move(query));
  if (!all) co_return domain::fail(all.error());
  const auto today = domain::date_in_zone(clock_.now(), context.settings.booking_zone);
  if (!today) co_return domain::fail(today.error());
  for (KnownSettlement& known : *all) {
    const auto& open = known.comparison["open"].array();
    const bool is_whole = known.comparison["open_in_all"].integer() == static_cast<std::int64_t>(open.size());
    const bool is_recent =
        std::chrono::sys_days(*today) - std::chrono::sys_days(known.settlement.payout_date) < kReviewed;
    if (!open.empty() && is_whole && is_recent) {
      std::vector<std::string> orders;
      for (const Value& order : open) orders.push_back(order["purchase_order_id"].text_or(""));
      auto compared = co_await compare(context, std::move(orders));
      if (!compared) co_return domain::fail(compared.error());
      const auto count = static_cast<std::size_t>(known.comparison["orders"].integer().value_or(0));
      known.comparison = comparison_json(count, open_of(std::move(*compared)));
    }
    if (is_recent) plans->add(known.comparison);
    auto recorded = co_await record(std::move(known));
    if (!recorded) co_return domain::fail(recorded.error());
    plans->add(*recorded);
  }
  co_return Result<void>{};
}

Task<Result<FlowReport>> SettlementFlow::run(FlowRequest request) {
  auto context = co_await read_context();
  if (!context) co_return domain::fail(context.error());
  FlowReport report;
  if (auto reason = idle_reason(*context)) {
    report.notes.push_back(*std::move(reason));
    co_return report;
  }
  Plans plans;
  auto reviewed = co_await review_known(*context, &plans);
  if (!reviewed) co_return domain::fail(reviewed.error());
  auto dates = co_await payouts_to_read(*context, request);
  if (!dates) co_return domain::fail(dates.error());
  for (std::size_t i = 0; i < dates->size(); ++i) {
    if (on_progress) on_progress(i, dates->size());
    auto taken = co_await take_in(*context, (*dates)[i], &plans);
    if (!taken) co_return domain::fail(taken.error());
  }
  report.counts = {{"settlements_read", plans.read},
                   {"unreadable", plans.unreadable},
                   {"planned", static_cast<std::int64_t>(plans.applied.planned)},
                   {"held", static_cast<std::int64_t>(plans.applied.held)},
                   {"orders_settled_with_more_than_was_booked", static_cast<std::int64_t>(plans.settled_more)},
                   {"orders_unknown_here", static_cast<std::int64_t>(plans.unknown_orders)}};
  report.changed = plans.read > 0 || plans.unreadable > 0 || plans.applied.planned > 0;
  report.notes = std::move(plans.notes);
  co_return report;
}

Task<Result<FlowPreview>> SettlementFlow::preview(FlowRequest request) {
  auto context = co_await read_context();
  if (!context) co_return domain::fail(context.error());
  if (context->settings.settlements == domain::Settlements::off) {
    co_return domain::fail(Cause::bad_input, *idle_reason(*context));
  }
  auto dates = co_await payouts_to_read(*context, request);
  if (!dates) co_return domain::fail(dates.error());
  FlowPreview preview;
  Value settlements{json::Array{}};
  for (const Date date : *dates) {
    auto settlement = co_await read(date);
    if (!settlement) co_return domain::fail(settlement.error());
    auto query = [context = *context, settlement = domain::summed(*settlement)](store::Reader& reader) {
      return preview_settlement(reader, context, settlement);
    };
    auto plan = co_await store_.read(std::move(query));
    if (!plan) co_return domain::fail(plan.error());
    Value entry = to_json(domain::summed(*settlement));
    preview.text += fmt::format("payout of {}: {} {}\n", domain::to_iso8601(date),
                                settlement->total_payable.to_fixed(2), settlement->currency);
    Value documents{json::Array{}};
    for (const auto& document : plan->documents) {
      documents.push_back(to_json(document));
      for (const auto& line : document.lines) {
        preview.text += fmt::format("  {:<34} {:>8} {:>14}\n", line.sku, line.gl_account, line.amount.to_fixed(2));
      }
    }
    entry.set("documents", std::move(documents));
    Value problems{json::Array{}};
    for (const auto& problem : plan->problems) {
      Value told{json::Object{}};
      told.set("cause", domain::to_string(problem.cause));
      told.set("message", problem.message);
      problems.push_back(std::move(told));
      preview.text += "  would be held: " + problem.message + "\n";
      preview.problems = true;
    }
    entry.set("problems", std::move(problems));
    settlements.push_back(std::move(entry));
  }
  preview.text += fmt::format("{} settlements read; nothing was sent.\n", dates->size());
  preview.json = Value{json::Object{}};
  preview.json.set("dry_run", true);
  preview.json.set("settlements", std::move(settlements));
  co_return preview;
}

}  // namespace connector::flows
