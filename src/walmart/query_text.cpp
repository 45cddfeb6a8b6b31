#include "walmart/query_text.h"

#include <fmt/format.h>

#include "ports/http.h"

namespace connector::walmart {

QueryText& QueryText::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_.append(text_.empty() ? "?" : "&").append(name).append("=").append(ports::percent_encode(value));
  return *this;
}

QueryText& QueryText::add(std::string_view name, std::optional<domain::UtcTime> time) {
  return time ? add(name, std::string_view(domain::to_iso8601_seconds(*time))) : *this;
}

std::string cursor_query(std::string_view cursor) {
  std::string query = cursor.starts_with('?') ? "" : "?";
  for (const char character : cursor) {
    const auto byte = static_cast<unsigned char>(character);
    const bool breaks_the_line =
        byte <= 0x20 || byte >= 0x7f || character == '#' || character == '"' || character == '<' || character == '>';
    if (breaks_the_line) {
      query.append(fmt::format("%{:02X}", byte));
    } else {
      query.push_back(character);
    }
  }
  return query;
}

}  // namespace connector::walmart
