#include "sandbox/faults/fault_profile.h"

namespace connector::sandbox {
namespace {

using domain::Milliseconds;

const std::vector<FaultRates>& profiles() {
  static const std::vector<FaultRates> all = [] {
    FaultRates calm;
    FaultRates slow;
    slow.name = "slow";
    slow.delay_before = 300'000;
    slow.delay_after = 300'000;
    slow.longest_delay = Milliseconds{800};
    FaultRates flaky;
    flaky.name = "flaky";
    flaky.delay_before = 50'000;
    flaky.delay_after = 50'000;
    flaky.longest_delay = Milliseconds{400};
    flaky.drop_before = 10'000;
    flaky.reset_after = 10'000;
    flaky.server_error_before = 10'000;
    flaky.server_error_after = 5'000;
    flaky.rate_limited = 5'000;
    flaky.truncated = 5'000;
    flaky.duplicated = 5'000;
    flaky.clock_skew = Milliseconds{200};
    FaultRates hostile;
    hostile.name = "hostile";
    hostile.delay_before = 100'000;
    hostile.delay_after = 100'000;
    hostile.longest_delay = Milliseconds{1'000};
    hostile.stall_before = 500;
    hostile.stall_after = 500;
    hostile.stall = Milliseconds{45'000};
    hostile.drop_before = 40'000;
    hostile.reset_after = 40'000;
    hostile.server_error_before = 30'000;
    hostile.server_error_after = 30'000;
    hostile.rate_limited = 20'000;
    hostile.truncated = 30'000;
    hostile.duplicated = 20'000;
    hostile.clock_skew = Milliseconds{2'000};
    return std::vector<FaultRates>{calm, slow, flaky, hostile};
  }();
  return all;
}

bool is_safe(const std::string& method) { return method == "GET" || method == "HEAD" || method == "PUT"; }

/// Losing the answer to a person's sign-in only costs another sign-in, which no program can repeat: let it through.
bool is_sign_in(const ports::ServerRequest& request) {
  return request.body.find("grant_type=authorization_code") != std::string::npos ||
         request.path().find("/oauth2/auth") != std::string_view::npos;
}

}  // namespace

std::optional<FaultRates> fault_rates(std::string_view name) {
  for (const FaultRates& rates : profiles()) {
    if (rates.name == name) return rates;
  }
  return std::nullopt;
}

FaultProfile::FaultProfile(FaultRates rates, std::uint64_t seed, std::string server_error_body)
    : rates_(std::move(rates)),
      chance_(SeededStream::mix(seed) ^ 0xfa017ULL),
      server_error_body_(std::move(server_error_body)) {
  const std::int64_t most = rates_.clock_skew.count();
  if (most > 0) {
    clock_skew_ =
        Milliseconds{static_cast<std::int64_t>(chance_.below(2 * static_cast<std::uint64_t>(most) + 1)) - most};
  }
}

Milliseconds FaultProfile::some_delay() {
  const auto longest = static_cast<std::uint64_t>(rates_.longest_delay.count());
  return longest == 0 ? Milliseconds{0} : Milliseconds{static_cast<std::int64_t>(1 + chance_.below(longest))};
}

ports::HttpResponse FaultProfile::server_error() {
  constexpr std::string_view page =
      "<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>";
  switch (chance_.below(6)) {
    case 0:
    case 1:
      return {500, {{"Content-Type", "application/json; charset=utf-8"}}, server_error_body_};
    case 2:
      return {502, {}, {}};
    case 3:
      return {503, {{"Content-Type", "text/html"}}, std::string(page)};
    default:
      return {503, {}, {}};
  }
}

FaultDecision FaultProfile::decide(const ports::ServerRequest& request) {
  FaultDecision decision;
  // The control APIs of the sandbox must stay reliable: tests judge by them.
  if (request.path().substr(0, 9) == "/sandbox/") return decision;
  decision.clock_skew = clock_skew_;
  if (chance_.happens(rates_.delay_before)) decision.delay_before = some_delay();
  if (chance_.happens(rates_.delay_after)) decision.delay_after = some_delay();
  if (is_sign_in(request)) return decision;
  if (chance_.happens(rates_.stall_before)) decision.delay_before = rates_.stall;
  if (chance_.happens(rates_.stall_after)) decision.delay_after = rates_.stall;
  if (chance_.happens(is_safe(request.method) ? rates_.duplicated : rates_.duplicated_unsafe)) {
    decision.duplicated = true;
    decision.answer_of_second = chance_.below(2) == 1;
  }
  if (chance_.happens(rates_.drop_before)) {
    decision.kind = FaultDecision::Kind::drop_before;
  } else if (chance_.happens(rates_.rate_limited)) {
    decision.kind = FaultDecision::Kind::answer_before;
    decision.answer.status = 429;
  } else if (chance_.happens(rates_.server_error_before)) {
    decision.kind = FaultDecision::Kind::answer_before;
    decision.answer = server_error();
  } else if (chance_.happens(rates_.reset_after)) {
    decision.kind = FaultDecision::Kind::reset_after;
  } else if (chance_.happens(rates_.server_error_after)) {
    decision.kind = FaultDecision::Kind::answer_after;
    decision.answer = server_error();
  } else if (chance_.happens(rates_.truncated)) {
    decision.kind = FaultDecision::Kind::truncated;
    decision.kept_per_million = static_cast<std::uint32_t>(chance_.below(1'000'000));
  }
  return decision;
}

}  // namespace connector::sandbox
