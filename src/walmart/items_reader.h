#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// An item of the seller's catalogue (GET /v3/items and the catalogue search, whose shapes differ a little).
struct Item {
  std::string sku;
  std::string wpid;
  std::string gtin;
  std::string upc;
  std::string product_name;
  std::string product_type;
  std::optional<Money> price;
  std::string published_status;  ///< PUBLISHED, UNPUBLISHED, SYSTEM_PROBLEM, ...
  std::string lifecycle_status;  ///< ACTIVE, ARCHIVED, RETIRED
  std::vector<std::string> unpublished_reasons;
  std::string variant_group_id;
};

struct ItemsPage {
  std::vector<Item> items;
  std::string next_cursor;  ///< sent as the parameter nextCursor; empty on the last page
  std::int64_t total = 0;
};

/// Where an item is stocked and by which shipping template.
struct ItemAssociation {
  std::string sku;
  std::string ship_node;
  std::string ship_node_name;
  std::string template_id;
  std::string template_name;
};

/// An offer on walmart.com, of any seller.
struct FoundItem {
  std::string item_id;
  std::string title;
  std::string brand;
  std::optional<Money> price;
  bool is_marketplace_item = false;
};

struct Category {
  std::string name;
  std::vector<std::pair<std::string, std::string>> subcategories;  ///< id and name
};

domain::Result<ItemsPage> read_items_page(std::string_view body);
domain::Result<ItemsPage> read_catalog_search(std::string_view body);
/// Items per status or, for "All", altogether.
domain::Result<std::map<std::string, std::int64_t>> read_item_counts(std::string_view body);
/// Items per variant group.
domain::Result<std::map<std::string, std::int64_t>> read_variant_counts(std::string_view body);
domain::Result<std::vector<ItemAssociation>> read_item_associations(std::string_view body);
domain::Result<std::vector<FoundItem>> read_search_result(std::string_view body);
domain::Result<std::vector<Category>> read_taxonomy(std::string_view body);
/// The SKU that was submitted for retirement.
domain::Result<std::string> read_retired_item(std::string_view body);

}  // namespace connector::walmart
