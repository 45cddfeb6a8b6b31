#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/mapping.h"
#include "domain/settings.h"

namespace connector::flows {

/// Whether a row's sku names a charge ("@shipping") and no product.
bool is_charge_row(std::string_view sku);

/// Whether no line is made of that charge under this tax policy: tax that is left out, or part of the prices.
bool is_left_out_charge(std::string_view sku, domain::TaxPolicy policy);

/// By the sku of their row: codes of items.
using ItemsByRow = std::map<std::string, std::vector<std::string>>;

/// Those of these sales items of which no row speaks, under the most special pattern that matches their code as a SKU;
/// the rest under "*".
ItemsByRow items_by_row(const domain::Mapping& mapping, const std::vector<std::string>& sales_items);

/// The codes of the items that the lines of a row may be booked with; `by_row` as items_by_row has them.
std::vector<std::string> items_of_row(const domain::MappingRow& row, const domain::ResolvedMapping& resolved,
                                      const ItemsByRow& by_row);

/// "WM-0001, WM-0002, WM-0003 and 4 more".
std::string name_items(const std::vector<std::string>& codes);

}  // namespace connector::flows
