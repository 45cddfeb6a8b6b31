#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "domain/result.h"

namespace connector::domain {

using Milliseconds = std::chrono::milliseconds;
/// An instant in UTC with millisecond resolution; the only instant type inside.
using UtcTime = std::chrono::sys_time<Milliseconds>;
/// A calendar date without a zone, as bookkeeping uses.
using Date = std::chrono::year_month_day;

/// "2026-11-23T10:11:12.345Z"
std::string to_iso8601(UtcTime time);
/// "2026-11-23T10:11:12Z" (milliseconds dropped), the form Walmart's queries take.
std::string to_iso8601_seconds(UtcTime time);
/// "2026-11-23"
std::string to_iso8601(Date date);
/// Accepts a date, or date and time with optional fraction and `Z`, `+hh:mm`, `+hhmm`; no zone means UTC.
Result<UtcTime> parse_iso8601(std::string_view text);
Result<Date> parse_date(std::string_view text);
/// The calendar date of an instant in an IANA zone ("UTC", "Europe/Amsterdam"); bad_input for an unknown zone.
Result<Date> date_in_zone(UtcTime time, std::string_view zone);
inline UtcTime from_epoch_milliseconds(std::int64_t value) { return UtcTime{Milliseconds{value}}; }
inline std::int64_t to_epoch_milliseconds(UtcTime time) { return time.time_since_epoch().count(); }
/// Midnight UTC of a date.
inline UtcTime start_of_day(Date date) { return UtcTime{std::chrono::sys_days{date}}; }

}  // namespace connector::domain
