#include <fmt/format.h>

#include <array>

#include "sandbox/walmart/order_generator.h"

namespace connector::sandbox::walmart {
namespace {

struct NumberOption {
  std::string_view name;
  std::int64_t OrderGenerator::*member;
};

constexpr std::array<NumberOption, 23> number_options = {
    {{"life_speed_percent", &OrderGenerator::life_speed_percent},
     {"most_lines", &OrderGenerator::most_lines},
     {"most_units", &OrderGenerator::most_units},
     {"many_orders_per_customer", &OrderGenerator::many_orders_per_customer},
     {"replacements", &OrderGenerator::replacements},
     {"charged_replacements", &OrderGenerator::charged_replacements},
     {"walmart_fulfilled", &OrderGenerator::walmart_fulfilled},
     {"third_party_fulfilled", &OrderGenerator::third_party_fulfilled},
     {"one_unit_lines", &OrderGenerator::one_unit_lines},
     {"tax_null", &OrderGenerator::tax_null},
     {"tax_absent", &OrderGenerator::tax_absent},
     {"discounts", &OrderGenerator::discounts},
     {"shipping_charges", &OrderGenerator::shipping_charges},
     {"fees", &OrderGenerator::fees},
     {"cancelled_orders", &OrderGenerator::cancelled_orders},
     {"cancelled_lines", &OrderGenerator::cancelled_lines},
     {"partly_cancelled_lines", &OrderGenerator::partly_cancelled_lines},
     {"split_shipments", &OrderGenerator::split_shipments},
     {"never_shipped", &OrderGenerator::never_shipped},
     {"lost_parcels", &OrderGenerator::lost_parcels},
     {"refunds", &OrderGenerator::refunds},
     {"returns", &OrderGenerator::returns},
     {"asked_to_cancel", &OrderGenerator::asked_to_cancel}}};

/// Sets the member of that name; false when the value is wrong or the name unknown.
bool set(OrderGenerator& options, const std::string& name, const json::Value& value) {
  for (const NumberOption& option : number_options) {
    if (option.name != name) continue;
    const auto number = value.integer();
    if (!number || *number < 0) return false;
    options.*option.member = *number;
    return true;
  }
  const auto number = value.integer();
  if (name == "odd_members" && number && *number >= 0) {
    options.odd_members = *number;
  } else if (name == "seed" && number && *number >= 0) {
    options.seed = static_cast<std::uint64_t>(*number);
  } else if (name == "count" && number && *number >= 0) {
    options.count = static_cast<std::uint64_t>(*number);
  } else if (name == "spacing_milliseconds" && number && *number > 0) {
    options.spacing = domain::Milliseconds(*number);
  } else if (name == "start") {
    const auto time = domain::parse_iso8601(value.string());
    if (!time) return false;
    options.start = *time;
  } else if (name == "life" && value.string() == "autonomous") {
    options.life = SellerLife::autonomous;
  } else if (name == "life" && value.string() == "once_acknowledged") {
    options.life = SellerLife::once_acknowledged;
  } else if (name == "life" && value.string() == "by_calls") {
    options.life = SellerLife::by_calls;
  } else if (name == "skus" && value.is_array()) {
    options.skus.clear();
    for (const json::Value& sku : value.array()) options.skus.push_back(sku.text_or(""));
  } else if (name == "currencies" && value.is_object()) {
    options.currencies.clear();
    for (const auto& [currency, weight] : value.object()) {
      options.currencies.emplace_back(currency, weight.integer().value_or(0));
    }
    return !options.currencies.empty() && options.currencies.size() < 100;
  } else {
    return false;
  }
  return true;
}

}  // namespace

domain::Result<OrderGenerator> read_generator(OrderGenerator base, const json::Value& options) {
  for (const auto& [name, value] : options.object()) {
    if (!set(base, name, value)) {
      return domain::fail(domain::Cause::bad_input, fmt::format("order generator: {} is unknown or wrong", name));
    }
  }
  return base;
}

}  // namespace connector::sandbox::walmart
