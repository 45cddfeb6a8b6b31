#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "exact/client.h"

namespace connector::exact {

/// A row of sync/Inventory/StockPositions: what is in stock of one item in one warehouse (exact.md 4.9).
struct StockPosition {
  std::string id;
  std::string item;       ///< code
  std::string warehouse;  ///< code
  domain::Decimal current;
  std::int64_t timestamp = 0;
};

struct StockPositions {
  std::vector<StockPosition> rows;  ///< in ascending order of row versions, each position once
  std::int64_t timestamp = 0;       ///< pass it in next time
};

/// What changed after `after_timestamp`; 0 = everything there is.
/// `client` must outlive the task.
ports::Task<ports::CallResult<StockPositions>> load_stock_positions(Client& client, std::int64_t after_timestamp);

}  // namespace connector::exact
