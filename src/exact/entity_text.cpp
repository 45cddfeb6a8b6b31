#include "exact/entity_text.h"

namespace connector::exact {

std::string fitting(std::string_view text, std::size_t length) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool begins_code_point = (byte & 0xC0U) != 0x80U;
    if (!begins_code_point) continue;
    units += byte >= 0xF0U ? 2 : 1;
    if (units > length) return std::string(text.substr(0, at));
  }
  return std::string(text);
}

EntityText& EntityText::text(std::string_view name, const std::string& value) {
  if (!value.empty()) value_.set(name, value);
  return *this;
}

EntityText& EntityText::date(std::string_view name, std::optional<domain::Date> value) {
  if (value) value_.set(name, date_text(*value));
  return *this;
}

EntityText& EntityText::amount(std::string_view name, std::optional<domain::Decimal> value) {
  if (value) value_.set(name, *value);
  return *this;
}

EntityText& EntityText::number(std::string_view name, std::int64_t value) {
  value_.set(name, value);
  return *this;
}

EntityText& EntityText::flag(std::string_view name, bool value) {
  value_.set(name, value);
  return *this;
}

EntityText& EntityText::list(std::string_view name, json::Array values) {
  value_.set(name, std::move(values));
  return *this;
}

}  // namespace connector::exact
