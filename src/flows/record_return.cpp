#include "flows/record_return.h"

#include <algorithm>

#include "domain/booked_orders.h"
#include "domain/letter_case.h"
#include "engine/digest.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "flows/order_facts.h"
#include "flows/order_json.h"
#include "flows/posting_states.h"
#include "flows/return_facts.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::PurchaseOrder;
using domain::Result;
using domain::ReturnedLine;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;

namespace {

std::string key_of(const std::string& return_order_id) { return "return/" + return_order_id; }

bool any_refunded(const std::vector<ReturnedLine>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const ReturnedLine& line) { return line.refunded > Decimal(); });
}

/// The order's line that a returned one speaks of; nullptr if none fits. Walmart's own numbering of lines may differ
/// between its services: a number counts where the SKU agrees, and the SKU where only one line has it.
const domain::OrderLine* line_meant_by(const ReturnedLine& returned, const PurchaseOrder& order) {
  const std::string sku = domain::lower_case(returned.sku);
  const domain::OrderLine* only = nullptr;
  std::size_t of_sku = 0;
  for (const domain::OrderLine& line : order.lines) {
    const bool same_sku = domain::lower_case(line.sku) == sku;
    if (line.line_number == returned.order_line_number && (sku.empty() || same_sku)) return &line;
    if (sku.empty() || !same_sku) continue;
    only = &line;
    ++of_sku;
  }
  return of_sku == 1 ? only : nullptr;
}

/// More is refunded than has left by what is known: the order has gone on since it was read.
bool is_behind(const PurchaseOrder& order, const std::vector<ReturnedLine>& lines) {
  return std::any_of(lines.begin(), lines.end(), [&order](const ReturnedLine& returned) {
    const domain::OrderLine* line = line_meant_by(returned, order);
    return line == nullptr || domain::shipped_quantity(*line) < returned.refunded;
  });
}

/// The refunded lines that fit none of the order, for a person; empty if there are none.
Result<std::string> lines_without_place(store::Reader& reader, const PlanningContext& context,
                                        const PurchaseOrder& order, std::vector<ReturnedLine> lines) {
  std::erase_if(lines, [&order](const ReturnedLine& returned) {
    return returned.refunded <= Decimal() || line_meant_by(returned, order) != nullptr;
  });
  if (!lines.empty() && is_before_go_live(context, order)) {
    auto rows = reader.postings_of(context.connection, order.purchase_order_id);
    if (!rows) return domain::fail(rows.error());
    std::erase_if(lines, [&](const ReturnedLine& returned) {
      return !has_begun(*rows) && domain::is_left_alone(returned.refund_time, context.settings);
    });
  }
  if (lines.empty()) return std::string();
  std::string text;
  for (const ReturnedLine& returned : lines) {
    text += text.empty() ? "" : ", ";
    text += returned.order_line_number.empty() ? "a line" : "line " + returned.order_line_number;
    text += returned.sku.empty() ? " without SKU" : " with SKU " + returned.sku;
  }
  return text + " of purchase order " + order.purchase_order_id + " (none of its lines fits, or several do)";
}

/// A return that makes no document, where people look for work.
Result<void> show_return(store::Transaction& transaction, const PlanningContext& context,
                         const std::string& return_order_id, PostingState state, std::optional<Cause> cause,
                         const std::string& text, const char* action, UtcTime now) {
  const std::string key = key_of(return_order_id);
  auto existing = transaction.posting(context.connection, key);
  if (!existing) return domain::fail(existing.error());
  if (*existing && ((*existing)->state == PostingState::skipped || (*existing)->cause_detail == text)) return {};
  PostingRow row = *existing ? **existing : PostingRow{};
  row.connection = context.connection;
  row.key = key;
  row.source_id = return_order_id;
  row.kind = domain::PostingKind::credit_memo;
  row.state = state;
  row.cause = cause;
  row.cause_detail = text;
  row.mapping_version = context.mapping_version;
  row.priority = std::max(context.priority, store::posting_priority::returns);
  if (!*existing) row.created_at = now;
  return engine::store_decision(transaction, row, action, now);
}

/// What was held for a reason that is gone needs no person any more.
Result<void> stop_showing(store::Transaction& transaction, const PlanningContext& context,
                          const std::string& return_order_id, UtcTime now) {
  auto existing = transaction.posting(context.connection, key_of(return_order_id));
  if (!existing) return domain::fail(existing.error());
  if (!*existing || (*existing)->state != PostingState::held) return {};
  PostingRow row = **existing;
  engine::become_withdrawn(row);
  return engine::store_decision(transaction, row, "posting.withdrawn", now);
}

}  // namespace

PurchaseOrder with_returns(PurchaseOrder order, std::vector<ReturnedLine> lines) {
  for (ReturnedLine& returned : lines) {
    const domain::OrderLine* line = line_meant_by(returned, order);
    returned.order_line_number = line != nullptr ? line->line_number : "";
  }
  order.returns = std::move(lines);
  return order;
}

