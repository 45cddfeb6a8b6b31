#include "simulation/budget_backlog.h"

#include <gtest/gtest.h>

namespace connector::simulation {
namespace budget_backlog_test {

class BudgetBacklog : public ::testing::TestWithParam<int> {};

TEST_P(BudgetBacklog, TwentyThousandOrdersUseAllThatIsAllowedAndNeverMeetA429) {
  BacklogOptions options;
  options.processes = GetParam();
  const BacklogResult result = work_off_backlog(options);
  EXPECT_EQ(result.posted, 20'000);
  EXPECT_EQ(result.answered, 20'000);
  EXPECT_EQ(result.answers_429, 0);
  EXPECT_EQ(result.doubles, 0);
  EXPECT_GE(result.utilisation(), 0.98);
}

/// Without a limit of the day nothing hides a minute that was not used up.
TEST_P(BudgetBacklog, EachMinuteIsUsedUp) {
  BacklogOptions options;
  options.postings = 3'000;
  options.calls_per_day = 1'000'000;
  options.processes = GetParam();
  const BacklogResult result = work_off_backlog(options);
  EXPECT_EQ(result.posted, 3'000);
  EXPECT_EQ(result.answers_429, 0);
  EXPECT_EQ(result.doubles, 0);
  EXPECT_GE(result.utilisation(), 0.98);
}

TEST_P(BudgetBacklog, CallsOfAnotherProgramAreLeftToIt) {
  BacklogOptions options;
  options.postings = 1'500;
  options.calls_per_day = 1'000'000;
  options.others_per_minute = 20;
  options.processes = GetParam();
  const BacklogResult result = work_off_backlog(options);
  EXPECT_EQ(result.posted, 1'500);
  EXPECT_EQ(result.doubles, 0);
  // What several processes have under way at the same time may hide a call or two of the other's in a window.
  EXPECT_LE(result.answers_429, options.processes == 1 ? 0 : 2 * (result.allowed / options.calls_per_minute));
  EXPECT_GE(result.utilisation(), 0.98);
}

INSTANTIATE_TEST_SUITE_P(Processes, BudgetBacklog, ::testing::Values(1, 2, 3));

}  // namespace budget_backlog_test
}  // namespace connector::simulation
