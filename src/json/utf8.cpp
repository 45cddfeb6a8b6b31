#include "json/utf8.h"

#include <simdjson.h>

#include <algorithm>

namespace connector::json {

namespace {

/// Bytes that a letter's first byte asks for; 0 for one that begins none.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
  return text.find('\0') == std::string_view::npos && simdjson::validate_utf8(text.data(), text.size());
}

std::string plain_utf8(std::string_view text) {
  if (is_plain_utf8(text)) return std::string(text);
  static constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_of(static_cast<unsigned char>(text[at]));
    const auto letter = text.substr(at, std::max<std::size_t>(length, 1));
    const bool whole = length > 0 && letter.size() == length && is_plain_utf8(letter);
    plain += whole ? letter : replacement;
    at += whole ? length : 1;
  }
  return plain;
}

}  // namespace connector::json
