#include "sandbox/exact/value.h"

#include <algorithm>
#include <charconv>

namespace connector::sandbox::exact {

std::int64_t Value::as_integer() const {
  switch (kind_) {
    case Kind::boolean:
    case Kind::integer:
      return static_cast<std::int64_t>(first_);
    case Kind::decimal:
      return as_decimal().whole();
    default:
      return 0;
  }
}

domain::Decimal Value::as_decimal() const {
  switch (kind_) {
    case Kind::boolean:
    case Kind::integer:
      return domain::Decimal::from_integer(static_cast<std::int64_t>(first_));
    case Kind::decimal:
      return domain::Decimal::from_units(static_cast<std::int64_t>(first_));
    default:
      return {};
  }
}

Reference Value::as_reference() const {
  if (kind_ != Kind::reference) return {};
  return Reference{static_cast<TableId>(first_), static_cast<RowNumber>(second_)};
}

std::string_view Value::as_text() const {
  if (kind_ != Kind::text) return {};
  return {characters_, second_};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  std::string result;
  if (text.size() < width) result.assign(width - text.size(), ' ');
  result += text;
  return result;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& character : result) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return result;
}

std::optional<domain::UtcTime> parse_instant(std::string_view text) {
  constexpr std::string_view prefix = "/Date(";
  constexpr std::string_view suffix = ")/";
  if (text.size() > prefix.size() + suffix.size() && text.substr(0, prefix.size()) == prefix &&
      text.substr(text.size() - suffix.size()) == suffix) {
    const std::string_view digits = text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
    std::int64_t milliseconds = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
    if (result.ec != std::errc{}) return std::nullopt;
    // An offset may follow ("+0100"); the milliseconds are UTC all the same.
    if (result.ptr != digits.data() + digits.size() && *result.ptr != '+' && *result.ptr != '-') return std::nullopt;
    if (milliseconds > 253'402'300'799'999 || milliseconds < -62'135'596'800'000) return std::nullopt;
    return domain::from_epoch_milliseconds(milliseconds);
  }
  auto parsed = domain::parse_iso8601(text);
  if (!parsed) return std::nullopt;
  return *parsed;
}

}  // namespace connector::sandbox::exact
