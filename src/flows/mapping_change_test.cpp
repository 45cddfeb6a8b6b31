#include "flows/mapping_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::flows {
namespace mapping_change_test {

using domain::Decimal;
using domain::KitComponent;
using domain::Mapping;
using testing::ElementsAre;

Decimal number(std::string_view text) { return *Decimal::parse(text); }

const Mapping present({{"*", "", "8000", "", "", "", ""}, {"MUG", "M-1", "", "", "", "", ""}},
                      {{"SET", {{"M-1", number("2"), number("60")}, {"M-2", number("1"), number("40")}}}},
                      {{"OLD-MUG", "MUG"}}, {{"NODE", "1"}});

MappingChange parsed(std::string_view text) { return mapping_change_from_json(*json::parse(text)); }

std::vector<std::string> faults(std::string_view text) {
  const auto changed = changed_mapping(present, parsed(text));
  std::vector<std::string> said;
  if (changed) return said;
  for (const csv::BadRow& bad : changed.error()) {
    EXPECT_EQ(bad.row, 0U) << "a grid has no row numbers";
    said.push_back(bad.column + ": " + bad.message);
  }
  return said;
}

TEST(MappingChange, NothingChangesNothing) {
  const auto changed = changed_mapping(present, parsed("{}"));
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed, present);
}

TEST(MappingChange, WritesAndRemovesEachPartAndLeavesTheOthers) {
  const auto changed = changed_mapping(present, parsed(R"({"rows":[{"sku":"CUP","exact_item":"C-1"}],"remove":["MUG"],
                          "kits":[{"sku":"SET","items":[{"exact_item":"M-3","quantity":"1.5","price_share":0}, 
                                                        {"exact_item":"M-1","quantity":3,"price_share":1}]},
                                  {"sku":"PAIR","items":[{"exact_item":"M-1","quantity":2,"price_share":1}]}],
                          "aliases":[{"alias":"NEW-MUG","sku":"MUG"}],"remove_aliases":["OLD-MUG"]})"));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->rows().size(), 2U);
  EXPECT_EQ(changed->rows()[1].sku, "CUP");
  EXPECT_EQ(changed->kits().size(), 2U);
  EXPECT_THAT(changed->kits().at("SET"), ElementsAre(KitComponent{"M-3", number("1.5"), Decimal()},
                                                     KitComponent{"M-1", number("3"), number("1")}));
  EXPECT_EQ(changed->aliases(), (std::map<std::string, std::string>{{"NEW-MUG", "MUG"}}));
  EXPECT_EQ(changed->ship_node_warehouses(), present.ship_node_warehouses());
  const auto renamed = changed_mapping(present, parsed(R"({"remove_kits":["SET"],"kits":[{"sku":"SET-2","items":[
                          {"exact_item":"M-1","quantity":2,"price_share":1}]}]})"));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->kits().size(), 1U);
  EXPECT_TRUE(renamed->kits().contains("SET-2"));
}

TEST(MappingChange, NamesWhatIsWrong) {
  EXPECT_THAT(faults(R"({"kits":[{"sku":"SET","items":[{"exact_item":"M-1","quantity":"two","price_share":1}]}]})"),
              ElementsAre("quantity: SET: \"two\" is no number above zero: write it like 2 or 0.5"));
  EXPECT_THAT(faults(R"({"kits":[{"sku":"SET","items":[{"exact_item":"M-1","quantity":1,"price_share":0}]}]})"),
              ElementsAre("price_share: SET: no item of \"SET\" has a share of its price: give one"));
  EXPECT_THAT(faults(R"({"kits":[{"sku":"SET","items":[]}]})"),
              ElementsAre("exact_item: SET: a kit holds at least one Exact item"));
  EXPECT_THAT(faults(R"({"kits":[{"sku":"","items":[{"exact_item":"M-1","quantity":1,"price_share":1}]}],
                         "aliases":[{"alias":"A","sku":"A"},{"alias":"B","sku":"OLD-MUG"}],
                         "rows":[{"sku":" CUP"}]})"),
              ElementsAre("sku:  CUP: \" CUP\" has blanks at its start or end: remove them",
                          "sku: sku is empty: fill it in or remove the row",
                          "alias: A: \"A\" is an alias of itself: remove the row",
                          "sku: B: \"OLD-MUG\" is an alias itself: name the SKU it stands for"));
}

}  // namespace mapping_change_test
}  // namespace connector::flows
