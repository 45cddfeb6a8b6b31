#include "walmart/inventory.h"

namespace connector::walmart {

using domain::Cause;
using domain::Decimal;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

Result<ItemStock> read_stock_of_item(const Value& value) {
  ItemStock item;
  item.sku = value["sku"].text_or("");
  if (item.sku.empty()) return fail(Cause::malformed_response, "an inventory of Walmart's has no SKU");
  for (const Value* node : elements(value["nodes"])) {
    const Value& reserved = (*node)["reservedQty"];
    item.nodes.push_back({(*node)["shipNode"].text_or(""), read_quantity((*node)["availToSellQty"]),
                          reserved.is_null() ? Decimal() : read_quantity(reserved)});
  }
  return item;
}

}  // namespace

std::optional<Decimal> NodeStock::in_hand() const {
  if (!available || !reserved) return std::nullopt;
  return *available + *reserved;
}

Result<StockLevel> read_stock_level(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const auto amount = read_quantity((*document)["quantity"]);
  if (!amount || !(*document)["sku"].is_string()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no stock level");
  }
  return StockLevel{(*document)["sku"].text_or(""), (*document)["quantity"]["unit"].text_or(""), *amount};
}

Result<ItemStock> read_item_stock(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  return read_stock_of_item(*document);
}

Result<InventoriesPage> read_inventories_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& list = (*document)["elements"]["inventories"];
  if (!list.is_array() && !(*document)["meta"].is_object()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no inventories");
  }
  InventoriesPage page;
  page.total_count = (*document)["meta"]["totalCount"].integer().value_or(0);
  page.next_cursor = (*document)["meta"]["nextCursor"].text_or("");
  for (const Value* value : elements(list)) {
    auto item = read_stock_of_item(*value);
    if (!item) return fail(item.error());
    page.items.push_back(*std::move(item));
  }
  return page;
}

Result<ItemStockUpdate> read_item_stock_update(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  ItemStockUpdate update;
  update.sku = (*document)["sku"].text_or("");
  for (const Value* node : elements((*document)["nodes"])) {
    NodeUpdate result{(*node)["shipNode"].text_or(""), (*node)["status"].text_or(""), ""};
    for (const Value* error : elements((*node)["errors"])) {
      if (!result.error.empty()) result.error.append("; ");
      result.error.append(trimmed((*error)["code"].text_or(""))).append(" ");
      result.error.append((*error)["description"].text_or((*error)["message"].text_or("")));
    }
    if (result.error.empty() && result.status != "Success") result.error = "status " + result.status;
    update.nodes.push_back(std::move(result));
  }
  if (update.nodes.empty()) return fail(Cause::malformed_response, "Walmart's answer names no ship node");
  return update;
}

}  // namespace connector::walmart
