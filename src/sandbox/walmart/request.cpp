#include "sandbox/walmart/request.h"

#include <algorithm>

namespace connector::sandbox::walmart {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Request::Request(const ports::ServerRequest& given) : source(given), parameters(ports::parse_query(given.query())) {
  std::string_view path = given.path();
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (!segment.empty()) segments.push_back(ports::percent_decode(segment, false));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool Request::has(std::string_view name) const {
  return std::any_of(parameters.begin(), parameters.end(), [&](const auto& entry) { return entry.first == name; });
}

std::string_view Request::header(std::string_view name) const {
  const auto value = ports::find_header(source.headers, name);
  return value ? trimmed(*value) : std::string_view{};
}

}  // namespace connector::sandbox::walmart
