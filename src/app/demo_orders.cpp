#include "app/demo_orders.h"

#include <algorithm>

#include "json/value.h"

// Made of tests/data/walmart/orders.getAllOrders.get.200.json at build time.
extern const char* const published_walmart_orders;

namespace connector::app {

namespace {

/// Members with instants in epoch milliseconds are those of at least this size: September 2001.
constexpr std::int64_t first_instant = 1'000'000'000'000;

void shift_times(json::Value& value, std::int64_t milliseconds) {
  if (auto* members = value.mutable_object()) {
    for (auto& [name, member] : *members) shift_times(member, milliseconds);
  } else if (auto* elements = value.mutable_array()) {
    for (auto& element : *elements) shift_times(element, milliseconds);
  } else if (value.is_number()) {
    const auto number = value.integer();
    if (number && *number >= first_instant) value = json::Value(*number + milliseconds);
  }
}

}  // namespace

std::string published_orders_as_of(domain::UtcTime now) {
  auto payload = json::parse(published_walmart_orders);
  if (!payload) return {};
  std::int64_t newest = 0;
  for (const json::Value& order : (*payload)["list"]["elements"]["order"].array()) {
    newest = std::max(newest, order["orderDate"].integer().value_or(0));
  }
  shift_times(*payload, domain::to_epoch_milliseconds(now) - 60'000 - newest);
  return json::write(*payload);
}

}  // namespace connector::app
