#pragma once

#include <map>
#include <string>

#include "domain/mapping.h"

namespace connector::simulation {

/// How a shop books: all on one account, or by product and charge with cost centers and without VAT.
enum class ShopMapping { one_account, by_product };

/// The mapping that people give the connector. `without_sku`: a SKU that has lost its item; empty: none has.
/// `ship_nodes`: their warehouses.
domain::Mapping mapping_of(ShopMapping kind, const std::string& without_sku,
                           const std::map<std::string, std::string>& ship_nodes);

/// Where a line of an item is to be booked.
struct BookingPlace {
  std::string gl_account;
  std::string cost_center;  ///< empty: none
  std::string vat_code;     ///< empty: whatever Exact's item names
};

/// What a bookkeeper of the shop would say, written down apart from the mapping's rows.
BookingPlace place_of(ShopMapping kind, const std::string& item);

}  // namespace connector::simulation
