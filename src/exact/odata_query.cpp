#include "exact/odata_query.h"

#include <cctype>
#include <numeric>

#include "ports/http.h"

namespace connector::exact {

namespace {

std::string text_literal(std::string_view text) {
  std::string literal = "'";
  for (const char character : text) {
    if (character == '\'') literal.push_back('\'');
    literal.push_back(character);
  }
  literal.push_back('\'');
  return literal;
}

/// Whatever is no part of a guid is left out, so that no text can break out of the literal.
std::string guid_literal(std::string_view guid) {
  std::string literal = "guid'";
  for (const char character : guid) {
    if (std::isxdigit(static_cast<unsigned char>(character)) != 0 || character == '-') literal.push_back(character);
  }
  literal.push_back('\'');
  return literal;
}

/// Whole seconds, the form that every Exact property takes.
std::string datetime_literal(domain::UtcTime time) {
  std::string text = domain::to_iso8601_seconds(time);
  if (text.ends_with('Z')) text.pop_back();
  return "datetime'" + text + "'";
}

std::string comparison(std::string_view property, std::string_view comparator, std::string_view literal) {
  std::string text(property);
  return text.append(" ").append(comparator).append(" ").append(literal);
}

}  // namespace

ODataFilter ODataFilter::equals(std::string_view property, std::string_view text) {
  return ODataFilter(comparison(property, "eq", text_literal(text)));
}

ODataFilter ODataFilter::equals_guid(std::string_view property, std::string_view guid) {
  return ODataFilter(comparison(property, "eq", guid_literal(guid)));
}

ODataFilter ODataFilter::equals_number(std::string_view property, std::int64_t value) {
  return ODataFilter(comparison(property, "eq", std::to_string(value)));
}

ODataFilter ODataFilter::between(std::string_view property, std::int64_t first, std::int64_t last) {
  return ODataFilter(comparison(property, "ge", std::to_string(first))) &&
         ODataFilter(comparison(property, "le", std::to_string(last)));
}

ODataFilter ODataFilter::at_least(std::string_view property, domain::UtcTime time) {
  return ODataFilter(comparison(property, "ge", datetime_literal(std::chrono::floor<std::chrono::seconds>(time))));
}

ODataFilter ODataFilter::greater_than_timestamp(std::string_view property, std::int64_t timestamp) {
  return ODataFilter(comparison(property, "gt", std::to_string(timestamp) + "L"));
}

ODataFilter ODataFilter::starts_with(std::string_view property, std::string_view text) {
  std::string call = "startswith(";
  call.append(property).append(",").append(text_literal(text)).append(")");
  return ODataFilter(comparison(call, "eq", "true"));
}

ODataFilter ODataFilter::operator&&(const ODataFilter& other) const {
  const auto part = [](const ODataFilter& filter) {
    return filter.compound_ ? "(" + filter.text_ + ")" : filter.text_;
  };
  return ODataFilter(part(*this) + " and " + part(other));
}

ODataFilter ODataFilter::operator||(const ODataFilter& other) const {
  return ODataFilter(text_ + " or " + other.text_, true);
}

ODataFilter ODataFilter::any_of(const std::vector<ODataFilter>& terms) {
  return std::accumulate(terms.begin() + 1, terms.end(), terms.front(), std::logical_or<>());
}

ODataQuery& ODataQuery::select(std::vector<std::string> properties) {
  std::string list;
  for (const std::string& property : properties) {
    if (!list.empty()) list.push_back(',');
    list.append(property);
  }
  options_.emplace_back("$select", std::move(list));
  return *this;
}

ODataQuery& ODataQuery::filter(const ODataFilter& filter) {
  options_.emplace_back("$filter", filter.text());
  return *this;
}

ODataQuery& ODataQuery::expand(std::string_view collection) {
  options_.emplace_back("$expand", collection);
  return *this;
}

ODataQuery& ODataQuery::order_by(std::string_view property, bool descending) {
  options_.emplace_back("$orderby", std::string(property) + (descending ? " desc" : ""));
  return *this;
}

ODataQuery& ODataQuery::top(int rows) {
  options_.emplace_back("$top", std::to_string(rows));
  return *this;
}

ODataQuery& ODataQuery::skip(int rows) {
  options_.emplace_back("$skip", std::to_string(rows));
  return *this;
}

ODataQuery& ODataQuery::guid_parameter(std::string_view name, std::string_view guid) {
  options_.emplace_back(name, guid_literal(guid));
  return *this;
}

std::string ODataQuery::path_and_query() const {
  std::string text = resource_;
  char separator = '?';
  for (const auto& [name, value] : options_) {
    text.push_back(separator);
    text.append(name).append("=").append(ports::percent_encode(value));
    separator = '&';
  }
  return text;
}

std::string entity_address(std::string_view resource, std::string_view guid) {
  return std::string(resource) + "(" + guid_literal(guid) + ")";
}

}  // namespace connector::exact
