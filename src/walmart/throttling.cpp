#include "walmart/throttling.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "walmart/payload_fields.h"

namespace connector::walmart {

using domain::Milliseconds;
using domain::UtcTime;

namespace {

constexpr Milliseconds furthest{std::chrono::hours{24}};
constexpr Milliseconds usual_wait{60'000};
constexpr std::int64_t least_epoch_milliseconds = 100'000'000'000;
constexpr std::int64_t least_epoch_seconds = 100'000'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", the one form of dates that HTTP still sends.
std::optional<UtcTime> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT") || text[3] != ',') return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const auto number = static_cast<int>(month - months.begin()) + 1;
  std::string iso(text.substr(12, 4));
  iso.append(number < 10 ? "-0" : "-1").append(std::to_string(number % 10)).append("-");
  iso.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append("Z");
  const auto time = domain::parse_iso8601(iso);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<UtcTime> moment(std::string_view header, UtcTime now) {
  const std::string text = trimmed(header);
  std::optional<UtcTime> time;
  if (const auto number = whole_number(text)) {
    if (*number >= least_epoch_milliseconds) {
      time = domain::from_epoch_milliseconds(std::min(*number, domain::to_epoch_milliseconds(now + furthest)));
    } else if (*number >= least_epoch_seconds) {
      time = UtcTime{std::chrono::seconds{*number}};
    } else {
      time = now + std::chrono::seconds{*number};
    }
  } else if (const auto iso = domain::parse_iso8601(text)) {
    time = *iso;
  } else {
    time = http_date(text);
  }
  if (!time) return std::nullopt;
  return std::clamp(*time, now, now + furthest);
}

std::optional<UtcTime> moment_of(const ports::HttpHeaders& headers, std::string_view name, UtcTime now) {
  const auto header = ports::find_header(headers, name);
  return header ? moment(*header, now) : std::nullopt;
}

}  // namespace

Throttling read_throttling(const ports::HttpHeaders& headers, UtcTime now) {
  Throttling throttling;
  if (const auto count = ports::find_header(headers, "X-Current-Token-Count")) {
    throttling.calls_left = whole_number(trimmed(*count));
  }
  throttling.replenished_at = moment_of(headers, "X-Next-Replenishment-Time", now);
  if (!throttling.replenished_at) throttling.replenished_at = moment_of(headers, "X-Next-Replenish-Time", now);
  throttling.retry_at = moment_of(headers, "Retry-After", now);
  return throttling;
}

UtcTime retry_time(const ports::HttpHeaders& headers, UtcTime now) {
  const Throttling throttling = read_throttling(headers, now);
  if (throttling.retry_at) return *throttling.retry_at;
  return throttling.replenished_at.value_or(now + usual_wait);
}

}  // namespace connector::walmart
