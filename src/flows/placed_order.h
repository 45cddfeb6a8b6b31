#pragma once

#include <string>
#include <vector>

#include "domain/decimal.h"
#include "json/value.h"

namespace connector::flows {

/// A sales order that Exact has made and whose lines' ids are not known yet, as the target_data of its posting.
struct PlacedOrder {
  std::string id;      ///< guid
  std::string number;  ///< OrderNumber
};

std::string to_target_data(const PlacedOrder& order);
/// With an empty id if `target_data` is none.
PlacedOrder read_placed_order(const std::string& target_data);

/// A line of a sales order as it stands in Exact; kept in the order posting's target_data.
struct PlacedOrderLine {
  std::string id;
  domain::Decimal quantity;
  domain::Decimal net_price;
};

json::Value to_json(const std::vector<PlacedOrderLine>& lines);
std::vector<PlacedOrderLine> placed_order_lines(const std::string& target_data);

/// The target_data of a posted sales order: its lines in Exact's own order. `rows` are salesorder/SalesOrderLines with
/// ID, LineNumber, Quantity and NetPrice.
std::string placed_lines_data(std::vector<json::Value> rows);

/// The document number that Exact states, without the spaces before it; empty for 0, which is none yet.
std::string number_text(const json::Value& value);

}  // namespace connector::flows
