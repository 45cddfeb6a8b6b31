#include "simulation/budget_backlog.h"

#include <gtest/gtest.h>

namespace connector::simulation {
namespace {

TEST(BudgetBacklog, TwentyThousandOrdersUseAllThatIsAllowedAndNeverMeetA429) {
  const BacklogResult result = work_off_backlog({});
  EXPECT_EQ(result.posted, 20'000);
  EXPECT_EQ(result.answered, 20'000);
  EXPECT_EQ(result.answers_429, 0);
  EXPECT_EQ(result.doubles, 0);
  EXPECT_GE(result.utilisation(), 0.98);
}

TEST(BudgetBacklog, TwoProcessesOnOneStoreStayWithinTheSameWindows) {
  BacklogOptions options;
  options.postings = 6'000;
  options.processes = 2;
  const BacklogResult result = work_off_backlog(options);
  EXPECT_EQ(result.posted, 6'000);
  EXPECT_EQ(result.answers_429, 0);
  EXPECT_EQ(result.doubles, 0);
  // What each process may still take of a window is not known to the other at its end.
  EXPECT_GE(result.utilisation(), 0.8);
}

}  // namespace
}  // namespace connector::simulation
