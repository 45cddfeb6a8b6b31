#include "app/demo_shelves.h"

#include <algorithm>

#include "sandbox/exact/edits.h"
#include "sandbox/walmart/catalogue.h"

namespace connector::app {

namespace {

constexpr std::size_t kWarehouses = 2;
/// Every ninth item was counted wrongly in Exact, the twelfth by far.
constexpr std::size_t kSlips = 9;
constexpr std::size_t kBlunder = 12;
constexpr std::int64_t kBlunderUnits = 180;

struct NewPrice {
  std::size_t item;
  const char* percent;
};
/// The guards of the settings allow thirty percent; Walmart allows two decimals.
constexpr NewPrice kNewPrices[] = {{3, "105"}, {5, "95"}, {7, "110"}, {10, "102.5"}, {14, "400"}, {20, "99.123"}};

void edit(sandbox::exact::ExactService& exact, json::Value request, domain::UtcTime now) {
  // Items that Exact does not have are simply not on its shelves.
  auto ignored = sandbox::exact::edit(*exact.divisions().front(), request, now);
  static_cast<void>(ignored);
}

}  // namespace

std::map<std::string, std::string> fill_shelves(sandbox::walmart::Marketplace& walmart,
                                                sandbox::exact::ExactService& exact, domain::UtcTime now) {
  walmart.seller().switches.feed_start_seconds = 5;
  walmart.seller().switches.feed_finish_seconds = 12;
  const auto& catalogue = walmart.seller().catalogue;
  std::map<std::string, std::string> warehouses;
  const std::size_t nodes = std::min(kWarehouses, catalogue.physical_nodes());
  for (std::size_t node = 0; node < nodes; ++node) warehouses[catalogue.nodes()[node].id] = std::to_string(node + 1);
  for (std::size_t index = 0; index < catalogue.items().size(); ++index) {
    const auto& item = catalogue.items()[index];
    for (std::size_t node = 0; node < nodes; ++node) {
      std::int64_t units = item.stock[node].available + item.stock[node].reserved;
      if (index % kSlips == 4 && node == 0) units += 2;
      if (index == kBlunder && node == 0) units += kBlunderUnits;
      json::Value request;
      request.set("action", "set_stock");
      request.set("code", item.sku);
      request.set("warehouse", std::to_string(node + 1));
      request.set("quantity", units);
      edit(exact, std::move(request), now);
    }
  }
  for (const NewPrice& price : kNewPrices) {
    if (price.item >= catalogue.items().size()) continue;
    const auto& item = catalogue.items()[price.item];
    const auto factor = domain::Decimal::parse(price.percent);
    if (!factor) continue;
    const domain::Decimal hundredth = domain::Decimal::from_units(10'000);
    const domain::Decimal wanted = item.price * *factor * hundredth;
    json::Value request;
    request.set("action", "set_price");
    request.set("code", item.sku);
    request.set("price", factor->rounded(1) == *factor ? wanted.rounded(2) : wanted.rounded(3));
    request.set("currency", item.currency);
    edit(exact, std::move(request), now);
  }
  return warehouses;
}

}  // namespace connector::app
