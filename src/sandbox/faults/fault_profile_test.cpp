#include "sandbox/faults/fault_profile.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "sandbox/faults/with_faults.h"

namespace connector::sandbox {
namespace fault_profile_test {

using Kind = FaultDecision::Kind;

/// Counts its calls and answers with their number.
class CountingService : public Service {
 public:
  ports::HttpResponse handle(const ports::ServerRequest&, domain::UtcTime now) override {
    last_now = now;
    return {200, {}, std::string(1'000, static_cast<char>('a' + calls++))};
  }
  int calls = 0;
  domain::UtcTime last_now{};
};

/// Runs everything in order; timers jump.
class InstantExecutor : public ports::Executor {
 public:
  void post(std::function<void()> function) override { queue_.push_back(std::move(function)); }
  ports::TimerId call_after(domain::Milliseconds delay, std::function<void()> function) override {
    waited += delay;
    queue_.push_back(std::move(function));
    return ++timers_;
  }
  void cancel(ports::TimerId) override {}
  void run() {
    while (!queue_.empty()) {
      auto function = std::move(queue_.front());
      queue_.pop_front();
      function();
    }
  }
  domain::Milliseconds waited{0};

 private:
  std::deque<std::function<void()>> queue_;
  ports::TimerId timers_ = 0;
};

class FixedClock : public ports::Clock {
 public:
  domain::UtcTime now() const override { return domain::from_epoch_milliseconds(1'000'000); }
};

struct Served {
  ports::ServerReply reply;
  int calls;
  domain::Milliseconds waited;
};

Served serve_once(const FaultRates& rates, const std::string& method = "POST") {
  CountingService service;
  InstantExecutor executor;
  FixedClock clock;
  const auto handler = with_faults(service, FaultProfile(rates, 1, "{}"), executor, clock);
  auto task = handler(ports::ServerRequest{method, "/api/x", {}, {}, {}});
  task.start();
  executor.run();
  EXPECT_TRUE(task.done());
  return Served{task.take(), service.calls, executor.waited};
}

TEST(FaultProfile, CalmDoesNothing) {
  FaultProfile calm(*fault_rates("calm"), 7);
  for (int i = 0; i < 1'000; ++i) {
    const FaultDecision decision = calm.decide({"POST", "/x", {}, {}, {}});
    EXPECT_EQ(decision.kind, Kind::none);
    EXPECT_EQ(decision.delay_before.count() + decision.delay_after.count(), 0);
  }
  EXPECT_EQ(fault_rates("weird"), std::nullopt);
}

TEST(FaultProfile, HostileDoesEverythingReproducibly) {
  FaultProfile one(*fault_rates("hostile"), 7);
  FaultProfile two(*fault_rates("hostile"), 7);
  std::map<Kind, int> seen;
  for (int i = 0; i < 5'000; ++i) {
    const FaultDecision decision = one.decide({"POST", "/x", {}, {}, {}});
    EXPECT_EQ(decision.kind, two.decide({"POST", "/x", {}, {}, {}}).kind);
    EXPECT_FALSE(decision.duplicated);
    ++seen[decision.kind];
  }
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_GT(seen[Kind::none], 3'500);
  EXPECT_GT(seen[Kind::reset_after], 100);
}

TEST(FaultProfile, ControlAndSignInAreSpared) {
  FaultRates rates;
  rates.drop_before = 1'000'000;
  FaultProfile profile(rates, 1);
  EXPECT_EQ(profile.decide({"GET", "/sandbox/exact/books", {}, {}, {}}).kind, Kind::none);
  EXPECT_EQ(profile.decide({"POST", "/api/oauth2/token", {}, "grant_type=authorization_code&code=x", {}}).kind,
            Kind::none);
  EXPECT_EQ(profile.decide({"POST", "/api/oauth2/token", {}, "grant_type=refresh_token", {}}).kind, Kind::drop_before);
}

TEST(WithFaults, EachKindKeepsOrDropsTheEffect) {
  FaultRates drop;
  drop.drop_before = 1'000'000;
  Served served = serve_once(drop);
  EXPECT_TRUE(served.reply.reset_without_answer);
  EXPECT_EQ(served.calls, 0);
  FaultRates reset;
  reset.reset_after = 1'000'000;
  served = serve_once(reset);
  EXPECT_TRUE(served.reply.reset_without_answer);
  EXPECT_EQ(served.calls, 1);
  FaultRates before;
  before.server_error_before = 1'000'000;
  served = serve_once(before);
  EXPECT_GE(served.reply.response.status, 408);
  EXPECT_EQ(served.calls, 0);
  FaultRates after;
  after.server_error_after = 1'000'000;
  served = serve_once(after);
  EXPECT_GE(served.reply.response.status, 408);
  EXPECT_EQ(served.calls, 1);
  FaultRates limited;
  limited.rate_limited = 1'000'000;
  served = serve_once(limited);
  EXPECT_EQ(served.reply.response.status, 429);
  EXPECT_EQ(served.calls, 0);
  FaultRates truncated;
  truncated.truncated = 1'000'000;
  served = serve_once(truncated);
  ASSERT_TRUE(served.reply.cut_body_after.has_value());
  EXPECT_LT(*served.reply.cut_body_after, 1'000U);
  EXPECT_EQ(served.calls, 1);
}

TEST(WithFaults, DelaysSkewAndDuplicates) {
  FaultRates rates;
  rates.delay_before = rates.delay_after = 1'000'000;
  rates.longest_delay = domain::Milliseconds{500};
  Served served = serve_once(rates);
  EXPECT_GT(served.waited.count(), 1);
  EXPECT_LE(served.waited.count(), 1'000);
  EXPECT_EQ(served.reply.response.body[0], 'a');
  FaultRates twice;
  twice.duplicated = 1'000'000;
  EXPECT_EQ(serve_once(twice, "GET").calls, 2);
  EXPECT_EQ(serve_once(twice, "POST").calls, 1);
}

}  // namespace fault_profile_test
}  // namespace connector::sandbox
