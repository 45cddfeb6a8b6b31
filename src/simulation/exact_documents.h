#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/decimal.h"
#include "sandbox/exact/administration.h"

namespace connector::simulation {

/// A text of the books without its padding.
std::string text_of(const sandbox::exact::Value& value);
/// The code of the item of a document's line; "?" if it has none.
std::string item_of(const sandbox::exact::Administration& books, const sandbox::exact::Table& lines,
                    sandbox::exact::RowNumber line);
/// Whether an item is a product and not what a charge is booked on.
bool is_product(const std::string& item);
/// An invoice that takes a credit note back, because Walmart took the refund back, says so in its reference.
bool takes_a_credit_back(std::string_view reference);
/// The orders, with their amounts, that the remarks of a day's invoice list: "Orders: 1796277083022 12.34, ...".
std::vector<std::pair<std::string, domain::Decimal>> listed_orders(std::string_view remarks);

}  // namespace connector::simulation
