#pragma once

#include "domain/price_planning.h"
#include "store/store.h"

namespace connector::flows {

/// Kinds of the rows in which the store keeps prices (store::ReferenceRow).
inline constexpr const char* kPriceDecision = "price_decision";  ///< code = SKU
inline constexpr const char* kListPrice = "list_price";          ///< code and id = id of Exact's row
inline constexpr const char* kListPriceMark = "sync/list_price";

store::ReferenceRow list_price_row(const domain::ListPrice& price);

}  // namespace connector::flows
