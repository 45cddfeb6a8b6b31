#include "flows/pending_movements.h"

#include "flows/document_json.h"

namespace connector::flows {

using domain::Document;
using domain::PendingMovement;
using domain::PostingKind;
using domain::Result;
using store::PostingRow;
using store::PostingState;

namespace {

constexpr std::size_t kPage = 1'000;

Result<std::string> warehouse_of_order(store::Reader& reader, store::ConnectionId connection, const std::string& key) {
  if (key.empty()) return std::string();
  auto order = reader.posting(connection, key);
  if (!order) return domain::fail(order.error());
  if (!*order || (*order)->document.empty()) return std::string();
  auto document = document_of(**order);
  if (!document) return domain::fail(document.error());
  return document->warehouse;
}

}  // namespace

std::vector<PendingMovement> movements_of(const Document& document, const std::string& order_warehouse) {
  std::vector<PendingMovement> movements;
  const bool is_delivery = document.kind == PostingKind::goods_delivery;
  const bool is_credit = document.kind == PostingKind::credit_memo;
  const bool moves = is_delivery || (document.direct && (is_credit || document.kind == PostingKind::sales_invoice));
  if (!moves) return movements;
  for (const auto& line : document.lines) {
    PendingMovement movement;
    movement.posting_key = document.key;
    movement.item = line.exact_item;
    movement.warehouse = is_delivery ? order_warehouse : document.warehouse;
    movement.quantity = is_credit ? -line.quantity.abs() : line.quantity;
    movements.push_back(std::move(movement));
  }
  return movements;
}

Result<std::vector<PendingMovement>> pending_movements(store::Reader& reader, store::ConnectionId connection) {
  std::vector<PendingMovement> movements;
  for (const PostingState state :
       {PostingState::planned, PostingState::sending, PostingState::retry, PostingState::held}) {
    store::PostingFilter filter;
    filter.connection = connection;
    filter.state = state;
    filter.limit = kPage;
    while (true) {
      auto rows = reader.postings(filter);
      if (!rows) return domain::fail(rows.error());
      for (const PostingRow& row : *rows) {
        const bool may_move = row.kind == PostingKind::goods_delivery || row.kind == PostingKind::sales_invoice ||
                              row.kind == PostingKind::credit_memo;
        if (!may_move || row.document.empty()) continue;
        auto document = document_of(row);
        if (!document) return domain::fail(document.error());
        const std::string order = row.kind == PostingKind::goods_delivery ? document->depends_on : std::string();
        auto warehouse = warehouse_of_order(reader, connection, order);
        if (!warehouse) return domain::fail(warehouse.error());
        for (PendingMovement& movement : movements_of(*document, *warehouse)) {
          movement.under_way = row.in_doubt || row.state == PostingState::sending;
          movements.push_back(std::move(movement));
        }
      }
      if (rows->size() < kPage) break;
      filter.before_id = rows->back().id;
    }
  }
  return movements;
}

}  // namespace connector::flows
