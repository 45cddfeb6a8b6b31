#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/exact/switches.h"

namespace connector::sandbox::exact {

/// The limits of exact.md 2: fixed windows of a whole minute and a UTC day per client and division, and the error
/// velocity per client, division and endpoint.
class RateLimits {
 public:
  explicit RateLimits(const Switches& switches) : switches_(&switches) {}

  enum class Verdict { allowed, minute_exceeded, day_exceeded };
  /// Counts one call; `headers` gets what the answer carries: both groups, on a refusal only the exceeded one.
  Verdict take(const std::string& client, std::int64_t division, domain::UtcTime now, ports::HttpHeaders& headers);

  /// What an answer to a call that does not count carries: both groups.
  ports::HttpHeaders told(const std::string& client, std::int64_t division, domain::UtcTime now);

  /// Another program of the client makes calls until at most so many of the day are left.
  void leave_of_day(const std::string& client, std::int64_t division, std::int64_t left, domain::UtcTime now);

  /// True while the client is blocked on the endpoint because of too many errors.
  bool is_blocked(const std::string& client, std::int64_t division, const std::string& endpoint, domain::UtcTime now);
  /// Counts an answer of 400, 401, 403 or 404 (500 by switch).
  void note_error(const std::string& client, std::int64_t division, const std::string& endpoint, domain::UtcTime now);

  struct Counters {
    std::int64_t minute = 0;  ///< 429s given because of the minute window
    std::int64_t day = 0;
    std::int64_t errors = 0;
    std::int64_t blocks = 0;  ///< how often an endpoint was blocked
  };
  const Counters& counters() const { return counters_; }

 private:
  struct Window {
    std::int64_t number = -1;
    std::int64_t calls = 0;
  };
  static void roll(Window& window, std::int64_t number);
  struct Windows {
    Window minute;
    Window day;
  };
  struct ErrorCount {
    domain::UtcTime since{};
    std::int64_t errors = 0;
    domain::UtcTime blocked_until{};
    std::int64_t blocks = 0;
  };

  void add_day(ports::HttpHeaders& headers, const Windows& windows) const;
  void add_minute(ports::HttpHeaders& headers, const Windows& windows) const;
  Windows& windows_of(const std::string& client, std::int64_t division, domain::UtcTime now);

  const Switches* switches_;
  std::map<std::pair<std::string, std::int64_t>, Windows> windows_;
  std::map<std::tuple<std::string, std::int64_t, std::string>, ErrorCount> errors_;
  Counters counters_;
};

}  // namespace connector::sandbox::exact
