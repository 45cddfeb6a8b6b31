#include "flows/order_acknowledgements.h"

#include "domain/acknowledgement_planning.h"
#include "flows/record_order.h"

namespace connector::flows {

using domain::PostingKind;
using domain::Result;
using store::PostingState;

namespace {

constexpr std::string_view kCreatedOrdersMark = "orders/created";
constexpr std::string_view kRead = "read";

}  // namespace

Result<bool> wants_created_orders(store::Reader& reader, const PlanningContext& context) {
  if (!context.settings.acknowledge_orders) return false;
  auto mark = reader.watermark(context.connection, kCreatedOrdersMark);
  if (!mark) return domain::fail(mark.error());
  return *mark != std::optional<std::string>(kRead);
}

Result<void> note_created_orders_read(store::Transaction& transaction, const PlanningContext& context) {
  auto current = read_planning_context(transaction, context.connection);
  if (!current) return domain::fail(current.error());
  if (current->settings != context.settings) return {};
  return transaction.put_watermark(context.connection, kCreatedOrdersMark, kRead);
}

Result<void> forget_created_orders_read(store::Transaction& transaction, store::ConnectionId connection) {
  return transaction.put_watermark(connection, kCreatedOrdersMark, "");
}

Result<std::size_t> plan_acknowledgements(store::Transaction& transaction, const PlanningContext& context,
                                          const std::vector<std::string>& purchase_orders, domain::UtcTime now) {
  std::size_t planned = 0;
  for (const std::string& id : purchase_orders) {
    auto known = transaction.posting(context.connection, domain::acknowledgement_key(id));
    if (!known) return domain::fail(known.error());
    if (*known && (*known)->state != PostingState::withdrawn) continue;
    auto replanned = replan_order(transaction, context, id, now);
    if (!replanned) return domain::fail(replanned.error());
    planned += replanned->planned;
  }
  return planned;
}

Result<std::vector<std::string>> unwanted_acknowledgements(store::Reader& reader, const PlanningContext& context) {
  std::vector<std::string> orders;
  if (context.settings.acknowledge_orders) return orders;
  auto rows = reader.waiting_of_kind(context.connection, PostingKind::order_acknowledgement);
  if (!rows) return domain::fail(rows.error());
  for (const auto& row : *rows) {
    // What may have been heard is looked up first.
    if (!row.in_doubt && row.state != PostingState::sending) orders.push_back(row.source_id);
  }
  return orders;
}

}  // namespace connector::flows
