#include "flows/record_settlement.h"

#include <algorithm>

#include "flows/freezing/journal_entry_body.h"
#include "flows/posting_states.h"
#include "flows/prepare_order.h"
#include "flows/settlement_json.h"
#include "flows/unreadable_source.h"

namespace connector::flows {

using domain::Result;
using domain::UtcTime;
using json::Value;
using store::PostingRow;
using store::PostingState;
using store::Reader;

namespace {

constexpr const char* kSettlement = "settlement";

Result<KnownSettlement> known_of(const store::ReferenceRow& row) {
  auto data = json::parse(row.data);
  if (!data) return domain::fail(data.error());
  auto settlement = settlement_from_json((*data)["settlement"]);
  if (!settlement) return domain::fail(settlement.error());
  return KnownSettlement{std::move(*settlement), (*data)["comparison"]};
}

Result<domain::Plan> plan(store::Reader& reader, const PlanningContext& context, const domain::Settlement& settlement,
                          const std::vector<PostingRow>& rows) {
  auto history = planned_before(reader, rows);
  if (!history) return domain::fail(history.error());
  return domain::plan_settlement(settlement, context.mapping, context.settings, *history, context.calendar);
}

/// Held by its plan or for its file, and not by what Exact said of it: that is released by the mending alone.
bool is_held_by_plan(const PostingRow& row) {
  return row.state == PostingState::held && row.attempt == 0 && !row.in_doubt &&
         (row.cause == std::optional(domain::Cause::mapping_error) ||
          row.cause == std::optional(domain::Cause::unexpected_source_data) ||
          row.cause == std::optional(domain::Cause::malformed_response));
}

/// Whether a plan asks for nothing: its document stands as it should, and is held for the same reason if at all.
bool is_as_planned(const domain::Plan& plan, const std::vector<PostingRow>& rows) {
  if (!plan.documents.empty() || !plan.withdrawn.empty()) return false;
  for (const PostingRow& row : rows) {
    const auto problem = std::find_if(plan.problems.begin(), plan.problems.end(),
                                      [&row](const auto& each) { return each.key == row.key; });
    if (problem == plan.problems.end()) {
      if (is_held_by_plan(row)) return false;
    } else if (row.state != PostingState::held || row.cause_detail != problem->message) {
      return false;
    }
  }
  return true;
}

/// Whether what is held is tried again though its plan is as it was.
enum class Occasion { reading, mending_or_person };

Result<AppliedPlan> plan_and_apply(store::Transaction& transaction, const PlanningContext& context,
                                   const domain::Settlement& settlement, Occasion occasion, UtcTime now) {
  const std::string source = domain::settlement_source(settlement.payout_date);
  auto rows = transaction.postings_of(context.connection, source);
  if (!rows) return domain::fail(rows.error());
  auto planned = plan(transaction, context, settlement, *rows);
  if (!planned) return domain::fail(planned.error());
  if (occasion == Occasion::reading && is_as_planned(*planned, *rows)) return AppliedPlan{};
  PlanningContext own = context;
  own.priority = store::posting_priority::settlements;
  return apply_plan(transaction, own, source, *planned, texts_of(*planned), std::move(*rows), now);
}

/// Whether its entry can change no more.
Result<bool> is_done(Reader& reader, store::ConnectionId connection, const KnownSettlement& known) {
  auto posting = reader.posting(connection, domain::settlement_key(known.settlement.payout_date));
  if (!posting) return domain::fail(posting.error());
  return *posting && is_frozen(**posting);
}

}  // namespace

Result<std::vector<KnownSettlement>> known_settlements(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, kSettlement);
  if (!rows) return domain::fail(rows.error());
  std::vector<KnownSettlement> known;
  for (const store::ReferenceRow& row : *rows) {
    auto settlement = known_of(row);
    if (!settlement) return domain::fail(settlement.error());
    known.push_back(std::move(*settlement));
  }
  return known;
}

