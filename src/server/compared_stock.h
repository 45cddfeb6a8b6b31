#pragma once

#include <map>
#include <set>

#include "domain/stock_comparison.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::server {

/// What a comparison of stock found, by place.
struct ComparedStock {
  std::map<domain::StockPlace, const json::Value*> different;  ///< its lines, which the report holds
  std::set<domain::StockPlace> moving;                         ///< left to the next run
  std::set<domain::StockPlace> untold;                         ///< of which Walmart did not tell all
};

/// Of a report of the inventory flow, which must outlive it.
ComparedStock compared_stock(const json::Value& report);

/// Places that were counted in Exact after the comparison of this report had read it, so that what it found different
/// there is no more.
domain::Result<std::set<domain::StockPlace>> counted_since(store::Reader& reader, store::ConnectionId connection,
                                                           const json::Value& report);

}  // namespace connector::server
