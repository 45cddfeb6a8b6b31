#include "sandbox/walmart/catalogue.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/walmart/chance.h"

namespace connector::sandbox::walmart {
namespace {

struct Product {
  std::string_view name;
  std::string_view type;
};

constexpr std::array<Product, 12> products = {{{"Stainless Steel Water Bottle", "Water Bottles"},
                                               {"Cotton Bath Towel Set", "Bath Towels"},
                                               {"LED Desk Lamp with \"Touch\" Dimmer", "Desk Lamps"},
                                               {"Ceramic Coffee Mug", "Drinkware Mugs"},
                                               {"Folding Camping Chair", "Camping Chairs"},
                                               {"Wireless Phone Charger", "Cell Phone Chargers"},
                                               // Longer than a line's description in Exact, whose end is in the sign.
                                               {"Yoga Mat 1/4\" Thick, Non-Slip, with Carrying Strap, for Pilates, "
                                                "Stretching and Gymnastics, by Flow\xE2\x84\xA2",
                                                "Exercise Mats"},
                                               {"Garden Hose 50 ft.", "Garden Hoses"},
                                               {"Kids' Puzzle & Game", "Jigsaw Puzzles"},
                                               {"Caf\xC3\xA9 Press with Filter", "Coffee Makers"},
                                               {"Non-Slip Bath Mat", "Bath Mats"},
                                               {"Adjustable Dumbbell", "Dumbbells"}}};
constexpr std::array<std::string_view, 8> colours = {"Black", "White", "Blue", "Red", "Green", "Gray", "Teal", "Brown"};

std::string check_digit(const std::string& digits) {
  int sum = 0;
  for (std::size_t place = 0; place < digits.size(); ++place) sum += (digits[place] - '0') * (place % 2 == 0 ? 3 : 1);
  return std::to_string((10 - sum % 10) % 10);
}

}  // namespace

Catalogue::Catalogue(std::uint64_t seed, const std::string& partner_id, const CatalogueOptions& options)
    : seed_(seed), options_(options), physical_nodes_(options.physical_nodes == 0 ? 1 : options.physical_nodes) {
  static constexpr std::array<std::array<std::string_view, 5>, 4> places = {
      {{"110 Sutter St. Fl 9", "San Francisco", "CA", "94104", "PST"},
       {"805 SE Moberly Ln", "Bentonville", "AR", "72712", "CST"},
       {"12 Peach Tree Rd", "Atlanta", "GA", "30303", "EST"},
       {"400 Commerce Dr", "Fort Worth", "TX", "76140", "CST"}}};
  for (std::size_t index = 0; index <= physical_nodes_; ++index) {
    const auto& place = places[index % places.size()];
    const bool is_partner = index == physical_nodes_;
    ShipNode node;
    node.id = index == 0 ? partner_id : fmt::format("{:017}", mixed(seed, 7000 + index) % 100'000'000'000'000'000ULL);
    node.type = is_partner ? "3PL" : "PHYSICAL";
    node.name = is_partner ? "Partner fulfilment" : fmt::format("Warehouse {}", index + 1);
    node.address = place[0];
    node.city = place[1];
    node.state = place[2];
    node.postal_code = place[3];
    node.time_zone = place[4];
    if (index == 1) node.custom_id = "WH-EAST";
    nodes_.push_back(std::move(node));
  }
  for (std::uint32_t number = 1; number <= options.items; ++number) index_of(fmt::format("WM-{:04}", number));
  for (const std::string& sku : options.more_skus) index_of(sku);
}

Item* Catalogue::find(std::string_view sku) {
  const auto found = by_sku_.find(std::string(sku));
  return found == by_sku_.end() ? nullptr : &items_[found->second];
}

std::uint32_t Catalogue::index_of(const std::string& sku) {
  const auto [found, is_new] = by_sku_.try_emplace(sku, static_cast<std::uint32_t>(items_.size()));
  if (!is_new) return found->second;
  Chance chance(mixed(seed_, 1'000'000 + items_.size()));
  const Product& product = products[chance.below(products.size())];
  Item item;
  item.sku = sku;
  item.product_name = fmt::format("{} - {} - {}", product.name, colours[chance.below(colours.size())], sku);
  item.product_type = product.type;
  item.wpid = "0R" + chance.hexadecimal(10);
  const std::string digits = fmt::format("{:011}", chance.below(100'000'000'000ULL));
  item.upc = digits + check_digit(digits);
  item.gtin = "00" + item.upc;
  item.price = domain::Decimal::from_units(chance.between(399, 14'999) * (domain::Decimal::one / 100));
  item.weight_tenths = chance.between(2, 120);
  for (std::size_t node = 0; node < physical_nodes_; ++node) {
    const std::int64_t quantity = chance.between(options_.lowest_quantity, options_.highest_quantity);
    item.stock.push_back(Stock{quantity, quantity, 0});
  }
  items_.push_back(std::move(item));
  return found->second;
}

std::size_t Catalogue::physical_node(std::string_view id) const {
  std::size_t index = 0;
  while (index < physical_nodes_ && nodes_[index].id != id) ++index;
  return index;
}

}  // namespace connector::sandbox::walmart