Result<std::vector<domain::Date>> settlements_to_keep(Reader& reader, store::ConnectionId connection) {
  auto known = known_settlements(reader, connection);
  if (!known) return domain::fail(known.error());
  std::vector<domain::Date> kept;
  for (const KnownSettlement& each : *known) {
    auto entry_is_done = is_done(reader, connection, each);
    if (!entry_is_done) return domain::fail(entry_is_done.error());
    if (*entry_is_done || domain::contradiction_in(each.settlement).empty())
      kept.push_back(each.settlement.payout_date);
  }
  return kept;
}

Result<std::vector<domain::Date>> settlements_done(Reader& reader, store::ConnectionId connection) {
  auto known = known_settlements(reader, connection);
  if (!known) return domain::fail(known.error());
  std::vector<domain::Date> done;
  for (const KnownSettlement& each : *known) {
    auto entry_is_done = is_done(reader, connection, each);
    if (!entry_is_done) return domain::fail(entry_is_done.error());
    if (*entry_is_done) done.push_back(each.settlement.payout_date);
  }
  return done;
}

Result<AppliedPlan> record_settlement(store::Transaction& transaction, const PlanningContext& context,
                                      const KnownSettlement& known, UtcTime now) {
  Value data{json::Object{}};
  data.set("settlement", to_json(known.settlement));
  data.set("comparison", known.comparison);
  const std::string source = domain::settlement_source(known.settlement.payout_date);
  std::string text = json::write(data);
  auto before = transaction.reference(context.connection, kSettlement, source);
  if (!before) return domain::fail(before.error());
  if (!*before || (*before)->data != text) {
    auto put = transaction.put_reference(context.connection, {kSettlement, source, source, std::move(text)});
    if (!put) return domain::fail(put.error());
  }
  return plan_and_apply(transaction, context, known.settlement, Occasion::reading, now);
}

Result<void> record_unreadable_settlement(store::Transaction& transaction, const PlanningContext& context,
                                          domain::Date payout_date, const domain::Error& error, UtcTime now) {
  PostingRow posting;
  posting.key = domain::settlement_key(payout_date);
  posting.source_id = domain::settlement_source(payout_date);
  posting.kind = domain::PostingKind::journal_entry;
  posting.priority = store::posting_priority::settlements;
  auto existing = transaction.posting(context.connection, posting.key);
  if (!existing) return domain::fail(existing.error());
  // One that was read before and is read again for its contradictions stays as it is.
  if (*existing && ((*existing)->state != PostingState::held || !(*existing)->document.empty())) return {};
  return hold_unreadable(transaction, context, std::move(posting), error, "settlement.unreadable", now);
}

Result<std::optional<AppliedPlan>> replan_settlement(store::Transaction& transaction, const PlanningContext& context,
                                                     const std::string& source, UtcTime now) {
  auto row = transaction.reference(context.connection, kSettlement, source);
  if (!row) return domain::fail(row.error());
  if (!*row) return std::nullopt;
  auto known = known_of(**row);
  if (!known) return domain::fail(known.error());
  auto applied = plan_and_apply(transaction, context, known->settlement, Occasion::mending_or_person, now);
  if (!applied) return domain::fail(applied.error());
  return *std::move(applied);
}

Result<domain::Plan> preview_settlement(store::Reader& reader, const PlanningContext& context,
                                        const domain::Settlement& settlement) {
  auto rows = reader.postings_of(context.connection, domain::settlement_source(settlement.payout_date));
  if (!rows) return domain::fail(rows.error());
  auto planned = plan(reader, context, settlement, *rows);
  if (!planned) return planned;
  auto accounts_read = reader.watermark(context.connection, "reference/gl_account");
  if (!accounts_read) return domain::fail(accounts_read.error());
  if (!*accounts_read || !planned->problems.empty()) return planned;
  KnownCodes codes(reader, context.connection);
  for (const auto& document : planned->documents) {
    const auto body = journal_entry_body(codes, document, context.settings);
    if (body) continue;
    if (body.error().cause == domain::Cause::store_failure) return domain::fail(body.error());
    planned->problems.push_back({body.error().cause, document.key, body.error().message});
  }
  return planned;
}

}  // namespace connector::flows
