#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/stock_comparison.h"
#include "store/store.h"

namespace connector::flows {

/// Keeps what Walmart had in hand per SKU and ship node when it was read last, also that it did not tell; writes only
/// what changed. `only`: the SKUs that were looked at; empty: all.
domain::Result<void> remember_walmart_stock(store::Transaction& transaction, store::ConnectionId connection,
                                            const std::vector<domain::NodeQuantity>& quantities,
                                            const std::set<std::string>& only);

/// By SKU, then ship node.
domain::Result<std::vector<domain::NodeQuantity>> walmart_stock(store::Reader& reader, store::ConnectionId connection);

}  // namespace connector::flows
