#include "exact/rate_limits.h"

#include <charconv>
#include <string>

namespace connector::exact {

namespace {

constexpr std::int64_t least_epoch_milliseconds = 100'000'000'000;
constexpr std::int64_t end_of_year_9999 = 253'402'300'799'999;

std::optional<std::int64_t> number(const ports::HttpHeaders& headers, const std::string& name) {
  const auto header = ports::find_header(headers, name);
  if (!header) return std::nullopt;
  std::string_view text = *header;
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

RateWindow window(const ports::HttpHeaders& headers, const std::string& prefix) {
  RateWindow result;
  result.limit = number(headers, prefix + "Limit");
  result.remaining = number(headers, prefix + "Remaining");
  if (auto reset = number(headers, prefix + "Reset")) {
    // Seconds would be forty years ago as milliseconds.
    if (*reset < least_epoch_milliseconds) *reset *= 1000;
    if (*reset <= end_of_year_9999) result.reset = domain::from_epoch_milliseconds(*reset);
  }
  return result;
}

}  // namespace

RateLimits read_rate_limits(const ports::HttpHeaders& headers) {
  return {window(headers, "X-RateLimit-"), window(headers, "X-RateLimit-Minutely-")};
}

}  // namespace connector::exact
