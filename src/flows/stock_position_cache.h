#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/stock_comparison.h"
#include "exact/client.h"
#include "store/store.h"

namespace connector::flows {

/// Exact's stock positions as the store last saw them, kept fresh through the sync endpoint.
class StockPositionCache {
 public:
  StockPositionCache(exact::Client& exact, store::Store& store, store::ConnectionId connection)
      : exact_(exact), store_(store), connection_(connection) {}

  /// Reads what changed since the last time. `with_deletions` costs one more call, and reads all that were deleted
  /// since the last time it was asked for.
  ports::Task<ports::CallResult<std::monostate>> refresh(bool with_deletions);

 private:
  exact::Client& exact_;
  store::Store& store_;
  store::ConnectionId connection_;
};

/// All positions in the store.
domain::Result<std::map<domain::StockPlace, domain::StockPosition>> stock_positions(store::Reader& reader,
                                                                                    store::ConnectionId connection);
/// One of them; a place that Exact has no position for holds nothing.
domain::Result<domain::StockPosition> stock_position(store::Reader& reader, store::ConnectionId connection,
                                                     const domain::StockPlace& place);

}  // namespace connector::flows
