#include "engine/retry_policy.h"

#include <gtest/gtest.h>

namespace connector::engine {
namespace retry_policy_test {

class CountingRandom : public ports::Random {
 public:
  void fill(void* bytes, std::size_t count) override {
    auto* out = static_cast<unsigned char*>(bytes);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<unsigned char>(state_ = state_ * 167 + 13);
  }

 private:
  unsigned state_ = 7;
};

TEST(RetryPolicyTest, GrowsByTheFactorAndStopsAtTheMaximum) {
  CountingRandom random;
  RetryPolicy policy;
  for (int failures = 1; failures <= 40; ++failures) {
    const auto delay = policy.delay(failures, random);
    const auto full = failures >= 12 ? 3'600'000 : 2'000LL << (failures - 1);
    EXPECT_GE(delay.count(), full / 2) << failures;
    EXPECT_LE(delay.count(), full) << failures;
  }
}

TEST(RetryPolicyTest, JitterSpreadsEqualFailures) {
  CountingRandom random;
  RetryPolicy policy;
  const auto first = policy.delay(5, random);
  bool differs = false;
  for (int i = 0; i < 10; ++i) differs = differs || policy.delay(5, random) != first;
  EXPECT_TRUE(differs);
}

}  // namespace retry_policy_test
}  // namespace connector::engine
