#include "domain/stock_comparison.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace stock_comparison_test {

Decimal units(std::int64_t number) { return Decimal::from_integer(number); }

class StockComparisonTest : public ::testing::Test {
 protected:
  StockComparisonTest() {
    facts.items = {{"MUG", true}, {"LAMP", true}, {"SHIPPING", false}};
    facts.walmart = {{"MUG", "EAST", units(10)}};
    facts.exact = {{{"MUG", "1"}, {units(12), 77}}};
  }
  StockComparison compare() {
    return compare_stock(facts, Mapping(rows, kits, {}, {{"EAST", "1"}, {"EAST-2", "1"}, {"WEST", "2"}}));
  }
  static PendingMovement left(const std::string& key, const std::string& item, std::int64_t quantity,
                              const std::string& warehouse = "1") {
    return {key, item, warehouse, units(quantity), false};
  }
  /// Pending all the time.
  void pending(const PendingMovement& movement) {
    facts.pending_before.push_back(movement);
    facts.pending_after.push_back(movement);
  }

  StockFacts facts;
  std::vector<MappingRow> rows;
  std::map<std::string, std::vector<KitComponent>> kits;
};

TEST_F(StockComparisonTest, ADifferenceStatesBothSides) {
  const auto result = compare();
  ASSERT_EQ(result.warehouses.size(), 1U);
  const auto& warehouse = result.warehouses[0];
  EXPECT_EQ(warehouse.warehouse, "1");
  EXPECT_EQ(warehouse.ship_nodes, std::vector<std::string>{"EAST"});
  EXPECT_EQ(warehouse.compared, 1U);
  ASSERT_EQ(warehouse.different.size(), 1U);
  const auto& line = warehouse.different[0];
  EXPECT_EQ(line.in_hand, units(10));
  EXPECT_EQ(line.exact, units(12));
  EXPECT_EQ(line.timestamp, 77);
  EXPECT_EQ(line.difference(), units(-2));
  EXPECT_EQ(warehouse.units_moved(), units(2));
}

TEST_F(StockComparisonTest, WhatHasShippedButIsNotPostedIsNoDifference) {
  pending(left("delivery/1/1", "MUG", 2));
  const auto result = compare();
  EXPECT_TRUE(result.warehouses[0].different.empty()) << "the delivery will lower Exact's stock by itself";
  EXPECT_EQ(result.warehouses[0].compared, 1U);
}

TEST_F(StockComparisonTest, GoodsThatComeBackArePendingTheOtherWay) {
  facts.exact[{"MUG", "1"}].current = units(7);
  pending(left("credit/1/1", "MUG", -3));
  EXPECT_TRUE(compare().warehouses[0].different.empty());
}

TEST_F(StockComparisonTest, WhatMovesDuringTheComparisonIsLeftToTheNext) {
  facts.walmart.push_back({"LAMP", "EAST", units(5)});
  facts.pending_after = {left("delivery/1/1", "MUG", 2)};  // shipped between the two looks
  auto result = compare();
  EXPECT_EQ(result.moving, (std::vector<StockPlace>{{"MUG", "1"}}));
  ASSERT_EQ(result.warehouses[0].different.size(), 1U);
  EXPECT_EQ(result.warehouses[0].different[0].item, "LAMP");

  facts.pending_after.clear();
  facts.pending_before = {left("delivery/1/1", "MUG", 2)};  // posted between the two looks
  EXPECT_EQ(compare().moving.size(), 1U);

  facts.pending_after = {left("delivery/2/1", "MUG", 2)};  // one posted, another shipped: the sum hides both
  EXPECT_EQ(compare().moving.size(), 1U);

  facts.pending_before.clear();
  facts.pending_after.clear();
  auto sent = left("delivery/1/1", "MUG", 2);
  sent.under_way = true;
  pending(sent);
  EXPECT_EQ(compare().moving.size(), 1U) << "it may have lowered Exact's stock already";
}

