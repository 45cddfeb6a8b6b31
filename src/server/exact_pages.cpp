#include "server/exact_pages.h"

#include "ports/http.h"

namespace connector::server {

using domain::PostingKind;

namespace {

const std::string* page_of(const ExactPages& pages, PostingKind kind) {
  switch (kind) {
    case PostingKind::sales_order:
    case PostingKind::sales_order_change:
      return &pages.order;
    case PostingKind::goods_delivery:
      return &pages.delivery;
    case PostingKind::sales_invoice:
    case PostingKind::invoice_processing:
    case PostingKind::credit_memo:
    case PostingKind::daily_invoice:
      return &pages.invoice;
    default:
      return nullptr;
  }
}

}  // namespace

json::Value page_in_exact(const ExactPages& pages, std::int64_t division, const store::PostingRow& posting) {
  const std::string* page = page_of(pages, posting.kind);
  if (page == nullptr || page->empty() || posting.target_id.empty()) return {};
  if (posting.state != store::PostingState::posted) return {};
  std::string address = *page;
  bool shows_document = false;
  const auto fill = [&address](std::string_view name, const std::string& value) {
    const auto at = address.find(name);
    if (at == std::string::npos) return false;
    address.replace(at, name.size(), ports::percent_encode(value));
    return true;
  };
  fill("{division}", std::to_string(division));
  shows_document = fill("{id}", posting.target_id) || shows_document;
  shows_document = fill("{number}", posting.target_number) || shows_document;
  json::Value value;
  value.set("address", pages.base_url + address);
  value.set("shows", shows_document ? "document" : "division");
  return value;
}

}  // namespace connector::server
