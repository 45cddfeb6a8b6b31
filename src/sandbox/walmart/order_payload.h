#pragma once

#include <string>

#include "domain/result.h"
#include "json/value.h"
#include "sandbox/walmart/order.h"
#include "sandbox/walmart/switches.h"

namespace connector::sandbox::walmart {

/// What the caller asked to see besides.
struct OrderDetail {
  bool product_info = false;      ///< imageUrl and weight
  bool replacement_info = false;  ///< orderType and originalCustomerOrderID
};

/// Appends the order object as the orders API shows it. A loaded order that nothing happened to comes back member by
/// member as it was loaded.
void append_order(std::string& out, const Order& order, OrderDetail detail, const Switches& switches);

/// Reads one order object of Walmart's form; `loaded` is set to `payload`, which must outlive the order.
/// Charge amounts are taken as line totals or per unit by the switch. Error: bad_input naming the member.
domain::Result<Order> read_order(const json::Value& payload, const Switches& switches);

}  // namespace connector::sandbox::walmart
