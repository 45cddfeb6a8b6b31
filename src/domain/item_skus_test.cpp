#include "domain/item_skus.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace item_skus_test {

using Skus = std::set<std::string>;

MappingRow row(const std::string& sku, const std::string& item) { return {sku, item, "", "", "", "", ""}; }

TEST(ItemSkus, ASkuWithoutARowIsTheItemOfItsCode) {
  const Mapping mapping({row("*", ""), row("OTHER", "MUG-2")}, {}, {}, {});
  EXPECT_EQ(skus_of_same_items(mapping, {"MUG"}), Skus{"MUG"});
}

TEST(ItemSkus, AllThatShareAnItemBelongTogether) {
  const Mapping mapping({row("A", "MUG"), row("B", "MUG"), row("C", "LAMP")}, {}, {{"OLD-A", "A"}, {"OLD-C", "C"}}, {});
  EXPECT_EQ(skus_of_same_items(mapping, {"A"}), (Skus{"A", "B", "MUG", "OLD-A"})) << "also the SKU of the item's name";
  EXPECT_EQ(skus_of_same_items(mapping, {"OLD-C", "B"}), (Skus{"A", "B", "C", "LAMP", "MUG", "OLD-A", "OLD-C"}));
}

TEST(ItemSkus, ASkuThatIsMappedElsewhereIsNotTheItemOfItsCode) {
  const Mapping mapping({row("MUG", "CUP")}, {}, {}, {});
  EXPECT_EQ(skus_of_same_items(mapping, {"CUP"}), (Skus{"CUP", "MUG"}));
  EXPECT_EQ(skus_of_same_items(mapping, {"MUG"}), (Skus{"CUP", "MUG"}));
}

TEST(ItemSkus, ItemsNamedByPatternsHaveSkusNobodyKnows) {
  const Mapping mapping({row("HOME-*", "BOX"), row("A", "BOX"), row("B", "MUG")}, {}, {}, {});
  EXPECT_EQ(skus_of_same_items(mapping, {"A"}), std::nullopt);
  EXPECT_EQ(skus_of_same_items(mapping, {"HOME-7"}), std::nullopt);
  EXPECT_EQ(skus_of_same_items(mapping, {"B"}), (Skus{"B", "MUG"}));
  const Mapping catch_all({row("*", "ANY"), row("B", "MUG")}, {}, {}, {});
  EXPECT_EQ(skus_of_same_items(catch_all, {"X"}), std::nullopt);
  EXPECT_EQ(skus_of_same_items(catch_all, {"B"}), Skus{"B"}) << "a SKU called MUG would be ANY";
}

TEST(ItemSkus, AKitStandsForNoItem) {
  const Mapping mapping({row("A", "SET")}, {{"SET", {{"MUG", Decimal::from_integer(2), {}}}}}, {}, {});
  EXPECT_EQ(skus_of_same_items(mapping, {"SET"}), Skus{"SET"});
  EXPECT_EQ(skus_of_same_items(mapping, {"A"}), Skus{"A"});
}

}  // namespace item_skus_test
}  // namespace connector::domain
