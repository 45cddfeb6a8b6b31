#include "walmart/throttling.h"

#include <gtest/gtest.h>

namespace connector::walmart {
namespace throttling_test {

const domain::UtcTime now = *domain::parse_iso8601("2026-11-23T10:00:00Z");

std::string replenished(const std::string& value, const std::string& name = "X-Next-Replenishment-Time") {
  const auto throttling = read_throttling({{name, value}}, now);
  return throttling.replenished_at ? domain::to_iso8601(*throttling.replenished_at) : "none";
}

TEST(WalmartThrottling, ReadsAMomentInEverySpelling) {
  EXPECT_EQ(replenished("1795428060000"), "2026-11-23T10:01:00.000Z");
  EXPECT_EQ(replenished("1795428060"), "2026-11-23T10:01:00.000Z");
  EXPECT_EQ(replenished("60"), "2026-11-23T10:01:00.000Z");
  EXPECT_EQ(replenished("2026-11-23T10:01:00Z"), "2026-11-23T10:01:00.000Z");
  EXPECT_EQ(replenished("2026-11-23T05:01:00.5-05:00"), "2026-11-23T10:01:00.500Z");
  EXPECT_EQ(replenished("Mon, 23 Nov 2026 10:01:00 GMT"), "2026-11-23T10:01:00.000Z");
  EXPECT_EQ(replenished(" 60 ", "x-next-replenish-time"), "2026-11-23T10:01:00.000Z");
}

TEST(WalmartThrottling, IgnoresNonsenseAndBoundsTheRest) {
  EXPECT_EQ(replenished(""), "none");
  EXPECT_EQ(replenished("soon"), "none");
  EXPECT_EQ(replenished("-5"), "none");
  EXPECT_EQ(replenished("Mon, 23 Foo 2026 10:01:00 GMT"), "none");
  EXPECT_EQ(replenished("1000"), "2026-11-23T10:16:40.000Z");
  EXPECT_EQ(replenished("2020-01-01T00:00:00Z"), "2026-11-23T10:00:00.000Z");
  EXPECT_EQ(replenished("9223372036854775807"), "2026-11-24T10:00:00.000Z");
  EXPECT_EQ(replenished("99999999"), "2026-11-24T10:00:00.000Z");
}

TEST(WalmartThrottling, CountsWhatIsLeft) {
  EXPECT_EQ(read_throttling({{"x-current-token-count", "17"}}, now).calls_left, 17);
  EXPECT_EQ(read_throttling({{"X-Current-Token-Count", "many"}}, now).calls_left, std::nullopt);
}

TEST(WalmartThrottling, RetryAfterComesFirstThenTheReplenishmentThenAMinute) {
  EXPECT_EQ(retry_time({{"Retry-After", "5"}, {"X-Next-Replenishment-Time", "60"}}, now),
            now + std::chrono::seconds{5});
  EXPECT_EQ(retry_time({{"Retry-After", "x"}, {"X-Next-Replenishment-Time", "30"}}, now),
            now + std::chrono::seconds{30});
  EXPECT_EQ(retry_time({}, now), now + std::chrono::seconds{60});
}

}  // namespace throttling_test
}  // namespace connector::walmart
