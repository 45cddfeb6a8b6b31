#include "flows/connection_target.h"

#include <memory>
#include <optional>

#include "flows/call_outcomes.h"
#include "flows/planning_context.h"
#include "flows/price_documents.h"
#include "flows/record_order.h"
#include "store/restoration.h"

namespace connector::flows {

using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::Task;
using store::PostingRow;

namespace {

bool is_stock_count(PostingKind kind) { return kind == PostingKind::stock_count; }
bool is_acknowledgement(PostingKind kind) { return kind == PostingKind::order_acknowledgement; }
bool is_price(PostingKind kind) {
  return kind == PostingKind::price_feed || kind == PostingKind::item_price || kind == PostingKind::urgent_price;
}

bool moves_stock(const PostingRow& row) {
  return row.kind == PostingKind::goods_delivery || row.document.find(R"("direct":true)") != std::string::npos;
}

/// Whether a request is on its way that moves stock by a document, or one that sets it by a count.
Result<bool> is_under_way(store::Reader& reader, store::ConnectionId connection, bool count) {
  store::PostingFilter filter;
  filter.connection = connection;
  filter.state = store::PostingState::sending;
  filter.limit = 500;
  if (count) filter.kind = PostingKind::stock_count;
  auto rows = reader.postings(filter);
  if (!rows) return domain::fail(rows.error());
  for (const PostingRow& row : *rows) {
    if (count ? row.in_doubt : moves_stock(row)) return true;
  }
  return false;
}

/// In a store that was put back from a backup: whether the returns are still to be read. What an order tells of their
/// refunds before would be credited otherwise than it was.
Result<bool> returns_are_to_come(store::Reader& reader, store::ConnectionId connection) {
  const auto restored = store::restored_at(reader);
  if (!restored) return domain::fail(restored.error());
  if (!*restored) return false;
  const auto returns = reader.flow(connection, "returns");
  if (!returns) return domain::fail(returns.error());
  const bool runs = !returns->paused && returns->started_at;
  return runs && (!returns->succeeded_at || *returns->succeeded_at < **restored);
}

}  // namespace

engine::Freezer ConnectionTarget::freezer() const {
  auto counting = std::make_shared<std::optional<bool>>();
  return [documents = parts_.documents.freezer(), acknowledgements = parts_.acknowledgements.freezer(), counting,
          now = parts_.clock.now()](store::Reader& reader, PostingRow& row) -> Result<std::string> {
    // A count sets stock to a number: between reading that number and setting it, no document of ours may move stock.
    if (row.kind == PostingKind::stock_count) {
      auto moving = is_under_way(reader, row.connection, false);
      if (!moving) return domain::fail(moving.error());
      if (*moving)
        return domain::fail(domain::Cause::waiting_for_dependency, "documents that move stock are being sent");
      auto date = stock_count_date(reader, row.connection, now);
      if (!date) return domain::fail(date.error());
      row.document_date = domain::to_iso8601(*date);
      return stock_count_body(reader, row, *date);
    }
    if (moves_stock(row)) {
      if (!*counting) {
        auto found = is_under_way(reader, row.connection, true);
        if (!found) return domain::fail(found.error());
        *counting = *found;
      }
      if (**counting) return domain::fail(domain::Cause::waiting_for_dependency, "a stock count is being sent");
    }
    if (row.kind == PostingKind::credit_memo) {
      const auto waits = returns_are_to_come(reader, row.connection);
      if (!waits) return domain::fail(waits.error());
      if (*waits) {
        return domain::fail(domain::Cause::waiting_for_dependency,
                            "the store was put back from a backup: returns are read first");
      }
    }
    if (is_price(row.kind)) return price_body_of(reader, row, now);
    if (is_acknowledgement(row.kind)) return acknowledgements(reader, row);
    return documents(reader, row);
  };
}

engine::Planner ConnectionTarget::planner() const {
  auto context = std::make_shared<std::optional<PlanningContext>>();
  return [context, now = parts_.clock.now()](store::Transaction& transaction, const PostingRow& row) -> Result<void> {
    const bool is_mapped = row.kind != PostingKind::stock_count && !is_price(row.kind) &&
                           row.kind != PostingKind::order_acknowledgement && row.kind != PostingKind::customer_account;
    if (!is_mapped) return {};
    if (!*context) {
      auto read = read_planning_context(transaction, row.connection);
      if (!read) return domain::fail(read.error());
      *context = std::move(*read);
    }
    auto replanned = replan_order(transaction, **context, row.source_id, now);
    if (!replanned) return domain::fail(replanned.error());
    return {};
  };
}

Task<SendOutcome> ConnectionTarget::send(PostingRow row, UtcTime not_after) {
  if (is_stock_count(row.kind)) return stock_.send(std::move(row), not_after);
  if (is_price(row.kind)) return prices_.send(std::move(row), not_after);
  if (is_acknowledgement(row.kind)) return parts_.acknowledgements.send(std::move(row), not_after);
  return parts_.documents.send(std::move(row), not_after);
}

Task<std::vector<LookUpOutcome>> ConnectionTarget::look_up(std::vector<PostingRow> rows, UtcTime not_after) {
  exact::Client exact = parts_.exact.reading_until(not_after);
  walmart::Client walmart = parts_.walmart.reading_until(not_after);
  StockCountTarget stock(exact, parts_.store, parts_.clock, connection_);
  std::vector<LookUpOutcome> outcomes(rows.size());
  std::vector<PostingRow> documents;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PostingKind kind = rows[i].kind;
    if (!is_stock_count(kind) && !is_price(kind) && !is_acknowledgement(kind)) {
      documents.push_back(std::move(rows[i]));
      places.push_back(i);
    } else if (parts_.clock.now() > not_after) {
      outcomes[i] = look_up_outcome(LookUpOutcome::Kind::put_off, {});
    } else if (is_stock_count(kind)) {
      outcomes[i] = co_await stock.look_up(std::move(rows[i]), not_after);
    } else if (is_price(kind)) {
      // A feed has many pages, which are read from the first one each time: it takes the time that it takes.
      outcomes[i] = co_await prices_.look_up(std::move(rows[i]));
    } else {
      outcomes[i] = co_await look_up_acknowledgement(&walmart, std::move(rows[i]));
    }
  }
  if (!documents.empty()) {
    std::vector<LookUpOutcome> found = co_await parts_.documents.look_up(std::move(documents), not_after);
    for (std::size_t i = 0; i < places.size() && i < found.size(); ++i) outcomes[places[i]] = std::move(found[i]);
  }
  co_return outcomes;
}

}  // namespace connector::flows
