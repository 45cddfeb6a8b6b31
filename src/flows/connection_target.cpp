#include "flows/connection_target.h"

#include "flows/price_documents.h"

namespace connector::flows {

using domain::PostingKind;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using ports::Task;
using store::PostingRow;

namespace {

bool is_price(PostingKind kind) {
  return kind == PostingKind::price_feed || kind == PostingKind::item_price || kind == PostingKind::urgent_price;
}

}  // namespace

engine::Freezer ConnectionTarget::freezer() const {
  return [documents = documents_.freezer()](store::Reader& reader, PostingRow& row) {
    if (row.kind == PostingKind::stock_count) return stock_count_body(reader, row);
    if (is_price(row.kind)) return price_body_of(reader, row);
    return documents(reader, row);
  };
}

Task<SendOutcome> ConnectionTarget::send(PostingRow row, UtcTime not_after) {
  if (row.kind == PostingKind::stock_count) return stock_.send(std::move(row), not_after);
  if (is_price(row.kind)) return prices_.send(std::move(row), not_after);
  return documents_.send(std::move(row), not_after);
}

Task<std::vector<LookUpOutcome>> ConnectionTarget::look_up(std::vector<PostingRow> rows) {
  std::vector<LookUpOutcome> outcomes(rows.size());
  std::vector<PostingRow> documents;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].kind == PostingKind::stock_count) {
      outcomes[i] = co_await stock_.look_up(std::move(rows[i]), clock_.now() + request_timeout_);
    } else if (is_price(rows[i].kind)) {
      outcomes[i] = co_await prices_.look_up(std::move(rows[i]));
    } else {
      documents.push_back(std::move(rows[i]));
      places.push_back(i);
    }
  }
  if (!documents.empty()) {
    std::vector<LookUpOutcome> found = co_await documents_.look_up(std::move(documents));
    for (std::size_t i = 0; i < places.size() && i < found.size(); ++i) outcomes[places[i]] = std::move(found[i]);
  }
  co_return outcomes;
}

}  // namespace connector::flows
