#include "domain/time.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <stdexcept>

#include "domain/wall_time.h"

namespace connector::domain {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool skip(char character) {
    if (!rest_.starts_with(character)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `count` digits.
  std::optional<int> number(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char character : rest_.substr(0, count)) {
      if (character < '0' || character > '9') return std::nullopt;
      value = value * 10 + (character - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  std::optional<Date> date() {
    const auto year = number(4);
    if (!year || !skip('-')) return std::nullopt;
    const auto month = number(2);
    if (!month || !skip('-')) return std::nullopt;
    const auto day = number(2);
    if (!day) return std::nullopt;
    const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                    std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return date;
  }

  /// hh:mm[:ss[.fraction]]; digits beyond the millisecond are dropped.
  std::optional<Milliseconds> time_of_day() {
    const auto hour = number(2);
    if (!hour || *hour > 23 || !skip(':')) return std::nullopt;
    const auto minute = number(2);
    if (!minute || *minute > 59) return std::nullopt;
    Milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!skip(':')) return time;
    const auto second = number(2);
    if (!second || *second > 60) return std::nullopt;
    time += std::chrono::seconds(*second);
    if (!skip('.') && !skip(',')) return time;
    int weight = 100;
    std::size_t digits = 0;
    for (auto digit = number(1); digit; digit = number(1)) {
      time += Milliseconds(*digit * weight);
      weight /= 10;
      ++digits;
    }
    if (digits == 0) return std::nullopt;
    return time;
  }

  /// Z, +hh, +hhmm, +hh:mm or nothing.
  std::optional<std::chrono::minutes> offset() {
    if (done() || skip('Z') || skip('z')) return std::chrono::minutes(0);
    const bool negative = skip('-');
    if (!negative && !skip('+')) return std::nullopt;
    const auto hours = number(2);
    if (!hours || *hours > 23) return std::nullopt;
    int minutes = 0;
    if (!done()) {
      skip(':');
      const auto value = number(2);
      if (!value || *value > 59) return std::nullopt;
      minutes = *value;
    }
    const std::chrono::minutes total = std::chrono::hours(*hours) + std::chrono::minutes(minutes);
    return negative ? -total : total;
  }

 private:
  std::string_view rest_;
};

std::optional<UtcTime> read_time(std::string_view text) {
  Reader reader(text);
  const auto date = reader.date();
  if (!date) return std::nullopt;
  if (reader.done()) return start_of_day(*date);
  if (!reader.skip('T') && !reader.skip('t') && !reader.skip(' ')) return std::nullopt;
  const auto time = reader.time_of_day();
  if (!time) return std::nullopt;
  const auto offset = reader.offset();
  if (!offset || !reader.done()) return std::nullopt;
  return start_of_day(*date) + *time - *offset;
}

}  // namespace

std::string to_iso8601(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto milliseconds = (time - day).count();
  std::string text = to_iso8601(Date{day});
  const auto append = [&text](char before, std::int64_t number, std::int64_t first_digit) {
    text += before;
    for (; first_digit > 0; first_digit /= 10) text += static_cast<char>('0' + number / first_digit % 10);
  };
  append('T', milliseconds / 3'600'000, 10);
  append(':', milliseconds / 60'000 % 60, 10);
  append(':', milliseconds / 1'000 % 60, 10);
  append('.', milliseconds % 1'000, 100);
  return text += 'Z';
}

std::string to_iso8601_seconds(UtcTime time) {
  std::string text = to_iso8601(time);
  text.resize(text.size() - 5);
  return text += 'Z';
}

std::string to_iso8601(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Result<UtcTime> parse_iso8601(std::string_view text) {
  if (const auto time = read_time(text)) return *time;
  return fail(Cause::bad_input, "not an ISO 8601 time, such as 2026-11-23T10:11:12Z");
}

Result<Date> parse_date(std::string_view text) {
  Reader reader(text);
  const auto date = reader.date();
  if (!date || !reader.done()) return fail(Cause::bad_input, "not a date, such as 2026-11-23");
  return *date;
}

Result<Date> date_in_zone(UtcTime time, std::string_view zone) {
  const auto wall = wall_time(time, zone);
  if (!wall) return fail(wall.error());
  return Date{std::chrono::floor<std::chrono::days>(*wall)};
}

}  // namespace connector::domain
