#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/decimal.h"
#include "domain/mapping.h"
#include "domain/time.h"

namespace connector::domain {

/// Where goods are kept in Exact: item code and warehouse code.
using StockPlace = std::pair<std::string, std::string>;

/// What Walmart says is in hand of a SKU at a ship node: available and reserved units together (walmart.md 4); nullopt:
/// it does not say.
struct NodeQuantity {
  std::string sku;
  std::string ship_node;
  std::optional<Decimal> in_hand;
};

/// What Exact says is in stock, with the row version of that statement (exact.md 3.4).
struct StockPosition {
  Decimal current;
  std::int64_t timestamp = 0;
};

/// Goods that have left (or come back, negative) by Walmart's word and whose document, that will move Exact's stock,
/// is not posted yet.
struct PendingMovement {
  std::string posting_key;
  std::string item;
  std::string warehouse;  ///< empty: not known which
  Decimal quantity;
  bool under_way = false;  ///< its request may have taken effect already
  bool operator==(const PendingMovement&) const = default;
};

/// All that one comparison looks at. The movements are read before and after the quantities, so that what changed
/// meanwhile is seen.
struct StockFacts {
  std::vector<NodeQuantity> walmart;
  std::map<StockPlace, StockPosition> exact;
  std::vector<PendingMovement> pending_before;
  std::vector<PendingMovement> pending_after;
  std::map<std::string, bool> items;  ///< codes known to Exact; true: kept in stock
};

/// One item in one warehouse.
struct StockLine {
  std::string item;
  std::vector<std::string> skus;
  Decimal in_hand;             ///< at Walmart
  Decimal pending;             ///< gone from Walmart's stock, not yet from Exact's
  Decimal exact;               ///< in Exact
  std::int64_t timestamp = 0;  ///< row version of `exact`; 0 = Exact has no position yet
  bool operator==(const StockLine&) const = default;

  /// What Exact must show now, so that it agrees once the pending documents are posted.
  Decimal expected() const { return in_hand + pending; }
  Decimal difference() const { return expected() - exact; }
};

struct WarehouseComparison {
  std::string warehouse;
  std::vector<std::string> ship_nodes;
  std::size_t compared = 0;
  std::vector<StockLine> different;  ///< by item
  /// Σ of the differences without their signs.
  Decimal units_moved() const;
};

/// Something that cannot be compared. `subject` is stable, so that it can be reported once.
struct StockNotice {
  std::string subject;  ///< "sku/S", "node/N", "kit/S", "item/I"
  std::string message;  ///< what, and what to do
  bool operator==(const StockNotice&) const = default;
};

struct StockComparison {
  std::vector<WarehouseComparison> warehouses;  ///< by code
  std::vector<StockNotice> notices;             ///< by subject
  std::vector<StockPlace> moving;  ///< left to the next run: their stock was changing during the comparison
  std::vector<StockPlace> untold;  ///< not compared: Walmart does not say what it has of them
};

/// Where Exact keeps what a SKU has at a ship node: the mapping's item, else the one of the same code. nullopt for ship
/// nodes that are mapped to no warehouse, and for kits.
std::optional<StockPlace> stock_place(const Mapping& mapping, const std::string& sku, const std::string& ship_node);

/// Compares Walmart's quantities in the mapped ship nodes with Exact's positions. Pure. Left out, with a notice: ship
/// nodes without a warehouse, SKUs whose item Exact does not know or keeps no stock of, kits and the parts of kits
/// (their stock at Walmart is a calculation, not a count), places of a SKU of which Walmart tells no quantity. Several
/// SKUs of one item add up.
StockComparison compare_stock(const StockFacts& facts, const Mapping& mapping);

}  // namespace connector::domain
