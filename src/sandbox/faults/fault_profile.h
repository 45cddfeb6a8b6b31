#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/faults/seeded_stream.h"

namespace connector::sandbox {

/// How often each fault happens, per million requests. "Effect" is the service's handling of the request.
struct FaultRates {
  std::string name = "calm";
  std::uint32_t delay_before = 0;  ///< waits up to `longest_delay` before the effect
  std::uint32_t delay_after = 0;   ///< the same between effect and answer
  domain::Milliseconds longest_delay{0};
  std::uint32_t stall_before = 0;  ///< waits `stall`, beyond what clients wait
  std::uint32_t stall_after = 0;
  domain::Milliseconds stall{0};
  std::uint32_t drop_before = 0;          ///< reset without effect
  std::uint32_t reset_after = 0;          ///< effect, then reset without an answer
  std::uint32_t server_error_before = 0;  ///< 500, 502, 503 or 408 without effect
  std::uint32_t server_error_after = 0;   ///< effect, then 500, 502, 503 or 408
  std::uint32_t rate_limited = 0;         ///< 429 without effect, whatever the real windows say
  std::uint32_t truncated = 0;            ///< effect, then half an answer and a reset
  std::uint32_t duplicated = 0;           ///< GET, HEAD and PUT are handled twice
  std::uint32_t duplicated_unsafe = 0;    ///< the same for POST and DELETE; 0 in all named profiles: no client of an
                                          ///< API without idempotency keys can undo it
  domain::Milliseconds clock_skew{0};     ///< the service's clock is off by up to so much, constantly
};

/// The rates of a named profile: calm, slow, flaky or hostile; nullopt for another name.
std::optional<FaultRates> fault_rates(std::string_view name);

/// What happens to one request.
struct FaultDecision {
  enum class Kind { none, drop_before, reset_after, answer_before, answer_after, truncated };
  Kind kind = Kind::none;
  domain::Milliseconds delay_before{0};
  domain::Milliseconds delay_after{0};
  domain::Milliseconds clock_skew{0};
  ports::HttpResponse answer;          ///< with answer_before and answer_after
  std::uint32_t kept_per_million = 0;  ///< of the body, with truncated
  bool duplicated = false;
  bool answer_of_second = false;  ///< with duplicated: which answer the client gets
};

/// Decides per request, reproducibly for a seed and an order of requests.
class FaultProfile {
 public:
  /// `server_error_body` is what the service's generic 500 says, as JSON.
  FaultProfile(FaultRates rates, std::uint64_t seed, std::string server_error_body = {});

  FaultDecision decide(const ports::ServerRequest& request);
  const FaultRates& rates() const { return rates_; }

 private:
  domain::Milliseconds some_delay();
  ports::HttpResponse server_error();

  FaultRates rates_;
  SeededStream chance_;
  std::string server_error_body_;
  domain::Milliseconds clock_skew_{0};
};

}  // namespace connector::sandbox
