#pragma once

#include <string>
#include <string_view>

#include "exact/odata_query.h"

namespace connector::exact {

/// A code as filters on it must be written: 18 characters, right-aligned.
std::string padded_account_code(std::string_view code);
/// Accounts with their id, code, name, status and whether they are blocked.
ODataQuery accounts_by_code(std::string_view code);
ODataQuery accounts_by_name(std::string_view name);

}  // namespace connector::exact
