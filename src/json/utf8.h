#pragma once

#include <string>
#include <string_view>

namespace connector::json {

/// Whether it is valid UTF-8 without NUL, as all databases and readers of JSON take it.
bool is_plain_utf8(std::string_view text);
/// The text with U+FFFD for each byte that is no part of valid UTF-8, and for NUL: of an answer that was cut in the
/// middle of a letter, say.
std::string plain_utf8(std::string_view text);

}  // namespace connector::json
