#include "flows/settlement_flow.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "flows/call_outcomes.h"
#include "flows/settlement_comparison.h"
#include "walmart/settlement_archive.h"
#include "walmart/settlement_reader.h"

namespace connector::flows {

using domain::Cause;
using domain::Date;
using domain::Result;
using domain::Settlement;
using ports::Task;
using Verdict = SettledComparison::Verdict;

namespace {

/// Orders of one transaction: others shall not wait long.
constexpr std::size_t kSlice = 200;
/// Orders of the last settlements are compared again; what has not come by then does not come.
constexpr std::chrono::days kReviewed{90};
/// Orders that the log and the command line name.
constexpr std::size_t kMostNamed = 10;

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

/// Whether other files would fare no better than this one.
bool concerns_all(Cause cause) {
  switch (cause) {
    case Cause::authentication_failed:
    case Cause::permission_denied:
    case Cause::rate_limited:
    case Cause::budget_spent:
    case Cause::store_failure:
    case Cause::fenced:
    case Cause::cancelled:
      return true;
    default:
      return false;
  }
}

bool is_unreadable(Cause cause) { return cause == Cause::unexpected_source_data || cause == Cause::malformed_response; }

}  // namespace

/// What a run found so far.
struct SettlementFlow::Findings {
  AppliedPlan applied;
  std::int64_t read = 0;
  std::int64_t unreadable = 0;
  std::map<std::string, std::string> settled_more;  ///< by order, of recent settlements
  std::set<std::string> unknown_orders;
  std::vector<std::string> notes;

