#include "entity_text.h"

#include "exact/answers.h"

namespace connector::contract {

EntityText& EntityText::text(std::string_view name, const std::string& value) {
  if (!value.empty()) value_.set(name, value);
  return *this;
}

EntityText& EntityText::date(std::string_view name, std::optional<domain::Date> value) {
  if (value) value_.set(name, exact::date_text(*value));
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

}  // namespace connector::contract
