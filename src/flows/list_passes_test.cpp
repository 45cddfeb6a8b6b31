#include "flows/list_passes.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace connector::flows {
namespace list_passes_test {

using Verdict = ListPasses::Verdict;

Verdict pass(ListPasses& passes, std::int64_t total, std::initializer_list<const char*> ids) {
  passes.begin(total);
  for (const char* id : ids) passes.see(id);
  return passes.end();
}

TEST(ListPasses, AListThatStandsStillIsReadOnce) {
  ListPasses passes;
  EXPECT_EQ(pass(passes, 3, {"a", "b", "c"}), Verdict::whole);
}

TEST(ListPasses, WhatSlippedToAPageReadBeforeIsReadInTheNextPass) {
  ListPasses passes;
  EXPECT_EQ(pass(passes, 4, {"a", "b", "d"}), Verdict::again) << "a left, so c slipped to the first page";
  EXPECT_EQ(pass(passes, 3, {"b", "c", "d"}), Verdict::whole);
}

TEST(ListPasses, WhatComesTwiceCountsOnce) {
  ListPasses passes;
  EXPECT_EQ(pass(passes, 3, {"a", "b", "a"}), Verdict::again) << "a moved to the end, so c was passed over";
  EXPECT_EQ(pass(passes, 3, {"b", "c", "a"}), Verdict::whole);
}

TEST(ListPasses, ATotalThatIsNeverReachedIsNotBelieved) {
  ListPasses passes;
  EXPECT_EQ(pass(passes, 10, {"a", "b"}), Verdict::again);
  EXPECT_EQ(pass(passes, 10, {"a", "b"}), Verdict::whole);
}

TEST(ListPasses, AListThatNeverStandsStillIsToldAsSuch) {
  ListPasses passes;
  EXPECT_EQ(pass(passes, 10, {"a"}), Verdict::again);
  EXPECT_EQ(pass(passes, 10, {"b"}), Verdict::again);
  EXPECT_EQ(pass(passes, 10, {"c"}), Verdict::again);
  EXPECT_EQ(pass(passes, 10, {"d"}), Verdict::again);
  EXPECT_EQ(pass(passes, 10, {"e"}), Verdict::restless);
  EXPECT_TRUE(domain::is_transient(restless_list("orders").cause));
}

}  // namespace list_passes_test
}  // namespace connector::flows
