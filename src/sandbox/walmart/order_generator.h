#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "json/value.h"
#include "sandbox/walmart/catalogue.h"
#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/order.h"

namespace connector::sandbox::walmart {

/// Who acts for the seller: the generator's own script, that script once a call has acknowledged the order, or only API
/// calls.
enum class SellerLife : std::uint8_t { autonomous, once_acknowledged, by_calls };

/// What orders are made of; the same options give the same orders, whatever happens around them.
struct OrderGenerator {
  std::uint64_t seed = 1;
  std::uint64_t count = 100;              ///< 0: without end
  domain::UtcTime start{};                ///< creation of the first one
  domain::Milliseconds spacing{600'000};  ///< on average, from one to the next
  std::vector<std::string> skus;          ///< empty: the whole catalogue as it is when the generator is added
  std::vector<std::pair<std::string, std::int64_t>> currencies = {{"USD", 1}};  ///< with weights
  SellerLife life = SellerLife::autonomous;
  std::int64_t life_speed_percent = 100;  ///< 200: everything happens twice as fast
  std::int64_t most_lines = 3;            ///< at most 4
  std::int64_t most_units = 4;            ///< per line
  // Shares in a thousand.
  std::int64_t many_orders_per_customer = 150;
  std::int64_t replacements = 20;
  std::int64_t charged_replacements = 0;  ///< of the replacements: those that state charges like other orders
  std::int64_t walmart_fulfilled = 60;
  std::int64_t third_party_fulfilled = 30;
  std::int64_t one_unit_lines = 200;  ///< orders in the old form: a line for each unit
  std::int64_t tax_null = 60;
  std::int64_t tax_absent = 40;
  std::int64_t discounts = 80;
  std::int64_t shipping_charges = 300;
  std::int64_t fees = 20;
  std::int64_t cancelled_orders = 40;
  std::int64_t cancelled_lines = 30;
  std::int64_t partly_cancelled_lines = 60;
  std::int64_t split_shipments = 250;
  std::int64_t never_shipped = 10;  ///< and so cancelled by Walmart
  std::int64_t lost_parcels = 20;   ///< stay Shipped
  std::int64_t refunds = 40;
  std::int64_t returns = 50;
  std::int64_t asked_to_cancel = 15;
  std::int64_t odd_members = 300;  ///< orders with null, missing or unknown members
};

/// Reads the members named in a JSON object over `base`. Error: bad_input for an unknown name or value.
domain::Result<OrderGenerator> read_generator(OrderGenerator base, const json::Value& options);

inline constexpr std::size_t most_sketch_lines = 4;
inline constexpr std::size_t most_script_events = 48;

/// The numbers of one generated order, without any text; cheap to make again.
struct OrderSketch {
  struct Line {
    std::uint32_t item = 0;
    std::int32_t quantity = 1;
    std::int32_t unit_price = 0, unit_discount = 0, unit_shipping = 0, unit_fee = 0;  ///< in cents (or whole yen)
    std::int32_t unit_tax = 0, unit_shipping_tax = 0;
    Presence tax_presence = Presence::present;
  };
  std::uint64_t hash = 0;
  domain::UtcTime created{}, ship_by{}, deliver_by{};
  std::uint64_t customer = 0;  ///< number of the first order of the same customer order
  std::uint8_t line_count = 0, currency = 0, method = 0, place = 0, node = 0;
  NodeType node_type = NodeType::seller;
  bool is_replacement = false, has_odd_members = false;
  std::array<Line, most_sketch_lines> lines{};
};

/// One of 32 bits by which orders without a SKU are passed over.
std::uint32_t sku_bit(std::string_view sku);

/// One thing that will happen to a generated order.
struct ScriptEvent {
  domain::UtcTime time{};
  EventKind kind = EventKind::acknowledge;
  std::int16_t line = all_lines;
  std::int32_t quantity = 0;
  std::uint8_t status_mask = 0;  ///< of the order after it, if nothing else happens to it
};

struct Script {
  std::uint8_t count = 0;
  std::array<ScriptEvent, most_script_events> events{};
};

/// Makes the orders of one generator. Pure: every order depends on the options and its number alone.
class OrderSource {
 public:
  /// `number` tells the sources of one seller apart. SKUs unknown to the catalogue are added to it.
  OrderSource(OrderGenerator options, std::uint16_t number, Catalogue& catalogue);

  const OrderGenerator& options() const { return options_; }
  /// When order `index` is placed; never earlier than the one before.
  domain::UtcTime created(std::uint64_t index) const;
  OrderSketch sketch(std::uint64_t index) const;
  Script script(const OrderSketch& sketch) const;
  /// The order as it is placed, before anything happens to it.
  Order build(const OrderSketch& sketch, std::uint64_t index, const Catalogue& catalogue) const;

  /// The bit of an item's SKU in OrderRecord::sku_bits.
  std::uint32_t item_bit(std::uint32_t item) const { return item_bits_[item]; }
  std::string purchase_order_id(std::uint64_t index) const;
  std::string customer_order_id(std::uint64_t customer) const;
  /// Inverse of purchase_order_id and customer_order_id; nullopt for foreign numbers.
  std::optional<std::uint64_t> index_of_purchase_order(std::string_view id) const;
  std::optional<std::uint64_t> index_of_customer_order(std::string_view id) const;

 private:
  void sketch_line(OrderSketch::Line& line, Chance& chance, const OrderSketch& order) const;
  std::uint64_t customer_of(std::uint64_t index) const;

  OrderGenerator options_;
  std::uint16_t number_;
  std::vector<std::uint32_t> items_;
  std::vector<std::int32_t> prices_;      ///< in cents, of items_
  std::vector<std::uint32_t> item_bits_;  ///< by index in the catalogue
};

}  // namespace connector::sandbox::walmart
