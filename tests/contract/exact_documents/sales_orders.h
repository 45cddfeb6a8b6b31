#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "exact/odata_query.h"
#include "json/value.h"

namespace connector::contract {

enum class SalesOrderStatus { open = 12, partial = 20, complete = 21, cancelled = 45 };

/// A line to be posted; it has no G/L account, which comes from the item (exact.md 4.4).
struct SalesOrderLine {
  std::string item;  ///< guid
  std::string description;
  domain::Decimal quantity;
  std::optional<domain::Decimal> unit_price;
  std::optional<domain::Decimal> net_price;
  std::string vat_code;
  std::string cost_center;
  std::string cost_unit;
};

struct SalesOrder {
  std::string ordered_by;  ///< guid
  std::string your_ref;
  std::string description;
  std::optional<domain::Date> order_date;
  std::optional<domain::Date> delivery_date;
  std::string currency;
  std::string warehouse;  ///< guid; trade editions only
  std::vector<SalesOrderLine> lines;
};

struct SalesOrderRecord {
  std::string id;
  std::string number;
  std::string your_ref;
  std::string currency;
  std::int64_t status = 0;  ///< SalesOrderStatus, or a number not known here
  std::optional<domain::Decimal> amount;
  std::optional<domain::Decimal> amount_excluding_vat;
};

struct SalesOrderLineRecord {
  std::string id;
  std::int64_t line_number = 0;
  std::string item;
  domain::Decimal quantity;
  domain::Decimal delivered;
  domain::Decimal invoiced;
  std::optional<domain::Decimal> net_price;
};

/// Body of POST salesorder/SalesOrders.
std::string sales_order_body(const SalesOrder& order);
/// Body of PUT salesorder/SalesOrderLines(guid'..').
std::string sales_order_line_quantity_body(domain::Decimal quantity);
domain::Result<SalesOrderRecord> read_sales_order(const json::Value& row);
domain::Result<SalesOrderLineRecord> read_sales_order_line(const json::Value& row);
/// The lines of one order: a POST shows them as deferred (exact.md 3.2).
exact::ODataQuery sales_order_lines_of(std::string_view order_id);

}  // namespace connector::contract
