#include "simulation/stock_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace connector::simulation {

using domain::Decimal;
using sandbox::exact::Administration;
using sandbox::exact::no_row;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;

namespace {

std::set<std::string> moved_after(sandbox::walmart::Seller& seller, domain::UtcTime time) {
  std::set<std::string> skus;
  for (std::size_t number = 0; number < seller.orders.size(); ++number) {
    const auto index = static_cast<sandbox::walmart::OrderNumber>(number);
    if (seller.orders.record(index).modified < time) continue;
    for (const auto& line : seller.orders.order(index, seller.catalogue).lines) skus.insert(line.sku);
  }
  return skus;
}

Decimal current_stock(const Administration& exact, RowNumber item, const char* warehouse) {
  const RowNumber place = exact.find_code(TableId::warehouses, warehouse);
  const RowNumber row = place == no_row ? no_row : exact.find_stock_row(item, place);
  return row == no_row ? Decimal() : exact.table(TableId::item_warehouses).get(row, "CurrentStock").as_decimal();
}

}  // namespace

const char* warehouse_of_node(std::size_t node) { return node == 0 ? "1" : "2"; }

void compare_stock(sandbox::walmart::Marketplace& walmart, const Administration& exact, domain::UtcTime settled_before,
                   domain::UtcTime now, Verdicts& verdicts) {
  auto& seller = walmart.seller();
  const std::set<std::string> moving = moved_after(seller, settled_before);
  for (const auto& item : seller.catalogue.items()) {
    const RowNumber known = exact.find_code(TableId::items, item.sku);
    if (moving.contains(item.sku) || known == no_row) continue;
    if (!exact.table(TableId::items).get(known, "IsStockItem").as_boolean()) continue;
    for (std::size_t node = 0; node < item.stock.size(); ++node) {
      const auto& stock = item.stock[node];
      const Decimal in_hand = Decimal::from_integer(std::max<std::int64_t>(0, stock.available) + stock.reserved);
      const Decimal booked = current_stock(exact, known, warehouse_of_node(node));
      if (booked == in_hand) continue;
      verdicts.complain(
          "to the piece",
          fmt::format("{} of {} are in hand at ship node {}, but warehouse {} holds {}", in_hand.to_string(), item.sku,
                      seller.catalogue.nodes()[node].id, warehouse_of_node(node), booked.to_string()),
          item.sku, now);
      return;
    }
  }
}

}  // namespace connector::simulation