Result<std::vector<std::string>> orders_wanted_by(store::Reader& reader, const PlanningContext& context,
                                                  const walmart::ReturnOrder& order, bool walmart_fulfilled) {
  std::vector<std::string> wanted;
  auto shown = reader.posting(context.connection, key_of(order.return_order_id));
  if (!shown) return domain::fail(shown.error());
  if (*shown && (*shown)->state == PostingState::skipped) return wanted;
  for (const auto& [purchase_order_id, lines] : returned_lines_of(order)) {
    if (purchase_order_id.empty()) continue;
    auto known = known_order(reader, context.connection, purchase_order_id);
    if (!known) return domain::fail(known.error());
    const bool foreign =
        walmart_fulfilled && !domain::books_orders_of(context.settings, domain::walmart_fulfilled_type);
    if (*known ? is_behind(**known, lines) : !foreign) wanted.push_back(purchase_order_id);
  }
  return wanted;
}

Result<RecordedReturn> record_return(store::Transaction& transaction, const PlanningContext& context,
                                     const walmart::ReturnOrder& order, const FetchedOrders& fetched,
                                     bool walmart_fulfilled, UtcTime now) {
  RecordedReturn recorded;
  std::string unknown;
  std::string without_place;
  for (auto& [purchase_order_id, lines] : returned_lines_of(order)) {
    auto known = known_order(transaction, context.connection, purchase_order_id);
    if (!known) return domain::fail(known.error());
    const auto found = fetched.find(purchase_order_id);
    const PurchaseOrder* read = found != fetched.end() && found->second ? &*found->second : nullptr;
    std::optional<PurchaseOrder> told;
    if (read != nullptr && (*known || domain::books_orders_of(context.settings, read->ship_node_type))) {
      told = with_returns(*read, lines);
    } else if (*known) {
      told = with_returns(**known, lines);
    }
    if (told) {
      auto planned = record_order(transaction, context, *told, now);
      if (!planned) return domain::fail(planned.error());
      recorded.orders += *planned;
      recorded.orders.changed = recorded.orders.changed || planned->changed;
      auto misfit = lines_without_place(transaction, context, *told, lines);
      if (!misfit) return domain::fail(misfit.error());
      if (!misfit->empty()) without_place += (without_place.empty() ? "" : "; ") + *misfit;
      continue;
    }
    if (read != nullptr || (walmart_fulfilled && !purchase_order_id.empty() && found == fetched.end())) {
      recorded.not_ours = true;
      const std::string type = read != nullptr ? read->ship_node_type : std::string(domain::walmart_fulfilled_type);
      const char* action = type == domain::walmart_fulfilled_type ? "return.walmart_fulfilled" : "return.not_booked";
      const std::string text = "return of order " + purchase_order_id + ", which is " + type +
                               ": this connection does not book such orders, so there is no invoice to correct; its "
                               "money is in Walmart's settlement";
      auto shown = show_return(transaction, context, order.return_order_id, PostingState::skipped, std::nullopt, text,
                               action, now);
      if (!shown) return domain::fail(shown.error());
    } else if (any_refunded(lines)) {
      unknown = purchase_order_id.empty() ? "no purchase order"
                                          : "purchase order " + purchase_order_id + ", which Walmart does not know";
    }
  }
  if (unknown.empty() && without_place.empty()) {
    if (auto stopped = stop_showing(transaction, context, order.return_order_id, now); !stopped) {
      return domain::fail(stopped.error());
    }
    return recorded;
  }
  ++recorded.orders.held;
  const std::string named =
      unknown.empty() || without_place.empty() ? unknown + without_place : unknown + "; " + without_place;
  auto shown =
      show_return(transaction, context, order.return_order_id, PostingState::held, Cause::unexpected_source_data,
                  "refunded return " + order.return_order_id + " names " + named +
                      ": credit by hand in Exact what no credit memo gives back, and skip this posting",
                  unknown.empty() ? "return.without_line" : "return.without_order", now);
  if (!shown) return domain::fail(shown.error());
  return recorded;
}

Result<void> record_unreadable_return(store::Transaction& transaction, const PlanningContext& context,
                                      const std::string& return_order_id, const domain::Error& error, UtcTime now) {
  const std::string id =
      return_order_id.empty() ? "unreadable-" + engine::sha256_hex(error.message).substr(0, 16) : return_order_id;
  return show_return(transaction, context, id, PostingState::held, error.cause, error.message, "return.unreadable",
                     now);
}

Result<std::vector<OrderPreview>> preview_return(store::Reader& reader, const PlanningContext& context,
                                                 const walmart::ReturnOrder& order, const FetchedOrders& fetched) {
  std::vector<OrderPreview> previews;
  for (auto& [purchase_order_id, lines] : returned_lines_of(order)) {
    auto known = known_order(reader, context.connection, purchase_order_id);
    if (!known) return domain::fail(known.error());
    const auto found = fetched.find(purchase_order_id);
    const PurchaseOrder* read = found != fetched.end() && found->second ? &*found->second : nullptr;
    if (read != nullptr && !*known && !domain::books_orders_of(context.settings, read->ship_node_type)) continue;
    if (read == nullptr && !*known) continue;
    auto preview = preview_order(reader, context, with_returns(read != nullptr ? *read : **known, lines));
    if (!preview) return domain::fail(preview.error());
    previews.push_back(std::move(*preview));
  }
  return previews;
}

}  // namespace connector::flows
