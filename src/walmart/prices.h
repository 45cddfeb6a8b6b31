#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// A base price to be set; Walmart refuses more than two decimals (walmart.md 5).
struct NewPrice {
  std::string sku;
  Money price;
};

/// What PUT /v3/price said. The price stands on the site some minutes later.
struct PriceAnswer {
  std::string sku;
  std::string message;
};

domain::Result<PriceAnswer> read_price_answer(std::string_view body);
/// Body of PUT /v3/price.
std::string price_body(const NewPrice& price);
/// File of feed type `price`: at most one entry per SKU has a defined outcome.
std::string price_feed(const std::vector<NewPrice>& prices);

}  // namespace connector::walmart
