#include "domain/stock_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "domain/item_skus.h"

namespace connector::domain {
namespace {

struct Place {
  std::set<std::string> skus;
  std::set<std::string> ship_nodes;
  Decimal in_hand;
  bool is_told = true;  ///< false: Walmart does not say what some SKU has at some ship node
};

class Comparison {
 public:
  Comparison(const StockFacts& facts, const Mapping& mapping) : facts_(facts), mapping_(mapping) {
    for (const auto& [kit, components] : mapping.kits()) {
      for (const KitComponent& component : components) parts_.emplace(component.exact_item, kit);
    }
    for (const PendingMovement& movement : facts.pending_after)
      pending_[{movement.item, movement.warehouse}] += movement.quantity;
  }

  StockComparison run() {
    for (const NodeQuantity& quantity : facts_.walmart) take(quantity);
    const std::set<StockPlace> moving = moving_places();
    std::map<std::string, WarehouseComparison> warehouses;
    for (const auto& [place, counted] : places_) {
      WarehouseComparison& warehouse = warehouses[place.second];
      warehouse.warehouse = place.second;
      for (const std::string& node : counted.ship_nodes) {
        if (std::find(warehouse.ship_nodes.begin(), warehouse.ship_nodes.end(), node) == warehouse.ship_nodes.end())
          warehouse.ship_nodes.push_back(node);
      }
      if (!counted.is_told) {
        result_.untold.push_back(place);
        continue;
      }
      if (moving.contains(place) || moving.contains({place.first, ""})) {
        result_.moving.push_back(place);
        continue;
      }
      ++warehouse.compared;
      StockLine line = compared(place, counted);
      if (!line.difference().is_zero()) warehouse.different.push_back(std::move(line));
    }
    for (auto& [code, warehouse] : warehouses) {
      std::sort(warehouse.ship_nodes.begin(), warehouse.ship_nodes.end());
      result_.warehouses.push_back(std::move(warehouse));
    }
    for (const auto& [sku, nodes] : untold_) {
      notice("sku/" + sku, fmt::format("Walmart tells no available quantity of SKU \"{}\" at ship node {}; its item is "
                                       "not compared there until it does",
                                       sku, fmt::join(nodes, ", ")));
    }
    for (auto& [subject, message] : notices_) result_.notices.push_back({subject, std::move(message)});
    return std::move(result_);
  }

 private:
  void notice(std::string subject, std::string message) { notices_.emplace(std::move(subject), std::move(message)); }

  void take(const NodeQuantity& quantity) {
    if (!mapping_.warehouse_of(quantity.ship_node)) {
      return notice("node/" + quantity.ship_node,
                    fmt::format("ship node \"{}\" is mapped to no warehouse, so its stock is not compared; import a "
                                "file ship_node,warehouse with mapping import --ship-nodes",
                                quantity.ship_node));
    }
    ResolvedMapping resolved = mapping_.resolve(quantity.sku);
    if (!resolved.kit.empty()) {
      return notice("kit/" + resolved.row.sku,
                    fmt::format("SKU \"{}\" is a kit: its stock and that of its parts is not "
                                "compared",
                                quantity.sku));
    }
    std::string item = item_code(resolved);
    const auto known = facts_.items.find(item);
    if (known == facts_.items.end()) {
      return notice("sku/" + quantity.sku,
                    fmt::format("SKU \"{}\" is Exact item \"{}\", which does not exist; map the SKU or create the item",
                                quantity.sku, item));
    }
    if (!known->second) {
      return notice("item/" + item, fmt::format("Exact keeps no stock of item \"{}\" (SKU \"{}\"); mark it as a stock "
                                                "item there if it should",
                                                item, quantity.sku));
    }
    if (const auto part = parts_.find(item); part != parts_.end()) {
      return notice("item/" + item,
                    fmt::format("item \"{}\" is a part of kit \"{}\": its stock is not compared", item, part->second));
    }
    Place& place = places_[{std::move(item), mapping_.warehouse_for(resolved, quantity.ship_node)}];
    place.skus.insert(quantity.sku);
    place.ship_nodes.insert(quantity.ship_node);
    if (quantity.in_hand) {
      place.in_hand += *quantity.in_hand;
    } else {
      place.is_told = false;
      untold_[quantity.sku].insert(quantity.ship_node);
    }
  }

  /// Where a document was being posted, or anything changed between the two looks at what is pending.
  std::set<StockPlace> moving_places() const {
    std::set<StockPlace> moving;
    using Identity = std::tuple<std::string_view, std::string_view, std::string_view>;
    std::map<Identity, Decimal> seen;  // per document and place: before minus after
    const auto look = [&](const std::vector<PendingMovement>& movements, bool before) {
      for (const PendingMovement& movement : movements) {
        if (movement.under_way || movement.warehouse.empty()) moving.insert({movement.item, movement.warehouse});
        Decimal& quantity = seen[{movement.posting_key, movement.item, movement.warehouse}];
        quantity += before ? movement.quantity : -movement.quantity;
      }
    };
    look(facts_.pending_before, true);
    look(facts_.pending_after, false);
    for (const auto& [identity, difference] : seen) {
      if (!difference.is_zero())
        moving.insert({std::string(std::get<1>(identity)), std::string(std::get<2>(identity))});
    }
    return moving;
  }

  StockLine compared(const StockPlace& place, const Place& counted) const {
    StockLine line;
    line.item = place.first;
    line.skus.assign(counted.skus.begin(), counted.skus.end());
    line.in_hand = counted.in_hand;
    if (const auto pending = pending_.find(place); pending != pending_.end()) line.pending = pending->second;
    if (const auto position = facts_.exact.find(place); position != facts_.exact.end()) {
      line.exact = position->second.current;
      line.timestamp = position->second.timestamp;
    }
    return line;
  }

  const StockFacts& facts_;
  const Mapping& mapping_;
  std::map<std::string, std::string> parts_;  ///< item of a kit -> the kit
  std::map<StockPlace, Decimal> pending_;
  std::map<StockPlace, Place> places_;
  std::map<std::string, std::set<std::string>> untold_;  ///< SKU -> its ship nodes without a quantity
  std::map<std::string, std::string> notices_;
  StockComparison result_;
};

}  // namespace

Decimal WarehouseComparison::units_moved() const {
  Decimal units;
  for (const StockLine& line : different) units = saturated_sum(units, line.difference().abs());
  return units;
}

std::optional<StockPlace> stock_place(const Mapping& mapping, const std::string& sku, const std::string& ship_node) {
  if (!mapping.warehouse_of(ship_node)) return std::nullopt;
  const ResolvedMapping resolved = mapping.resolve(sku);
  if (!resolved.kit.empty()) return std::nullopt;
  return StockPlace{item_code(resolved), mapping.warehouse_for(resolved, ship_node)};
}

StockComparison compare_stock(const StockFacts& facts, const Mapping& mapping) {
  return Comparison(facts, mapping).run();
}

}  // namespace connector::domain
