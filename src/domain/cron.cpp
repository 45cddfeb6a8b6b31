#include "domain/cron.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <vector>

namespace connector::domain {
namespace {

struct Field {
  std::string_view name;
  unsigned low;
  unsigned high;
  std::string_view words;  ///< of three letters each, the first for `low`
};
constexpr std::array fields{Field{"minute", 0, 59, ""}, Field{"hour", 0, 23, ""}, Field{"day of month", 1, 31, ""},
                            Field{"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
                            Field{"day of week", 0, 7, "SUNMONTUEWEDTHUFRISAT"}};

std::vector<std::string_view> split_at(std::string_view text, char separator, bool keep_empty) {
  std::vector<std::string_view> parts;
  while (true) {
    std::size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    if (keep_empty || !part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> number_in(std::string_view text, unsigned low, unsigned high) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

std::optional<unsigned> value_in(std::string_view text, const Field& field) {
  constexpr std::size_t letters = 3;
  if (text.size() != letters) return number_in(text, field.low, field.high);
  std::string word(text);
  for (char& letter : word) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  for (std::size_t i = 0; i * letters < field.words.size(); ++i) {
    if (field.words.substr(i * letters, letters) == word) return field.low + static_cast<unsigned>(i);
  }
  return std::nullopt;
}

/// The values of one list element such as "10-20/5"; nullopt when malformed.
std::optional<std::bitset<64>> values_of(std::string_view part, const Field& field) {
  unsigned step = 1;
  std::size_t slash = part.find('/');
  if (slash != std::string_view::npos) {
    auto given = number_in(part.substr(slash + 1), 1, field.high);
    if (!given) return std::nullopt;
    step = *given;
    part = part.substr(0, slash);
  }
  unsigned from = field.low;
  unsigned to = field.high;
  if (part != "*") {
    std::size_t dash = part.find('-');
    auto first = value_in(part.substr(0, dash), field);
    auto last = dash == std::string_view::npos ? first : value_in(part.substr(dash + 1), field);
    if (!first || !last || *last < *first) return std::nullopt;
    // "5/10" has no range to step through; cron reads it as "5-max/10".
    from = *first;
    to = dash == std::string_view::npos && slash != std::string_view::npos ? field.high : *last;
  }
  std::bitset<64> values;
  for (unsigned value = from; value <= to; value += step) values.set(value);
  return values;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  std::vector<std::string_view> parts = split_at(text, ' ', false);
  if (parts.size() != fields.size()) {
    return fail(Cause::bad_input,
                fmt::format("\"{}\" is no cron expression; it needs five fields: minute hour day month weekday", text));
  }
  Cron cron;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (std::string_view part : split_at(parts[i], ',', true)) {
      auto values = values_of(part, fields[i]);
      if (!values) {
        return fail(Cause::bad_input, fmt::format("\"{}\": \"{}\" is no {} ({} to {})", text, parts[i], fields[i].name,
                                                  fields[i].low, fields[i].high));
      }
      cron.fields_[i] |= *values;
    }
  }
  if (cron.fields_[4].test(7)) cron.fields_[4].set(0);
  cron.any_day_of_month_ = parts[2].starts_with('*');
  cron.any_day_of_week_ = parts[4].starts_with('*');
  return cron;
}

bool Cron::fits_day(Date date) const {
  if (!fields_[3].test(unsigned{date.month()})) return false;
  bool day_of_month = fields_[2].test(unsigned{date.day()});
  bool day_of_week = fields_[4].test(std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding());
  if (any_day_of_month_ || any_day_of_week_) return day_of_month && day_of_week;
  return day_of_month || day_of_week;
}

std::optional<UtcTime> Cron::next_after(UtcTime time) const {
  using std::chrono::minutes;
  std::chrono::sys_time<minutes> minute = std::chrono::floor<minutes>(time) + minutes{1};
  std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(minute);
  // Leap days come back within eight years at most.
  for (int i = 0; i < 8 * 366 + 2; ++i, day += std::chrono::days{1}, minute = day) {
    if (!fits_day(Date{day})) continue;
    for (; minute < day + std::chrono::days{1}; minute += minutes{1}) {
      auto of_day = static_cast<unsigned>((minute - day).count());
      if (fields_[1].test(of_day / 60) && fields_[0].test(of_day % 60)) return UtcTime{minute};
    }
  }
  return std::nullopt;
}

}  // namespace connector::domain
