#include "flows/walmart_horizon.h"

#include <gtest/gtest.h>

namespace connector::flows {
namespace walmart_horizon_test {

using std::chrono::hours;

TEST(WalmartHorizon, ARunOverALaterPartLeavesAGap) {
  const domain::UtcTime now = domain::UtcTime{} + hours(500'000);
  const domain::UtcTime mark = now - hours(10);
  EXPECT_TRUE(leaves_no_gap(std::nullopt, mark, now));
  EXPECT_TRUE(leaves_no_gap(std::nullopt, std::nullopt, now));
  EXPECT_TRUE(leaves_no_gap(mark, mark, now));
  EXPECT_FALSE(leaves_no_gap(mark + hours(1), mark, now));
  EXPECT_FALSE(leaves_no_gap(now - hours(24), std::nullopt, now)) << "what is older was never read";
  EXPECT_FALSE(leaves_no_gap(now + hours(24 * 365), std::nullopt, now)) << "a slip of the pen";
  EXPECT_TRUE(leaves_no_gap(now - hours(24 * 200), std::nullopt, now)) << "Walmart lists nothing older";
}

}  // namespace walmart_horizon_test
}  // namespace connector::flows
