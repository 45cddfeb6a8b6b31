#include "flows/whole_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace connector::flows {
namespace whole_list_test {

using Verdict = WholeList::Verdict;
using Pages = std::vector<std::vector<const char*>>;

Verdict pass(WholeList& list, std::int64_t total, const Pages& pages) {
  list.begin_pass();
  for (const auto& page : pages) {
    for (const char* sku : page) list.see(sku);
    list.end_page(total);
  }
  return list.end_pass();
}

TEST(WholeList, AListThatStandsStillIsReadOnce) {
  WholeList list;
  EXPECT_EQ(pass(list, 3, {{"a", "b"}, {"c"}}), Verdict::whole);
}

TEST(WholeList, ATotalThatIsNotToldAsksForNothing) {
  WholeList list;
  EXPECT_EQ(pass(list, 0, {{"a", "b"}}), Verdict::whole);
}

TEST(WholeList, AListThatEndsEarlyIsNeverWhole) {
  WholeList list;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pass(list, 4, {{"a", "b"}, {}}), Verdict::again);
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {}}), Verdict::incomplete);
  EXPECT_TRUE(domain::is_transient(list.incomplete("SKUs").cause));
  EXPECT_NE(list.incomplete("SKUs").message.find("SKUs told of 4 and showed 2"), std::string::npos);
}

TEST(WholeList, AListThatBreaksOffIsNotWholeThoughNoTotalIsTold) {
  WholeList list;
  list.begin_pass();
  list.see("a");
  list.end_page(0);
  list.break_off();
  EXPECT_EQ(list.end_pass(), Verdict::again);
  EXPECT_EQ(pass(list, 0, {{"a"}, {"b"}}), Verdict::whole);
}

TEST(WholeList, ARowThatSlippedPastIsReadInTheNextPass) {
  WholeList list;
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"d"}}), Verdict::again) << "a left, so c slipped to the first page";
  EXPECT_EQ(pass(list, 3, {{"b", "c"}, {"d"}}), Verdict::whole);
}

TEST(WholeList, PassesAreNotAddedUp) {
  WholeList list;
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"b", "c"}}), Verdict::again);
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"b", "d"}}), Verdict::again) << "what the first one saw may be gone";
}

TEST(WholeList, ASkuThatTheListHoldsTwiceIsNoneMissing) {
  WholeList list;
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"b", "c"}}), Verdict::again);
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"b", "c"}}), Verdict::whole);
}

TEST(WholeList, APageThatOnlyComesAgainIsNoRowsOfItsOwn) {
  WholeList list;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"a", "b"}}), Verdict::again);
  EXPECT_EQ(pass(list, 4, {{"a", "b"}, {"a", "b"}}), Verdict::incomplete);
}

}  // namespace whole_list_test
}  // namespace connector::flows
