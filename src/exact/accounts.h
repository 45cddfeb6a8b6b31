#pragma once

#include <string>
#include <string_view>

#include "exact/odata_query.h"
#include "json/value.h"

namespace connector::exact {

/// A customer to be made: Status C, so that it can be invoiced (exact.md 4.2).
struct NewAccount {
  std::string name;
  std::string code;     ///< digits; empty: Exact gives the next one
  std::string country;  ///< ISO 3166 alpha-2; empty: the division's
};

struct AccountRecord {
  std::string id;
  std::string code;  ///< trimmed
  std::string name;
  std::string status;  ///< C = customer
  bool is_blocked = false;
};

inline constexpr std::string_view accounts_resource = "crm/Accounts";

/// A code as filters on it must be written: 18 characters, right-aligned.
std::string padded_account_code(std::string_view code);
/// Body of POST crm/Accounts.
std::string account_body(const NewAccount& account);
domain::Result<AccountRecord> read_account(const json::Value& row);
ODataQuery accounts_by_code(std::string_view code);
ODataQuery accounts_by_name(std::string_view name);

}  // namespace connector::exact
