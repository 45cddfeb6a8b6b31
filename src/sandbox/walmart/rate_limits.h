#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/switches.h"

namespace connector::sandbox::walmart {

/// A published limit: `count` calls in `window`, replenished gradually (walmart.md 1.5). count 0: unlimited.
struct Limit {
  std::string_view bucket;  ///< endpoints that share a bucket name share the tokens
  std::int64_t count = 0;
  domain::Milliseconds window{60'000};
};

/// One token bucket per name, exact in whole milliseconds.
class RateLimits {
 public:
  struct Outcome {
    bool admitted = true;
    std::int64_t left = 0;         ///< whole tokens after this call
    domain::UtcTime next_token{};  ///< when the next one is added; `now` when the bucket is full
  };

  Outcome take(const Limit& limit, domain::UtcTime now);

 private:
  struct Bucket {
    std::int64_t level = 0;  ///< tokens times window
    domain::UtcTime at{};
  };
  std::map<std::string, Bucket, std::less<>> buckets_;
};

/// Adds X-Current-Token-Count and the replenishment header.
void add_rate_headers(const Switches& switches, const RateLimits::Outcome& outcome, domain::UtcTime now,
                      ports::HttpResponse& response);
/// 429 REQUEST_THRESHOLD_VIOLATED.
ports::HttpResponse too_many_requests(const Switches& switches, const RateLimits::Outcome& outcome,
                                      domain::UtcTime now);

}  // namespace connector::sandbox::walmart
