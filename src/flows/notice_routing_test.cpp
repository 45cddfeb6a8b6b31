#include "flows/notice_routing.h"

#include <gtest/gtest.h>

namespace connector::flows {
namespace notice_routing_test {

TEST(ExactNotice, NamesItsEntityAsAnswersDoWhateverItsCase) {
  const auto notice = read_exact_notice(
      R"({"Topic":"SalesInvoices","Division":7,"Action":"UPDATE","Key":"9E4BE39B-0AA1-4F3A-8E1D-0DF3CCEC71B9"})");
  ASSERT_TRUE(notice) << notice.error().message;
  EXPECT_EQ(notice->key, "9e4be39b-0aa1-4f3a-8e1d-0df3ccec71b9");
  EXPECT_EQ(notice->action, "update");
  EXPECT_EQ(notice_of(*notice, "1").entity, notice->key);
}

TEST(ExactTopics, ThoseThatAreSureToExistAreSubscribedToFirst) {
  const auto& topics = exact_topics();
  ASSERT_EQ(topics.size(), 7U);
  EXPECT_EQ(topics[5], "ItemPrices");
  EXPECT_EQ(topics[6], "SalesItemPrices");
}

}  // namespace notice_routing_test
}  // namespace connector::flows