  void add(const json::Value& comparison) {
    for (auto& [order, text] : settled_more_texts(comparison)) settled_more.insert_or_assign(order, std::move(text));
    for (std::string& order : open_orders(comparison, Verdict::unknown_order)) unknown_orders.insert(std::move(order));
  }
  void name_orders() {
    std::size_t named = 0;
    for (const auto& [order, text] : settled_more) {
      if (named++ < kMostNamed) notes.push_back(text);
    }
  }
};

Task<Result<PlanningContext>> SettlementFlow::read_context() {
  auto query = [connection = connection_](store::Reader& reader) { return read_planning_context(reader, connection); };
  co_return co_await store_.read(std::move(query));
}

Task<Result<std::vector<Date>>> SettlementFlow::listed_payouts(PlanningContext context, FlowRequest request) {
  auto dates = co_await walmart_.recon_dates();
  if (!dates) co_return domain::fail(with_context(dates.error(), "reading the dates of Walmart's settlements"));
  std::set<Date> listed(dates->value.begin(), dates->value.end());
  for (const auto& from : {context.settings.go_live, request.since}) {
    if (!from) continue;
    const auto first = domain::date_in_zone(*from, context.settings.booking_zone);
    if (!first) co_return domain::fail(first.error());
    std::erase_if(listed, [&first](Date date) { return date < *first; });
  }
  co_return std::vector<Date>(listed.begin(), listed.end());
}

Task<Result<std::vector<KnownSettlement>>> SettlementFlow::read_known() {
  auto query = [connection = connection_](store::Reader& reader) { return known_settlements(reader, connection); };
  co_return co_await store_.read(std::move(query));
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

Task<Result<void>> SettlementFlow::remember_orders(Date payout_date, OrdersOfPayout orders) {
  std::vector<std::pair<std::string, domain::SettledItems>> slice;
  while (!orders.empty()) {
    auto order = orders.extract(orders.begin());
    slice.emplace_back(std::move(order.key()), std::move(order.mapped()));
    if (slice.size() < kSlice && !orders.empty()) continue;
    auto work = [connection = connection_, payout_date,
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

Task<Result<AppliedPlan>> SettlementFlow::record(std::vector<KnownSettlement> settlements) {
  auto work = [connection = connection_, settlements = std::move(settlements),
               now = clock_.now()](store::Transaction& transaction) -> Result<AppliedPlan> {
    auto context = read_planning_context(transaction, connection);
    if (!context) return domain::fail(context.error());
    AppliedPlan all;
    for (const KnownSettlement& known : settlements) {
      auto applied = record_settlement(transaction, *context, known, now);
      if (!applied) return applied;
      all += *applied;
    }
    return all;
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<void>> SettlementFlow::hold_unreadable(PlanningContext context, Date payout_date, domain::Error error) {
  auto work = [context = std::move(context), payout_date, error = std::move(error),
               now = clock_.now()](store::Transaction& transaction) {
    return record_unreadable_settlement(transaction, context, payout_date, error, now);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<void>> SettlementFlow::take_in(PlanningContext context, Date payout_date, Findings* findings) {
  auto settlement = co_await read(payout_date);
  if (!settlement && is_unreadable(settlement.error().cause)) {
    ++findings->unreadable;
    findings->notes.push_back("payout of " + domain::to_iso8601(payout_date) + ": " + settlement.error().message);
    co_return co_await hold_unreadable(std::move(context), payout_date, settlement.error());
  }
  if (!settlement) co_return domain::fail(settlement.error());
  // Of a file that contradicts itself the orders tell nothing.
  KnownSettlement known{domain::summed(*settlement), comparison_json(0, {})};
  const std::string contradiction = domain::contradiction_in(known.settlement);
  if (contradiction.empty()) {
    OrdersOfPayout orders = domain::settled_orders(*settlement);
    settlement->amounts = {};
    std::vector<std::string> ids;
    for (const auto& [id, items] : orders) ids.push_back(id);
    const std::size_t count = ids.size();
    auto remembered = co_await remember_orders(payout_date, std::move(orders));
    if (!remembered) co_return domain::fail(remembered.error());
    auto compared = co_await compare(std::move(context), std::move(ids));
    if (!compared) co_return domain::fail(compared.error());
    known.comparison = comparison_json(count, std::move(*compared));
  }
  findings->notes.push_back(comparison_text(known.settlement, known.comparison) +
                            (contradiction.empty() ? "" : ": the file contradicts itself: " + contradiction));
  findings->add(known.comparison);
  ++findings->read;
  std::vector<KnownSettlement> settlements;
  settlements.push_back(std::move(known));
  auto recorded = co_await record(std::move(settlements));
  if (!recorded) co_return domain::fail(recorded.error());
  findings->applied += *recorded;
  co_return Result<void>{};
}

/// Plans again what is known, for settings may have changed, and compares the orders that did not agree.
Task<Result<void>> SettlementFlow::review_known(PlanningContext context, Findings* findings) {
  auto all = co_await read_known();
  if (!all) co_return domain::fail(all.error());
  const auto today = domain::date_in_zone(clock_.now(), context.settings.booking_zone);
  if (!today) co_return domain::fail(today.error());
  const bool compares = context.settings.settlements != domain::Settlements::off;
  for (KnownSettlement& known : *all) {
    const bool is_recent =
        std::chrono::sys_days(*today) - std::chrono::sys_days(known.settlement.payout_date) < kReviewed;
    if (compares && is_recent) {
      auto compared = co_await compare(context, open_orders(known.comparison));
      if (!compared) co_return domain::fail(compared.error());
      if (!compared->empty()) {
        const auto count = static_cast<std::size_t>(known.comparison["orders"].integer().value_or(0));
        const std::size_t others = unlisted_orders(known.comparison);
        known.comparison = comparison_json(count, std::move(*compared), others);
      }
      findings->add(known.comparison);
    }
  }
  if (all->empty()) co_return Result<void>{};
  auto recorded = co_await record(std::move(*all));
  if (!recorded) co_return domain::fail(recorded.error());
  findings->applied += *recorded;
  co_return Result<void>{};
}

/// Error: the first file that Walmart did not serve, after the others were read.
Task<Result<void>> SettlementFlow::read_new(PlanningContext context, FlowRequest request, Findings* findings) {
  auto listed = co_await listed_payouts(context, std::move(request));
  if (!listed) co_return domain::fail(listed.error());
  auto query = [connection = connection_](store::Reader& reader) { return settlements_to_keep(reader, connection); };
  auto kept = co_await store_.read(std::move(query));
  if (!kept) co_return domain::fail(kept.error());
  for (const Date date : *kept) std::erase(*listed, date);
  Result<void> outcome;
  for (std::size_t i = 0; i < listed->size(); ++i) {
    if (on_progress) on_progress(i, listed->size());
    auto taken = co_await take_in(context, (*listed)[i], findings);
    if (!taken && outcome) outcome = domain::fail(taken.error());
    if (!taken && concerns_all(taken.error().cause)) break;
  }
  co_return outcome;
}

Task<Result<FlowReport>> SettlementFlow::run(FlowRequest request) {
  auto context = co_await read_context();
  if (!context) co_return domain::fail(context.error());
  Findings findings;
  auto reviewed = co_await review_known(*context, &findings);
  if (!reviewed) co_return domain::fail(reviewed.error());
  FlowReport report;
  if (auto reason = idle_reason(*context)) {
    report.changed = findings.applied.withdrawn > 0 || findings.applied.held > 0;
    report.notes.push_back(*std::move(reason));
    co_return report;
  }
  auto read = co_await read_new(*context, std::move(request), &findings);
  if (!read) co_return domain::fail(read.error());
  findings.name_orders();
  report.counts = {
      {"settlements_read", findings.read},
      {"unreadable", findings.unreadable},
      {"planned", static_cast<std::int64_t>(findings.applied.planned)},
      {"held", static_cast<std::int64_t>(findings.applied.held)},
      {"orders_settled_with_more_than_was_booked", static_cast<std::int64_t>(findings.settled_more.size())},
      {"orders_unknown_here", static_cast<std::int64_t>(findings.unknown_orders.size())}};
  report.changed = findings.read > 0 || findings.unreadable > 0 || findings.applied.planned > 0;
  report.notes = std::move(findings.notes);
  co_return report;
}

Task<Result<FlowPreview>> SettlementFlow::preview(FlowRequest request) {
  auto context = co_await read_context();
  if (!context) co_return domain::fail(context.error());
  if (context->settings.settlements == domain::Settlements::off) {
    co_return domain::fail(Cause::bad_input, *idle_reason(*context));
  }
  auto listed = co_await listed_payouts(*context, std::move(request));
  if (!listed) co_return domain::fail(listed.error());
  auto query = [connection = connection_](store::Reader& reader) { return settlements_done(reader, connection); };
  auto done = co_await store_.read(std::move(query));
  if (!done) co_return domain::fail(done.error());
  for (const Date date : *done) std::erase(*listed, date);
  std::vector<SettlementPreview> previews;
  for (const Date date : *listed) {
    SettlementPreview preview{date, std::nullopt, {}, ""};
    auto settlement = co_await read(date);
    if (!settlement && !is_unreadable(settlement.error().cause)) co_return domain::fail(settlement.error());
    if (!settlement) {
      preview.unreadable = settlement.error().message;
    } else {
      preview.settlement = domain::summed(*settlement);
      auto plan_query = [context = *context, settlement = *preview.settlement](store::Reader& reader) {
        return preview_settlement(reader, context, settlement);
      };
      auto plan = co_await store_.read(std::move(plan_query));
      if (!plan) co_return domain::fail(plan.error());
      preview.plan = std::move(*plan);
    }
    previews.push_back(std::move(preview));
  }
  co_return show_settlement_previews(previews);
}

}  // namespace connector::flows
