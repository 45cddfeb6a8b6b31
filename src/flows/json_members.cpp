#include "flows/json_members.h"

#include <fmt/format.h>

namespace connector::flows {

void put(json::Value& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.set(name, text);
}

void put(json::Value& object, std::string_view name, const std::optional<domain::UtcTime>& time) {
  if (time) object.set(name, domain::to_iso8601(*time));
}

void put(json::Value& object, std::string_view name, const std::optional<domain::Date>& date) {
  if (date) object.set(name, domain::to_iso8601(*date));
}

domain::Decimal MemberReader::decimal(std::string_view name) const {
  return optional_decimal(name).value_or(domain::Decimal());
}

std::optional<domain::Decimal> MemberReader::optional_decimal(std::string_view name) const {
  const json::Value& member = object_[name];
  if (member.is_null()) return std::nullopt;
  const auto value = member.decimal();
  if (!value) refuse(name);
  return value;
}

std::optional<domain::UtcTime> MemberReader::time(std::string_view name) const {
  const json::Value& member = object_[name];
  if (member.is_null()) return std::nullopt;
  const auto value = domain::parse_iso8601(member.string());
  if (value) return *value;
  refuse(name);
  return std::nullopt;
}

std::optional<domain::Date> MemberReader::date(std::string_view name) const {
  const json::Value& member = object_[name];
  if (member.is_null()) return std::nullopt;
  const auto value = domain::parse_date(member.string());
  if (value) return *value;
  refuse(name);
  return std::nullopt;
}

bool MemberReader::flag(std::string_view name) const {
  const json::Value& member = object_[name];
  if (member.is_null()) return false;
  const auto value = member.boolean();
  if (!value) refuse(name);
  return value.value_or(false);
}

void MemberReader::refuse(std::string_view name) const {
  if (error_.message.empty()) error_.message = fmt::format("member \"{}\" cannot be read", name);
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

json::Value time_or_null(const std::optional<domain::UtcTime>& time) {
  return time ? json::Value(domain::to_iso8601(*time)) : json::Value();
}

}  // namespace connector::flows
