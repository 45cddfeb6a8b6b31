#include "flows/record_order.h"

#include <optional>

#include "domain/booked_orders.h"
#include "engine/digest.h"
#include "flows/apply_plan.h"
#include "flows/daily_summary.h"
#include "flows/order_facts.h"
#include "flows/order_plan.h"
#include "flows/record_settlement.h"
#include "flows/unreadable_source.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

Result<RecordedOrder> apply_to_order(store::Transaction& transaction, const PlanningContext& context,
                                     const std::string& purchase_order_id, const domain::Plan& plan,
                                     const std::vector<std::string>& documents, std::vector<PostingRow> rows,
                                     UtcTime now) {
  auto applied = apply_plan(transaction, context, purchase_order_id, plan, documents, std::move(rows), now);
  if (!applied) return domain::fail(applied.error());
  return RecordedOrder{*applied};
}

Result<RecordedOrder> plan_and_apply(store::Transaction& transaction, const PlanningContext& context,
                                     const domain::PurchaseOrder& order, UtcTime now) {
  auto rows = transaction.postings_of(context.connection, order.purchase_order_id);
  if (!rows) return domain::fail(rows.error());
  auto history = planned_before(transaction, *rows);
  if (!history) return domain::fail(history.error());
  const domain::Plan plan = plan_everything(order, context, *history, now);
  return apply_to_order(transaction, context, order.purchase_order_id, plan, texts_of(plan), std::move(*rows), now);
}

}  // namespace

Result<RecordedOrder> record_order(store::Transaction& transaction, const PlanningContext& context,
                                   const domain::PurchaseOrder& order, UtcTime now, const PreparedOrder* prepared) {
  auto row = transaction.order(context.connection, order.purchase_order_id);
  if (!row) return domain::fail(row.error());
  const bool first_seen = !row->has_value();
  const auto merged_into = first_seen ? std::nullopt : std::optional((*row)->facts_digest);
  const bool as_prepared = prepared != nullptr && prepared->row && prepared->merged_into == merged_into;
  bool as_planned = as_prepared && first_seen;
  if (as_planned) {
    auto rows = transaction.postings_of(context.connection, order.purchase_order_id);
    if (!rows) return domain::fail(rows.error());
    as_planned = rows->empty();
  }
  Result<RecordedOrder> recorded;
  if (as_prepared) {
    if (auto put = transaction.put_order(*prepared->row); !put) return domain::fail(put.error());
    recorded = as_planned ? apply_to_order(transaction, context, order.purchase_order_id, prepared->plan,
                                           prepared->documents, {}, now)
                          : plan_and_apply(transaction, context, prepared->merged, now);
  } else {
    auto merged = with_known_facts(context, *row, order, now);
    if (!merged) return domain::fail(merged.error());
    const store::OrderRow next = order_row(*merged, context, now);
    if (says_the_same(*row, next)) return RecordedOrder{};
    if (auto put = transaction.put_order(next); !put) return domain::fail(put.error());
    recorded = plan_and_apply(transaction, context, *merged, now);
  }
  if (recorded) {
    recorded->changed = true;
    recorded->first_seen = first_seen;
  }
  return recorded;
}

Result<void> record_unreadable_order(store::Transaction& transaction, const PlanningContext& context,
                                     const std::string& purchase_order_id, const domain::Error& error, UtcTime now) {
  const std::string source =
      purchase_order_id.empty() ? "unreadable-" + engine::sha256_hex(error.message).substr(0, 16) : purchase_order_id;
  PostingRow posting;
  posting.key = "unreadable/" + source;
  posting.source_id = source;
  return hold_unreadable(transaction, context, std::move(posting), error, "order.unreadable", now);
}

Result<RecordedOrder> replan_order(store::Transaction& transaction, const PlanningContext& context,
                                   const std::string& purchase_order_id, UtcTime now) {
  if (is_day(purchase_order_id)) {
    if (auto replanned = replan_day(transaction, context, purchase_order_id, now); !replanned) {
      return domain::fail(replanned.error());
    }
    return RecordedOrder{};
  }
  if (domain::payout_date_of(purchase_order_id)) {
    auto replanned = replan_settlement(transaction, context, purchase_order_id, now);
    if (!replanned) return domain::fail(replanned.error());
    if (*replanned) return RecordedOrder{**std::move(replanned)};
  }
  auto row = transaction.order(context.connection, purchase_order_id);
  if (!row) return domain::fail(row.error());
  auto order = facts_of(*row);
  if (!order) return domain::fail(order.error());
  if (!*order) {
    // Postings without an order's facts (an unreadable order or settlement, the customer account): only the person's
    // word or new facts help; note the version so that they are not looked at again for this change.
    auto rows = transaction.postings_of(context.connection, purchase_order_id);
    if (!rows) return domain::fail(rows.error());
    for (PostingRow& row : *rows) {
      if (row.state != PostingState::held) continue;
      row.mapping_version = context.mapping_version;
      const bool needs_person = row.cause == std::optional(Cause::confirmation_needed);
      if (!row.document.empty() && !row.in_doubt && !needs_person) put_verdict(row, nullptr);
      if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
    }
    return RecordedOrder{};
  }
  // go_live may be another now.
  if (const std::string_view state = state_of(**order, context); (*row)->state != state) {
    (*row)->state = state;
    if (auto put = transaction.put_order(**row); !put) return domain::fail(put.error());
  }
  return plan_and_apply(transaction, context, **order, now);
}

Result<OrderPreview> preview_order(store::Reader& reader, const PlanningContext& context,
                                   const domain::PurchaseOrder& order) {
  OrderPreview preview;
  auto known = known_order(reader, context.connection, order.purchase_order_id);
  if (!known) return domain::fail(known.error());
  preview.order = *known ? domain::merge(**known, order) : order;
  auto rows = reader.postings_of(context.connection, order.purchase_order_id);
  if (!rows) return domain::fail(rows.error());
  auto history = planned_before(reader, *rows);
  if (!history) return domain::fail(history.error());
  preview.before_go_live = domain::is_left_alone(preview.order, context.settings, *history);
  preview.plan = plan_everything(preview.order, context, *history, std::nullopt);
  return preview;
}

}  // namespace connector::flows