TEST_F(StockComparisonTest, WhatWalmartDoesNotTellIsNotCompared) {
  rows = {{"MUG-B", "MUG", "", "", "", "", ""}};
  facts.walmart = {{"MUG", "EAST", units(10)},
                   {"MUG-B", "EAST-2", std::nullopt},
                   {"MUG-B", "EAST", std::nullopt},
                   {"MUG", "WEST", units(1)},
                   {"LAMP", "EAST", units(5)}};
  const auto result = compare();
  EXPECT_EQ(result.untold, (std::vector<StockPlace>{{"MUG", "1"}})) << "a part of the item's stock there is unknown";
  ASSERT_EQ(result.warehouses.size(), 2U);
  ASSERT_EQ(result.warehouses[0].different.size(), 1U);
  EXPECT_EQ(result.warehouses[0].different[0].item, "LAMP");
  EXPECT_EQ(result.warehouses[0].compared, 1U);
  EXPECT_EQ(result.warehouses[1].different.size(), 1U) << "the other warehouse is known whole";
  ASSERT_EQ(result.notices.size(), 1U);
  EXPECT_EQ(result.notices[0].subject, "sku/MUG-B");
  EXPECT_NE(result.notices[0].message.find("EAST, EAST-2"), std::string::npos) << result.notices[0].message;
}

TEST_F(StockComparisonTest, ADeliveryFromAnUnknownWarehouseKeepsItsItemOutEverywhere) {
  pending(left("delivery/1/1", "MUG", 2, ""));
  const auto result = compare();
  EXPECT_EQ(result.moving, (std::vector<StockPlace>{{"MUG", "1"}}));
  EXPECT_TRUE(result.warehouses[0].different.empty());
}

TEST_F(StockComparisonTest, SkusOfOneItemAndNodesOfOneWarehouseAddUp) {
  rows = {{"MUG-B", "MUG", "", "", "", "", ""}};
  facts.walmart = {{"MUG", "EAST", units(4)}, {"MUG-B", "EAST-2", units(5)}, {"MUG", "WEST", units(1)}};
  const auto result = compare();
  ASSERT_EQ(result.warehouses.size(), 2U);
  ASSERT_EQ(result.warehouses[0].different.size(), 1U);
  EXPECT_EQ(result.warehouses[0].different[0].in_hand, units(9));
  EXPECT_EQ(result.warehouses[0].different[0].skus, (std::vector<std::string>{"MUG", "MUG-B"}));
  EXPECT_EQ(result.warehouses[1].different[0].exact, units(0)) << "Exact has no position there yet";
}

TEST_F(StockComparisonTest, ASkuWithAWarehouseOfItsOwnIsCountedThere) {
  rows = {{"MUG", "", "", "", "", "", "2"}, {"*", "", "", "", "", "", "9"}};
  facts.walmart.push_back({"LAMP", "EAST", units(1)});
  const auto result = compare();
  ASSERT_EQ(result.warehouses.size(), 2U);
  EXPECT_EQ(result.warehouses[0].different[0].item, "LAMP") << "the ship node goes before the warehouse of *";
  EXPECT_EQ(result.warehouses[1].warehouse, "2");
}

TEST_F(StockComparisonTest, WhatCannotBeComparedIsNamed) {
  kits = {{"SET", {{"LAMP", units(2), units(1)}}}};
  rows = {{"EXPRESS", "SHIPPING", "", "", "", "", ""}};
  facts.walmart = {{"NEW", "EAST", units(1)},  {"MUG", "NOWHERE", units(1)},  {"SET", "EAST", units(1)},
                   {"LAMP", "EAST", units(1)}, {"EXPRESS", "EAST", units(1)}, {"NEW", "WEST", units(2)}};
  const auto result = compare();
  EXPECT_TRUE(result.warehouses.empty());
  std::vector<std::string> subjects;
  for (const auto& notice : result.notices) subjects.push_back(notice.subject);
  EXPECT_EQ(subjects, (std::vector<std::string>{"item/LAMP", "item/SHIPPING", "kit/SET", "node/NOWHERE", "sku/NEW"}));
}

}  // namespace stock_comparison_test
}  // namespace connector::domain
