#include "sandbox/walmart/order_generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/order_money.h"
#include "sandbox/walmart/order_numbers.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;

/// Orders that one source can number: keys of different sources never meet.
constexpr std::uint64_t keys_per_source = 1'000'000'000ULL;

struct Method {
  std::string_view name;
  std::int64_t days_to_ship, days_to_deliver;
};
constexpr std::array<Method, 5> methods = {
    {{"Standard", 2, 6}, {"Value", 2, 8}, {"Express", 1, 4}, {"OneDay", 1, 2}, {"Freight", 4, 12}}};

struct Place {
  std::string_view city, state, postal_code;
  std::int64_t tax_per_ten_thousand;
};
constexpr std::array<Place, 10> places = {{{"Austin", "TX", "78717", 825},
                                           {"San Francisco", "CA", "94133", 863},
                                           {"Warners", "NY", "13164", 800},
                                           {"Chicago", "IL", "60646", 1025},
                                           {"Lakewood Ranch", "FL", "34202", 700},
                                           {"Portland", "OR", "97209", 0},
                                           {"Cedar Hill", "MO", "63016", 673},
                                           {"Cabot", "AR", "72023", 950},
                                           {"Seattle", "WA", "98101", 1035},
                                           {"Wilmington", "DE", "19801", 0}}};

Milliseconds of_hours(std::int64_t count) { return std::chrono::hours(count); }

/// How the blocks of four consecutive orders fall to customers: for each position the first order of its customer.
constexpr std::array<std::array<std::uint8_t, 4>, 4> customer_blocks = {
    {{0, 0, 2, 3}, {0, 1, 1, 3}, {0, 0, 0, 3}, {0, 0, 2, 2}}};

}  // namespace

std::uint32_t sku_bit(std::string_view sku) {
  std::uint64_t hash = 0;
  for (const char letter : sku) hash = mixed(hash, static_cast<unsigned char>(letter));
  return 1U << (hash & 31U);
}

OrderSource::OrderSource(OrderGenerator options, std::uint16_t number, Catalogue& catalogue)
    : options_(std::move(options)), number_(number) {
  if (options_.skus.empty()) {
    for (const Item& item : catalogue.items()) items_.push_back(catalogue.index_of(item.sku));
  }
  for (const std::string& sku : options_.skus) items_.push_back(catalogue.index_of(sku));
  if (items_.empty()) items_.push_back(catalogue.index_of("WM-0001"));
  if (options_.currencies.empty()) options_.currencies.emplace_back("USD", 1);
  options_.spacing = std::max(options_.spacing, Milliseconds(1));
  options_.life_speed_percent = std::max<std::int64_t>(1, options_.life_speed_percent);
  options_.most_lines = std::clamp<std::int64_t>(options_.most_lines, 1, most_sketch_lines);
  options_.most_units = std::clamp<std::int64_t>(options_.most_units, 1, 1000);
  for (const std::uint32_t item : items_) {
    if (item_bits_.size() <= item) item_bits_.resize(item + 1);
    item_bits_[item] = sku_bit(catalogue.item(item).sku);
    prices_.push_back(static_cast<std::int32_t>(catalogue.item(item).price.units() / (domain::Decimal::one / 100)));
  }
}

UtcTime OrderSource::created(std::uint64_t index) const {
  const std::int64_t spacing = options_.spacing.count();
  const auto jitter =
      static_cast<std::int64_t>(mixed(options_.seed, index * 4 + 1) % static_cast<std::uint64_t>(spacing));
  return options_.start + Milliseconds(static_cast<std::int64_t>(index) * spacing + jitter);
}

std::uint64_t OrderSource::customer_of(std::uint64_t index) const {
  const std::uint64_t block = index / 4;
  const std::uint64_t hash = mixed(options_.seed, block * 4 + 2);
  // A block of four has two or three orders of shared customers, so fewer blocks than orders are needed.
  if (static_cast<std::int64_t>(hash % 1000) >= options_.many_orders_per_customer * 3 / 2) return index;
  return block * 4 + customer_blocks[(hash >> 32U) % customer_blocks.size()][index % 4];
}

