#include "sandbox/walmart/rate_limits.h"

#include <algorithm>

#include "sandbox/walmart/errors.h"

namespace connector::sandbox::walmart {

RateLimits::Outcome RateLimits::take(const Limit& limit, domain::UtcTime now) {
  const std::int64_t window = limit.window.count();
  const std::int64_t full = limit.count * window;
  auto found = buckets_.find(limit.bucket);
  if (found == buckets_.end()) found = buckets_.emplace(std::string(limit.bucket), Bucket{full, now}).first;
  Bucket& bucket = found->second;
  // A wait longer than the window fills any bucket; capping it first keeps the product within 64 bits.
  const std::int64_t waited = std::clamp<std::int64_t>((now - bucket.at).count(), 0, window);
  bucket.level = std::min(full, bucket.level + waited * limit.count);
  bucket.at = std::max(bucket.at, now);
  Outcome outcome;
  outcome.admitted = bucket.level >= window;
  if (outcome.admitted) bucket.level -= window;
  outcome.left = bucket.level / window;
  const std::int64_t missing = bucket.level >= full ? 0 : window - bucket.level % window;
  outcome.next_token = now + domain::Milliseconds((missing + limit.count - 1) / limit.count);
  return outcome;
}

void add_rate_headers(const Switches& switches, const RateLimits::Outcome& outcome, domain::UtcTime now,
                      ports::HttpResponse& response) {
  const std::int64_t at = domain::to_epoch_milliseconds(outcome.next_token);
  std::string text = std::to_string(at);
  if (switches.replenishment_format == "epoch_seconds") text = std::to_string((at + 999) / 1000);
  if (switches.replenishment_format == "iso8601") text = domain::to_iso8601(outcome.next_token);
  if (switches.replenishment_format == "seconds")
    text = std::to_string(((outcome.next_token - now).count() + 999) / 1000);
  response.headers.emplace_back("X-Current-Token-Count", std::to_string(outcome.left));
  response.headers.emplace_back(switches.replenishment_header, std::move(text));
}

ports::HttpResponse too_many_requests(const Switches& switches, const RateLimits::Outcome& outcome,
                                      domain::UtcTime now) {
  ports::HttpResponse response =
      refuse(switches, Origin::gateway, 429,
             Fault{"REQUEST_THRESHOLD_VIOLATED", "", "Request threshold violated",
                   "The number of requests exceeds the limit. Please try again later.", "ERROR", "REQUEST"});
  add_rate_headers(switches, outcome, now, response);
  if (switches.retry_after) {
    const std::int64_t wait = (outcome.next_token - now).count();
    response.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(1, (wait + 999) / 1000)));
  }
  return response;
}

}  // namespace connector::sandbox::walmart
