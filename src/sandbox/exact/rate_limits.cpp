#include "sandbox/exact/rate_limits.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 86'400'000;

void add_headers(ports::HttpHeaders& headers, const std::string& prefix, std::int64_t limit, std::int64_t calls,
                 std::int64_t reset) {
  headers.emplace_back(prefix + "Limit", std::to_string(limit));
  headers.emplace_back(prefix + "Remaining", std::to_string(std::max<std::int64_t>(0, limit - calls)));
  headers.emplace_back(prefix + "Reset", std::to_string(reset));
}

}  // namespace

void RateLimits::roll(Window& window, std::int64_t number) {
  // A clock that steps back must not open an old window again.
  if (number <= window.number) return;
  window = Window{number, 0};
}

RateLimits::Windows& RateLimits::windows_of(const std::string& client, std::int64_t division, domain::UtcTime now) {
  const std::int64_t milliseconds = domain::to_epoch_milliseconds(now);
  Windows& windows = windows_[{client, division}];
  roll(windows.minute, milliseconds / minute_ms);
  roll(windows.day, milliseconds / day_ms);
  return windows;
}

RateLimits::Verdict RateLimits::take(const std::string& client, std::int64_t division, domain::UtcTime now,
                                     ports::HttpHeaders& headers) {
  Windows& windows = windows_of(client, division, now);
  if (switches_->day_limit != 0 && windows.day.calls >= switches_->day_limit) {
    ++counters_.day;
    add_day(headers, windows);
    return Verdict::day_exceeded;
  }
  if (switches_->minute_limit != 0 && windows.minute.calls >= switches_->minute_limit) {
    ++counters_.minute;
    add_minute(headers, windows);
    return Verdict::minute_exceeded;
  }
  ++windows.minute.calls;
  ++windows.day.calls;
  add_day(headers, windows);
  add_minute(headers, windows);
  return Verdict::allowed;
}

void RateLimits::add_day(ports::HttpHeaders& headers, const Windows& windows) const {
  if (switches_->day_limit == 0) return;
  add_headers(headers, "X-RateLimit-", switches_->day_limit, windows.day.calls, (windows.day.number + 1) * day_ms);
}

void RateLimits::add_minute(ports::HttpHeaders& headers, const Windows& windows) const {
  if (switches_->minute_limit == 0) return;
  add_headers(headers, "X-RateLimit-Minutely-", switches_->minute_limit, windows.minute.calls,
              (windows.minute.number + 1) * minute_ms);
}

ports::HttpHeaders RateLimits::told(const std::string& client, std::int64_t division, domain::UtcTime now) {
  ports::HttpHeaders headers;
  const Windows& windows = windows_of(client, division, now);
  add_day(headers, windows);
  add_minute(headers, windows);
  return headers;
}

void RateLimits::leave_of_day(const std::string& client, std::int64_t division, std::int64_t left,
                              domain::UtcTime now) {
  Window& day = windows_[{client, division}].day;
  roll(day, domain::to_epoch_milliseconds(now) / day_ms);
  day.calls = std::max(day.calls, switches_->day_limit - left);
}

bool RateLimits::is_blocked(const std::string& client, std::int64_t division, const std::string& endpoint,
                            domain::UtcTime now) {
  if (errors_.empty() || switches_->errors_per_hour == 0) return false;
  const auto found = errors_.find({client, division, endpoint});
  if (found == errors_.end() || now >= found->second.blocked_until) return false;
  ++counters_.errors;
  return true;
}

void RateLimits::note_error(const std::string& client, std::int64_t division, const std::string& endpoint,
                            domain::UtcTime now) {
  if (switches_->errors_per_hour == 0) return;
  ErrorCount& count = errors_[{client, division, endpoint}];
  if (now >= count.since + std::chrono::hours{1}) {
    count.since = now;
    count.errors = 0;
  }
  if (++count.errors < switches_->errors_per_hour) return;
  // One hour, and an hour more for each repetition.
  ++count.blocks;
  ++counters_.blocks;
  count.blocked_until = now + std::chrono::hours{count.blocks};
  count.since = count.blocked_until;
  count.errors = 0;
}

}  // namespace connector::sandbox::exact
