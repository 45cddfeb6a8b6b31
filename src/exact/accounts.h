#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"
#include "exact/odata_query.h"
#include "json/value.h"

namespace connector::exact {

/// A code as filters on it must be written: 18 characters, right-aligned.
std::string padded_account_code(std::string_view code);
/// Accounts with their id, code, name, status and whether they are blocked.
ODataQuery accounts_by_code(std::string_view code);
ODataQuery accounts_by_name(std::string_view name);

/// Whether an account can be invoiced (exact.md 4.2: status C); true where Exact tells no status.
bool is_customer(const json::Value& account);

/// The one that can be invoiced among accounts, at least one, that are called `name`: of several the one with the id
/// `known`, else the only one that is not blocked. Points into `accounts`. Error missing_customer: there is none, or it
/// is blocked, or nothing tells which one.
domain::Result<const json::Value*> customer_among(const std::vector<json::Value>& accounts, const std::string& name,
                                                  const std::string& known);

}  // namespace connector::exact
