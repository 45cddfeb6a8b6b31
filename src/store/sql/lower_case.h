#pragma once

#include <string>
#include <string_view>

namespace connector::store::sql {

/// As SQLite's lower(): letters of ASCII alone. PostgreSQL's depends on the database's locale.
inline std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& letter : lowered) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lowered;
}

}  // namespace connector::store::sql
