#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exact/client.h"
#include "json/value.h"

namespace connector::exact {

/// The rows under d.results (or the array or single object under d) and d.__next; guids in lower case. Error:
/// malformed_response.
domain::Result<Page> read_page(std::string_view body);

/// The one object under d, also when it stands alone in d.results. Of it the `members` named are kept, at any depth;
/// all if none is; guids in lower case. Error: malformed_response.
domain::Result<json::Value> read_entity(std::string_view body, std::span<const std::string_view> members = {});

/// The rows of an expanded collection; nullptr when it was not expanded (deferred) or goes on at a nested __next, and
/// must be asked for on its own (exact.md 3.1).
const json::Array* expanded_rows(const json::Value& collection);

/// "/Date(1382667872203)/", also with an offset, which tells nothing about the instant, or ISO 8601. nullopt otherwise.
std::optional<domain::UtcTime> read_time(const json::Value& value);
/// The calendar date of read_time.
std::optional<domain::Date> read_date(const json::Value& value);

/// Text without the blanks that pad codes and countries (exact.md 3.1).
std::string read_code(const json::Value& value);

/// Edm.Boolean or an Edm.Byte of 0 or 1.
std::optional<bool> read_flag(const json::Value& value);

/// "2026-11-23T00:00:00", as bodies carry dates.
std::string date_text(domain::Date date);

}  // namespace connector::exact
