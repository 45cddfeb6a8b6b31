#pragma once

#include <string>
#include <string_view>

namespace connector::domain {

/// The text with A to Z as a to z, as SQLite's lower() has it; other letters stay as they are, whatever the locale.
std::string lower_case(std::string_view text);

}  // namespace connector::domain
