#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/mapping.h"
#include "domain/time.h"

namespace connector::simulation {

/// How a shop books: all on one account, or by product and charge with cost centers and without VAT.
enum class ShopMapping { one_account, by_product };

/// What is wrong with a mapping for a while; an empty SKU: nothing.
struct MappingMistakes {
  std::string without_item;      ///< the SKU has lost its item
  std::string mistyped_account;  ///< the SKU is on kMistypedAccount
};

/// An account that exists and is no product's.
inline constexpr const char* kMistypedAccount = "8200";

/// The mapping that people give the connector. `ship_nodes`: their warehouses.
domain::Mapping mapping_of(ShopMapping kind, const MappingMistakes& mistakes,
                           const std::map<std::string, std::string>& ship_nodes);

/// When a SKU was on the wrong account.
struct MistypedAccount {
  std::string sku;
  domain::UtcTime from{};
  std::optional<domain::UtcTime> until;
};

/// Where a line of an item is to be booked.
struct BookingPlace {
  std::string gl_account;
  std::string cost_center;  ///< empty: none
  std::string vat_code;     ///< empty: whatever Exact's item names
};

/// What a bookkeeper of the shop would say, written down apart from the mapping's rows.
BookingPlace place_of(ShopMapping kind, const std::string& item);

}  // namespace connector::simulation
