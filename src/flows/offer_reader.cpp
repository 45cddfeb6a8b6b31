#include "flows/offer_reader.h"

#include "flows/call_outcomes.h"

namespace connector::flows {

using domain::Cause;
using domain::OfferedPrice;
using domain::Result;
using ports::Task;

OfferedPrice offer_of(const walmart::Item& item) {
  OfferedPrice offer;
  offer.sku = item.sku;
  if (item.price) {
    offer.currency = item.price->currency;
    offer.amount = item.price->amount;
  }
  return offer;
}

Task<Result<std::vector<OfferedPrice>>> OfferReader::read() {
  return read_whole<std::vector<OfferedPrice>>("items", [this](WholeList* list) { return read_pass(list); });
}

Task<Result<std::vector<OfferedPrice>>> OfferReader::read_pass(WholeList* list) {
  std::vector<OfferedPrice> offers;
  const std::string first = "*";
  std::string cursor = first;
  std::int64_t offset = 0;
  list->begin_pass();
  while (true) {
    auto page = co_await walmart_.items(cursor, offset);
    // Rows that shifted may have left nothing behind the cursor.
    if (!page && cursor != first && page.error().error.cause == Cause::not_found) {
      list->break_off();
      co_return offers;
    }
    if (!page) co_return domain::fail(with_context(page.error(), "reading Walmart's items"));
    const std::size_t before = offers.size();
    for (const auto& item : page->value.items) {
      if (list->see(item.sku) && !item.sku.empty()) offers.push_back(offer_of(item));
    }
    list->end_page(page->value.total);
    if (progress_) progress_(offers.size(), static_cast<std::size_t>(page->value.total));
    const std::string next = page->value.next_cursor;
    const auto read = static_cast<std::int64_t>(offers.size());
    if (page->value.items.empty() || next.empty() || (page->value.total > 0 && read >= page->value.total)) break;
    // The cursor moves, or it stays and the offset must (walmart.md 9, point 16): then a page comes twice at first.
    const bool brought_nothing = offers.size() == before;
    if (brought_nothing && (next != cursor || offset == read)) {
      co_return domain::fail(Cause::unexpected_source_data,
                             "Walmart repeats a page of its items; no price is compared");
    }
    offset = brought_nothing || offset > 0 ? read : 0;
    cursor = next;
  }
  co_return offers;
}

}  // namespace connector::flows
