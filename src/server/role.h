#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector::server {

/// What a user or API token may do; each may all that those before it may.
enum class Role {
  viewer,         ///< see everything but secrets
  operates,       ///< "operator": mend mappings, decide about postings, run and pause flows
  administrator,  ///< connections, credentials, settings, users
};
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);

/// Who makes a request.
struct Caller {
  std::string name;  ///< user name, or "token:<name>"
  Role role = Role::viewer;
  std::int64_t user = 0;     ///< 0 for a token
  std::string session_hash;  ///< empty for a token
  std::string csrf;          ///< what a session's changing requests show in X-CSRF-Token
};

}  // namespace connector::server
