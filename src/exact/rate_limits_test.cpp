#include "exact/rate_limits.h"

#include <gtest/gtest.h>

namespace connector::exact {
namespace rate_limits_test {

TEST(ExactRateLimits, ReadsBothWindows) {
  const RateLimits limits = read_rate_limits({{"X-RateLimit-Limit", "5000"},
                                              {"X-RateLimit-Remaining", "4980"},
                                              {"X-RateLimit-Reset", "1715644800000"},
                                              {"x-ratelimit-minutely-limit", "60"},
                                              {"X-RateLimit-Minutely-Remaining", " 49 "},
                                              {"X-RateLimit-Minutely-Reset", "1715565720000"}});
  EXPECT_EQ(limits.day.limit, 5000);
  EXPECT_EQ(limits.day.remaining, 4980);
  EXPECT_EQ(domain::to_iso8601(*limits.day.reset), "2024-05-14T00:00:00.000Z");
  EXPECT_EQ(limits.minute.limit, 60);
  EXPECT_EQ(limits.minute.remaining, 49);
  EXPECT_EQ(domain::to_iso8601(*limits.minute.reset), "2024-05-13T02:02:00.000Z");
}

TEST(ExactRateLimits, A429StatesOnlyTheWindowThatWasExceeded) {
  const RateLimits limits = read_rate_limits({{"X-RateLimit-Minutely-Remaining", "0"}});
  EXPECT_EQ(limits.minute.remaining, 0);
  EXPECT_FALSE(limits.day.limit || limits.day.remaining || limits.day.reset);
}

TEST(ExactRateLimits, NonsenseIsNoLimit) {
  const RateLimits limits = read_rate_limits({{"X-RateLimit-Limit", "many"},
                                              {"X-RateLimit-Remaining", "-1"},
                                              {"X-RateLimit-Reset", "99999999999999999"},
                                              {"X-RateLimit-Minutely-Reset", "1715565720"}});
  EXPECT_FALSE(limits.day.limit || limits.day.remaining || limits.day.reset);
  EXPECT_EQ(domain::to_iso8601(*limits.minute.reset), "2024-05-13T02:02:00.000Z");
}

}  // namespace rate_limits_test
}  // namespace connector::exact
