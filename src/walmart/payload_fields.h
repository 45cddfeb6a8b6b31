#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "json/value.h"

namespace connector::walmart {

/// An amount with its ISO 4217 currency.
struct Money {
  std::string currency;
  domain::Decimal amount;
  bool operator==(const Money&) const = default;
};

/// Reads all three spellings of an amount: {amount,currency}, {amount,unit} and {currencyAmount,currencyUnit}
/// (walmart.md 9, point 8). nullopt if the number or the currency is missing or unreadable, or the number above a
/// thousand million.
std::optional<Money> read_money(const json::Value& value);

/// Reads an instant: epoch milliseconds as a number or as digits, or ISO 8601 with any zone (walmart.md 9, point 9).
/// nullopt if absent, unreadable or outside the years 1970 to 9999.
std::optional<domain::UtcTime> read_instant(const json::Value& value);

/// Reads a quantity: {amount} (orders, inventory), {measurementValue} (returns, events), or a bare number. nullopt
/// if it is missing, unreadable or above a thousand million.
std::optional<domain::Decimal> read_quantity(const json::Value& value);

/// The elements of a list that may also come as a single object, or be null or absent.
std::vector<const json::Value*> elements(const json::Value& value);

/// A boolean, also as the text "true" or "false"; `fallback` otherwise.
bool read_flag(const json::Value& value, bool fallback);

/// Without blanks, tabs and line ends on both sides (error codes carry trailing tabs, walmart.md 5).
std::string trimmed(std::string_view text);

/// Whether two words are the same but for upper and lower case (events shout what orders say, walmart.md 6).
bool same_word(std::string_view one, std::string_view other);

/// Adds "where=word" to `words`, once, unless the word is empty or known.
void report_unknown(std::vector<std::string>& words, std::string_view where, std::string_view word,
                    std::initializer_list<std::string_view> known);

/// The document of a body; a leading byte order mark is skipped. Error: malformed_response, saying so when it is a page
/// of HTML or XML.
domain::Result<json::Value> read_document(std::string_view body);

/// The failure of an answer that is readable but lacks what it is about: malformed_response.
tl::unexpected<domain::Error> no_such(std::string_view what);
/// The failure of an order or return that says what cannot be: unexpected_source_data.
tl::unexpected<domain::Error> unreadable(std::string message);

}  // namespace connector::walmart
