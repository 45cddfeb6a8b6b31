#pragma once

#include <string_view>

/// Calls are admitted and counted (ports::CallGate) by their resource path, such as "salesinvoice/SalesInvoices",
/// because Exact's error limit is per endpoint (exact.md 2); these are those that other code names.
namespace connector::exact::endpoints {

inline constexpr std::string_view token = "oauth2/token";
inline constexpr std::string_view me = "current/Me";
inline constexpr std::string_view divisions = "system/Divisions";

}  // namespace connector::exact::endpoints
