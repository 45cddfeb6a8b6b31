#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/decimal.h"
#include "domain/result.h"
#include "domain/time.h"
#include "json/value.h"

namespace connector::flows {

/// Adds a member unless it is empty, so that stored facts stay short.
void put(json::Value& object, std::string_view name, const std::string& text);
void put(json::Value& object, std::string_view name, const std::optional<domain::UtcTime>& time);
void put(json::Value& object, std::string_view name, const std::optional<domain::Date>& date);

/// Null when there is none, for lists in which every member stands.
json::Value text_or_null(const std::string& text);
json::Value time_or_null(const std::optional<domain::UtcTime>& time);

/// Reads members of an object of our own making: absent ones give the empty value, unreadable ones are remembered
/// as the first error, so that a caller checks once. Keeps a reference to the object.
class MemberReader {
 public:
  explicit MemberReader(const json::Value& object, domain::Error& error) : object_(object), error_(error) {}

  std::string text(std::string_view name) const { return object_[name].text_or(""); }
  domain::Decimal decimal(std::string_view name) const;
  std::optional<domain::Decimal> optional_decimal(std::string_view name) const;
  std::optional<domain::UtcTime> time(std::string_view name) const;
  std::optional<domain::Date> date(std::string_view name) const;
  bool flag(std::string_view name) const;

 private:
  void refuse(std::string_view name) const;

  const json::Value& object_;
  domain::Error& error_;
};

}  // namespace connector::flows
