#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/decimal.h"
#include "domain/time.h"
#include "json/value.h"

namespace connector::contract {

/// A request body under construction: members stand in the order they are given, and what is empty is left out, so
/// that Exact's defaults apply.
class EntityText {
 public:
  EntityText& text(std::string_view name, const std::string& value);
  EntityText& date(std::string_view name, std::optional<domain::Date> value);
  EntityText& amount(std::string_view name, std::optional<domain::Decimal> value);
  EntityText& number(std::string_view name, std::int64_t value);
  EntityText& flag(std::string_view name, bool value);
  EntityText& list(std::string_view name, json::Array values);
  const json::Value& value() const { return value_; }
  std::string body() const { return json::write(value_); }

 private:
  json::Value value_ = json::Object{};
};

}  // namespace connector::contract
