#include "flows/inventory_reader.h"

#include "flows/call_outcomes.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using ports::Task;

Task<Result<WalmartInventory>> InventoryReader::read() {
  return read_whole<WalmartInventory>("SKUs in its inventory", [this](WholeList* list) { return read_pass(list); });
}

Task<Result<WalmartInventory>> InventoryReader::read_pass(WholeList* list) {
  WalmartInventory inventory;
  std::set<std::string> cursors;
  std::string cursor;
  list->begin_pass();
  while (true) {
    auto page = co_await walmart_.inventories(cursor);
    // Rows that shifted may have left nothing behind the cursor.
    if (!page && !cursor.empty() && page.error().error.cause == Cause::not_found) {
      list->break_off();
      co_return inventory;
    }
    if (!page) co_return domain::fail(with_context(page.error(), "reading Walmart's inventory"));
    for (const auto& item : page->value.items) {
      if (!list->see(item.sku)) continue;
      ++inventory.skus;
      for (const auto& node : item.nodes) {
        inventory.quantities.push_back({item.sku, node.ship_node, node.in_hand()});
      }
    }
    list->end_page(page->value.total_count);
    if (progress_) progress_(inventory.skus, static_cast<std::size_t>(page->value.total_count));
    cursor = page->value.next_cursor;
    if (cursor.empty()) co_return inventory;
    if (!cursors.insert(cursor).second) {
      co_return domain::fail(Cause::unexpected_source_data,
                             "Walmart repeated a page cursor of its inventory; nothing is compared");
    }
  }
}

}  // namespace connector::flows