void OrderSource::sketch_line(OrderSketch::Line& line, Chance& chance, const OrderSketch& order) const {
  const std::size_t choice = chance.below(items_.size());
  line.item = items_[choice];
  line.quantity = static_cast<std::int32_t>(chance.per_mille(650) ? 1 : chance.between(1, options_.most_units));
  const std::uint64_t tax_kind = chance.below(1000);
  const auto null_share = static_cast<std::uint64_t>(options_.tax_null);
  if (tax_kind < null_share) line.tax_presence = Presence::null;
  if (tax_kind >= null_share && tax_kind < null_share + static_cast<std::uint64_t>(options_.tax_absent)) {
    line.tax_presence = Presence::absent;
  }
  const bool has_discount = chance.per_mille(options_.discounts);
  const bool has_shipping = chance.per_mille(options_.shipping_charges);
  const bool has_fee = chance.per_mille(options_.fees);
  const std::int64_t shipping = chance.between(199, 1299);
  const bool is_charged = static_cast<std::int64_t>(mixed(order.hash, 60) % 1000) < options_.charged_replacements;
  if (order.is_replacement && !is_charged) return;
  line.unit_price = prices_[choice];
  if (has_discount) line.unit_discount = -std::max(1, line.unit_price / 20);
  if (has_shipping) line.unit_shipping = static_cast<std::int32_t>(shipping);
  if (has_fee) line.unit_fee = 75;
  const std::int64_t rate = places[order.place].tax_per_ten_thousand;
  if (line.tax_presence == Presence::present) {
    line.unit_tax = static_cast<std::int32_t>((line.unit_price * rate + 5000) / 10'000);
    line.unit_shipping_tax = static_cast<std::int32_t>((line.unit_shipping * rate + 5000) / 10'000);
  }
}

OrderSketch OrderSource::sketch(std::uint64_t index) const {
  OrderSketch order;
  order.hash = mixed(mixed(options_.seed, index), 3);
  order.created = created(index);
  order.customer = customer_of(index);
  // What orders of one customer share comes from the customer's own stream.
  Chance shared(mixed(mixed(options_.seed, order.customer), 4));
  order.place = static_cast<std::uint8_t>(shared.below(places.size()));
  order.method = static_cast<std::uint8_t>(shared.per_mille(20) ? 4 : shared.below(4));
  std::int64_t weight = 0;
  for (const auto& [currency, part] : options_.currencies) weight += std::max<std::int64_t>(0, part);
  auto draw = static_cast<std::int64_t>(shared.below(static_cast<std::uint64_t>(std::max<std::int64_t>(1, weight))));
  while (order.currency + 1U < options_.currencies.size() &&
         draw >= std::max<std::int64_t>(0, options_.currencies[order.currency].second)) {
    draw -= std::max<std::int64_t>(0, options_.currencies[order.currency].second);
    ++order.currency;
  }
  Chance chance(order.hash);
  const auto kind = static_cast<std::int64_t>(chance.below(1000));
  if (kind < options_.walmart_fulfilled) order.node_type = NodeType::walmart;
  if (kind >= options_.walmart_fulfilled && kind < options_.walmart_fulfilled + options_.third_party_fulfilled) {
    order.node_type = NodeType::third_party;
  }
  order.node = static_cast<std::uint8_t>(chance.below(1000) < 700 ? 0 : 1);
  order.is_replacement = chance.per_mille(options_.replacements);
  order.has_odd_members = chance.per_mille(options_.odd_members);
  const std::int64_t ship_days = methods[order.method].days_to_ship;
  order.ship_by = std::chrono::floor<std::chrono::days>(order.created) + std::chrono::days(ship_days) + of_hours(22);
  order.deliver_by = std::chrono::floor<std::chrono::days>(order.created) +
                     std::chrono::days(methods[order.method].days_to_deliver) + of_hours(23);
  const bool is_old_form = chance.per_mille(options_.one_unit_lines);
  const std::int64_t lines = chance.per_mille(600) ? 1 : chance.between(1, options_.most_lines);
  for (std::int64_t line = 0; line < lines; ++line) sketch_line(order.lines[order.line_count++], chance, order);
  if (is_old_form) {
    // Three units of one SKU come as three lines of one (walmart.md 2.3, MLSQ).
    OrderSketch::Line unit = order.lines[0];
    const std::int64_t units = std::min<std::int64_t>(unit.quantity, most_sketch_lines);
    for (auto& line : order.lines) line.quantity = 1;
    unit.quantity = 1;
    if (units > 1) {
      order.line_count = static_cast<std::uint8_t>(units);
      for (std::int64_t line = 0; line < units; ++line) order.lines[static_cast<std::size_t>(line)] = unit;
    }
  }
  // One SKU stands on one line only in the new form.
  if (!is_old_form) {
    for (std::uint8_t line = 1; line < order.line_count;) {
      const bool is_repeated =
          std::any_of(order.lines.begin(), order.lines.begin() + line,
                      [&](const OrderSketch::Line& other) { return other.item == order.lines[line].item; });
      if (is_repeated) order.lines[line] = order.lines[--order.line_count];
      if (!is_repeated) ++line;
    }
  }
  return order;
}

std::string OrderSource::purchase_order_id(std::uint64_t index) const {
  return scrambled_number(number_ * keys_per_source + index, 271'828'182'845ULL, '1');
}

std::string OrderSource::customer_order_id(std::uint64_t customer) const {
  return scrambled_number(number_ * keys_per_source + customer, 141'421'356'237ULL, '5');
}

std::optional<std::uint64_t> OrderSource::index_of_purchase_order(std::string_view id) const {
  const auto key = unscrambled_number(id, 271'828'182'845ULL, '1');
  if (!key || *key / keys_per_source != number_) return std::nullopt;
  return *key % keys_per_source;
}

std::optional<std::uint64_t> OrderSource::index_of_customer_order(std::string_view id) const {
  const auto key = unscrambled_number(id, 141'421'356'237ULL, '5');
  if (!key || *key / keys_per_source != number_) return std::nullopt;
  return *key % keys_per_source;
}

Order OrderSource::build(const OrderSketch& sketch, std::uint64_t index, const Catalogue& catalogue) const {
  static constexpr std::array<std::string_view, 8> first_names = {"Kathryn", "Steffen", "Dorothy",  "Donna",
                                                                  "Vivian",  "José",    "Mai-Linh", "O'Neil"};
  static constexpr std::array<std::string_view, 8> last_names = {"Cole",      "Matt",    "Kelly",  "Becker",
                                                                 "Katzaroff", "Jiménez", "Nguyen", "\"Ace\" Smith"};
  static constexpr std::array<std::string_view, 6> streets = {"Main St",    "Mason St",       "Bay Dr",
                                                              "Warners Rd", "Meandering Way", "Kilpatrick Ave"};
  Chance person(mixed(mixed(options_.seed, sketch.customer), 5));
  Chance chance(mixed(sketch.hash, 6));
  const Place& place = places[sketch.place];
  const std::string& currency = options_.currencies[sketch.currency].first;
  const std::int64_t cent = currency_digits(currency) == 0 ? domain::Decimal::one : domain::Decimal::one / 100;
  Order order;
  order.hash = sketch.hash;
  order.purchase_order_id = purchase_order_id(index);
  order.customer_order_id = customer_order_id(sketch.customer);
  order.email = person.hexadecimal(32) + "@relay.walmart.com";
  order.phone =
      person.per_mille(840) ? "0000000000" : fmt::format("{:010}", 2'000'000'000ULL + person.below(8'000'000'000ULL));
  order.address.name = fmt::format("{} {}", first_names[person.below(8)], last_names[person.below(8)]);
  order.address.address1 = fmt::format("{} {}", person.between(1, 9999), streets[person.below(streets.size())]);
  const std::uint64_t second_line = person.below(10);
  if (second_line < 2) {
    order.address.address2 = fmt::format("Apt # {}", person.between(1, 2000));
    order.address.address2_presence = Presence::present;
  }
  if (second_line == 2) order.address.address2_presence = Presence::null;
  order.address.city = place.city;
  order.address.state = place.state;
  order.address.postal_code = place.postal_code;
  order.method = methods[sketch.method].name;
  order.created = sketch.created;
  order.ship_by = sketch.ship_by;
  order.deliver_by = sketch.deliver_by;
  order.node_type = sketch.node_type;
  if (sketch.node_type == NodeType::walmart) {
    order.node_id = "WFS1";
    order.node_name = "WFS";
  } else {
    const std::size_t node = sketch.node_type == NodeType::third_party
                                 ? catalogue.nodes().size() - 1
                                 : std::min<std::size_t>(sketch.node, catalogue.physical_nodes() - 1);
    order.node_id = catalogue.nodes()[node].id;
    order.node_name = catalogue.nodes()[node].name;
  }
  order.is_replacement = sketch.is_replacement;
  if (order.is_replacement) {
    order.original_customer_order_id =
        sketch.customer > 0 ? customer_order_id(customer_of(sketch.customer - 1)) : "5281956426648";
  }
  if (sketch.has_odd_members) {
    order.habits.null_members = chance.below(2) == 0;
    order.habits.unknown_members = chance.below(3) == 0;
    order.habits.no_estimates_when_shipped = chance.below(2) == 0;
    order.habits.no_phone = chance.below(8) == 0;
    order.habits.more_members = chance.below(3) == 0;
    if (chance.below(6) == 0) order.email = "nocxemail@walmartone.com";
  }
  const std::int64_t first_number = chance.per_mille(60) ? chance.between(2, 9) : 1;
  for (std::size_t position = 0; position < sketch.line_count; ++position) {
    const OrderSketch::Line& from = sketch.lines[position];
    const Item& item = catalogue.item(from.item);
    Line line;
    line.number = std::to_string(first_number + static_cast<std::int64_t>(position));
    line.sku = item.sku;
    line.product_name = item.product_name;
    line.weight_tenths = item.weight_tenths;
    line.currency = currency;
    line.quantity = from.quantity;
    line.status_time = sketch.created;
    const auto add = [&](std::string_view type, std::string_view name, std::int32_t unit, std::string_view tax_name,
                         std::int32_t unit_tax, Presence tax_presence) {
      Charge charge;
      charge.type = type;
      charge.name = name;
      charge.amount = domain::Decimal::from_units(std::int64_t{unit} * from.quantity * cent);
      charge.tax_presence = tax_presence;
      charge.tax_name = tax_name;
      charge.tax = domain::Decimal::from_units(std::int64_t{unit_tax} * from.quantity * cent);
      line.charges.push_back(std::move(charge));
    };
    add("PRODUCT", "ItemPrice", from.unit_price, "Tax1", from.unit_tax, from.tax_presence);
    // A promotion on the whole line: its total is no multiple of its units.
    if (from.quantity > 1 && from.unit_price > 100 && mixed(sketch.hash, 40 + position) % 3 == 0) {
      line.charges.back().amount -= domain::Decimal::from_units(cent);
    }
    if (from.unit_discount != 0) {
      add("PRODUCT", "SubscriptionDiscount", from.unit_discount, "", 0,
          from.tax_presence == Presence::absent ? Presence::absent : Presence::null);
    }
    if (from.unit_shipping != 0) {
      add("SHIPPING", "Shipping", from.unit_shipping, "Tax2", from.unit_shipping_tax, from.tax_presence);
    }
    if (from.unit_fee != 0) add("FEE", "RecyclingFee", from.unit_fee, "", 0, Presence::absent);
    Portion portion;
    portion.quantity = from.quantity;
    line.portions.push_back(std::move(portion));
    order.lines.push_back(std::move(line));
  }
  return order;
}

}  // namespace connector::sandbox::walmart
