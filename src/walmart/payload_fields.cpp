#include "walmart/payload_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace connector::walmart {

using domain::Cause;
using json::Value;

namespace {

constexpr std::int64_t end_of_year_9999 = 253'402'300'799'999;
constexpr std::string_view blanks = " \t\r\n";
/// Far above any seller's; what is reckoned of such numbers does not overflow.
const domain::Decimal kMost = domain::Decimal::from_integer(1'000'000'000);

/// nullopt also for a number beyond all reason.
std::optional<domain::Decimal> read_number(const Value& value) {
  const auto number = value.decimal();
  return number && number->abs() <= kMost ? number : std::nullopt;
}

}  // namespace

std::optional<Money> read_money(const Value& value) {
  auto amount = read_number(value["amount"]);
  if (!amount) amount = read_number(value["currencyAmount"]);
  if (!amount) return std::nullopt;
  for (const std::string_view name : {"currency", "currencyUnit", "unit"}) {
    const std::string currency = trimmed(value[name].text_or(""));
    if (!currency.empty()) return Money{currency, *amount};
  }
  return std::nullopt;
}

std::optional<domain::UtcTime> read_instant(const Value& value) {
  if (const auto milliseconds = value.integer()) {
    if (*milliseconds < 0 || *milliseconds > end_of_year_9999) return std::nullopt;
    return domain::from_epoch_milliseconds(*milliseconds);
  }
  const auto time = domain::parse_iso8601(value.string());
  if (!time) return std::nullopt;
  const auto milliseconds = domain::to_epoch_milliseconds(*time);
  if (milliseconds < 0 || milliseconds > end_of_year_9999) return std::nullopt;
  return *time;
}

std::optional<domain::Decimal> read_quantity(const Value& value) {
  if (!value.is_object()) return read_number(value);
  const auto amount = read_number(value["amount"]);
  return amount ? amount : read_number(value["measurementValue"]);
}

std::vector<const Value*> elements(const Value& value) {
  std::vector<const Value*> found;
  if (value.is_object()) found.push_back(&value);
  for (const Value& element : value.array()) found.push_back(&element);
  return found;
}

bool read_flag(const Value& value, bool fallback) {
  if (const auto flag = value.boolean()) return *flag;
  if (value.string() == "true") return true;
  if (value.string() == "false") return false;
  return fallback;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

bool same_word(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
  });
}

void report_unknown(std::vector<std::string>& words, std::string_view where, std::string_view word,
                    std::initializer_list<std::string_view> known) {
  if (word.empty()) return;
  if (std::any_of(known.begin(), known.end(), [word](auto name) { return same_word(name, word); })) return;
  std::string text = fmt::format("{}={}", where, word);
  if (std::find(words.begin(), words.end(), text) == words.end()) words.push_back(std::move(text));
}

domain::Result<Value> read_document(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto first = body.find_first_not_of(blanks);
  if (first == std::string_view::npos) return domain::fail(Cause::malformed_response, "Walmart's answer is empty");
  if (body[first] == '<') {
    return domain::fail(Cause::malformed_response, "Walmart answered with a page of HTML or XML instead of JSON");
  }
  auto document = json::parse(body);
  if (!document) return domain::fail(Cause::malformed_response, "Walmart's answer: " + document.error().message);
  return document;
}

tl::unexpected<domain::Error> no_such(std::string_view what) {
  return domain::fail(domain::Cause::malformed_response, "Walmart's answer holds no " + std::string(what));
}

tl::unexpected<domain::Error> unreadable(std::string message) {
  return domain::fail(domain::Cause::unexpected_source_data, std::move(message));
}

}  // namespace connector::walmart
