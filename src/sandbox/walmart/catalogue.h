#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::sandbox::walmart {

/// A place the seller ships from (walmart.md 4).
struct ShipNode {
  std::string id;
  std::string type;  ///< PHYSICAL, 3PL
  std::string name;
  std::string status = "ACTIVE";
  std::string time_zone;
  std::string custom_id;  ///< empty: not sent
  std::string address, city, state, postal_code;
};

/// Stock of one item at one node. What the seller last sent does not drop as units ship;
/// stock in hand is available + reserved.
struct Stock {
  std::int64_t input = 0;
  std::int64_t available = 0;  ///< may fall below zero when oversold; shown as zero then
  std::int64_t reserved = 0;
};

struct Item {
  std::string sku;
  std::string product_name;
  std::string product_type;
  std::string wpid;
  std::string upc;
  std::string gtin;
  std::string currency = "USD";
  domain::Decimal price;
  std::string published_status = "PUBLISHED";
  std::string lifecycle_status = "ACTIVE";
  std::int64_t weight_tenths = 10;  ///< of a pound
  std::vector<Stock> stock;         ///< one per physical node, in the order of Catalogue::nodes
};

/// How the seeded catalogue looks.
struct CatalogueOptions {
  std::uint32_t items = 50;            ///< WM-0001, WM-0002, ...
  std::vector<std::string> more_skus;  ///< further SKUs, as a mapping to an accounting system needs them
  std::uint32_t physical_nodes = 2;
  std::int64_t lowest_quantity = 0;
  std::int64_t highest_quantity = 500;
};

/// The items, their prices and stock, and the ship nodes.
class Catalogue {
 public:
  Catalogue(std::uint64_t seed, const std::string& partner_id, const CatalogueOptions& options);

  const std::vector<Item>& items() const { return items_; }
  Item& item(std::size_t index) { return items_[index]; }
  const Item& item(std::size_t index) const { return items_[index]; }
  /// By exact SKU, or nullptr.
  Item* find(std::string_view sku);
  /// The index of a SKU; it is added with seeded properties when unknown.
  std::uint32_t index_of(const std::string& sku);

  /// Physical nodes first; the first is the default node.
  const std::vector<ShipNode>& nodes() const { return nodes_; }
  std::size_t physical_nodes() const { return physical_nodes_; }
  /// The index of a physical node, or physical_nodes() when there is none of that id.
  std::size_t physical_node(std::string_view id) const;

 private:
  std::uint64_t seed_;
  CatalogueOptions options_;
  std::size_t physical_nodes_ = 0;
  std::vector<ShipNode> nodes_;
  std::vector<Item> items_;
  std::unordered_map<std::string, std::uint32_t> by_sku_;
};

}  // namespace connector::sandbox::walmart
