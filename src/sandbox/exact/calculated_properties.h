#pragma once

#include <string_view>

#include "sandbox/exact/value.h"

namespace connector::sandbox::exact {

class Administration;

/// The function that calculates a property at the moment of reading; nullptr for all that are stored or looked up.
Value (*calculation(TableId table, std::string_view property))(const Administration&, RowNumber);

}  // namespace connector::sandbox::exact
