#include "sandbox/walmart/switches.h"

#include <gtest/gtest.h>

#include "sandbox/walmart/order_generator.h"

namespace connector::sandbox::walmart {
namespace switches_test {

TEST(Switches, AllHaveANameAndTakeTheirOwnValueBack) {
  Switches switches;
  const json::Value all = to_json(switches);
  EXPECT_GT(all.size(), 35U);
  EXPECT_TRUE(set_switches(switches, all));
  EXPECT_EQ(to_json(switches), all);
}

TEST(Switches, AWrongOneChangesNothing) {
  Switches switches;
  for (const char* text : {R"({"rate_limits":false,"nonsense":1})", R"({"rate_limits":false,"order_cap":"many"})",
                           R"({"rate_limits":false,"charge_amount":"per_kilo"})", R"({"rate_limits":0})", "[]"}) {
    EXPECT_FALSE(set_switches(switches, *json::parse(text))) << text;
    EXPECT_TRUE(switches.rate_limits) << text;
  }
}

TEST(OrderGeneratorOptions, EveryShareCanBeSet) {
  const auto read = read_generator({}, *json::parse(R"({"seed":7,"count":3,"spacing_milliseconds":5,"returns":0,
      "odd_members":1,"skus":["A"],"currencies":{"CAD":2},"life":"by_calls","start":"2026-01-01T00:00:00Z"})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seed, 7U);
  EXPECT_EQ(read->returns, 0);
  EXPECT_EQ(read->odd_members, 1);
  EXPECT_EQ(read->skus, std::vector<std::string>{"A"});
  EXPECT_EQ(read->currencies[0].first, "CAD");
  EXPECT_EQ(read->life, SellerLife::by_calls);
  for (const char* text : {R"({"count":-1})", R"({"life":"wild"})", R"({"start":"x"})", R"({"nothing":1})"}) {
    EXPECT_FALSE(read_generator({}, *json::parse(text))) << text;
  }
}

}  // namespace switches_test
}  // namespace connector::sandbox::walmart
