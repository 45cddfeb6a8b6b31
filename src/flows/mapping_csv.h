#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "csv/csv.h"
#include "domain/mapping.h"

namespace connector::flows {

/// The four files of a connection's mapping. Reading is all or nothing: either what the whole file says, or every
/// row that is wrong with what to do about it. Writing gives a file that reads back to the same.

/// `sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse` (design.md 1.4); columns in any order, all but
/// sku may be left out. Blanks around codes are dropped; a SKU must be without, and unique (charges in any case).
csv::Result<std::vector<domain::MappingRow>> parse_mapping_csv(std::string_view text);
std::string write_mapping_csv(const std::vector<domain::MappingRow>& rows);

/// `sku,exact_item,quantity,price_share`: one row per Exact item of a kit, in the order of its lines. `quantity` items
/// (above zero) go into one unit of the SKU, `price_share` (zero or more) is the weight of its share of the price; the
/// weights of a kit need not add up to one but may not all be zero.
using Kits = std::map<std::string, std::vector<domain::KitComponent>>;
csv::Result<Kits> parse_kits_csv(std::string_view text);
std::string write_kits_csv(const Kits& kits);

/// `alias,sku`: another name under which Walmart knows a SKU of the mapping.
using Aliases = std::map<std::string, std::string>;
csv::Result<Aliases> parse_aliases_csv(std::string_view text);
std::string write_aliases_csv(const Aliases& aliases);

/// `ship_node,warehouse` (design.md 1.4).
using ShipNodes = std::map<std::string, std::string>;
csv::Result<ShipNodes> parse_ship_nodes_csv(std::string_view text);
std::string write_ship_nodes_csv(const ShipNodes& ship_nodes);

}  // namespace connector::flows
