#pragma once

#include <cstdint>
#include <vector>

#include "domain/price_planning.h"
#include "exact/client.h"

namespace connector::exact {

/// Changes of the sales price list (sync/Logistics/SalesItemPrices).
struct SalesItemPrices {
  std::vector<domain::ListPrice> rows;
  std::int64_t timestamp = 0;  ///< pass it in next time
};

/// What changed after `after_timestamp`; 0 = everything there is. `client` must outlive the task.
ports::Task<ports::CallResult<SalesItemPrices>> load_sales_item_prices(Client& client, std::int64_t after_timestamp);

/// One row of the price list as Exact shows it; the code is in ItemCode.
domain::ListPrice read_list_price(const json::Value& row);

}  // namespace connector::exact
