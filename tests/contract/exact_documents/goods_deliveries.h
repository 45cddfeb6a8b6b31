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

struct GoodsDeliveryLine {
  std::string sales_order_line;  ///< guid
  domain::Decimal quantity;
  std::string tracking_number;
};

/// A delivery to be posted. It has no YourRef: the reference stands in `description`.
struct GoodsDelivery {
  std::optional<domain::Date> delivery_date;
  std::string description;
  std::string tracking_number;
  std::vector<GoodsDeliveryLine> lines;
};

struct GoodsDeliveryRecord {
  std::string id;  ///< EntryID
  std::string number;
  std::string description;
  std::optional<domain::Date> delivery_date;
};

/// Body of POST salesorder/GoodsDeliveries.
std::string goods_delivery_body(const GoodsDelivery& delivery);
domain::Result<GoodsDeliveryRecord> read_goods_delivery(const json::Value& row);
exact::ODataQuery goods_deliveries_by_description(std::string_view description);

}  // namespace connector::contract
