#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// Stock of a SKU at the seller's default node (GET and PUT /v3/inventory).
struct StockLevel {
  std::string sku;
  std::string unit;  ///< EACH
  domain::Decimal amount;
};

/// Stock of a SKU at one ship node. What the seller last sent (inputQty) does not drop as units ship and is not read
/// (walmart.md 4). Walmart must tell nothing but that, so a node may come without the others, or with errors instead.
struct NodeStock {
  std::string ship_node;
  std::optional<domain::Decimal> available;
  std::optional<domain::Decimal> reserved;  ///< zero if Walmart does not name it

  /// Available + reserved; nullopt if Walmart does not tell.
  std::optional<domain::Decimal> in_hand() const;
};

struct ItemStock {
  std::string sku;
  std::vector<NodeStock> nodes;
};

struct InventoriesPage {
  std::vector<ItemStock> items;
  std::string next_cursor;  ///< an opaque token, sent as the parameter nextCursor; empty on the last page
  std::int64_t total_count = 0;
};

/// What a PUT made of each node; `error` is empty for a success.
struct NodeUpdate {
  std::string ship_node;
  std::string status;
  std::string error;
};

struct ItemStockUpdate {
  std::string sku;
  std::vector<NodeUpdate> nodes;
};

domain::Result<StockLevel> read_stock_level(std::string_view body);
domain::Result<ItemStock> read_item_stock(std::string_view body);
domain::Result<InventoriesPage> read_inventories_page(std::string_view body);
domain::Result<ItemStockUpdate> read_item_stock_update(std::string_view body);

}  // namespace connector::walmart
