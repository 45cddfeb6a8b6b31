#include "flows/confined_skus.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "flows/walmart_stock.h"
#include "ports/test_doubles.h"
#include "store/test_store.h"

namespace connector::flows {
namespace confined_skus_test {

using Skus = std::optional<std::set<std::string>>;

class ConfinedSkus : public ::testing::Test {
 protected:
  template <class F>
  void write(F work) {
    auto result = time.run(store_->write(std::move(work)));
    ASSERT_TRUE(result) << result.error().message;
  }
  void map(std::vector<domain::MappingRow> rows) {
    const domain::Mapping mapping(std::move(rows), {}, {}, {});
    write([mapping](store::Transaction& transaction) { return transaction.replace_mapping(1, mapping); });
  }
  /// What the last run over all read; also the SKU "MUG".
  void list(int count) {
    std::vector<domain::NodeQuantity> quantities{{"MUG", "EAST", {}}};
    for (int sku = 1; sku < count; ++sku) quantities.push_back({fmt::format("SKU-{}", sku), "EAST", {}});
    write([quantities](store::Transaction& transaction) {
      return remember_walmart_stock(transaction, 1, quantities, {});
    });
  }
  Skus confined(std::vector<std::string> named) {
    auto skus = time.run(confined_skus(*store_, 1, std::move(named)));
    EXPECT_TRUE(skus);
    return skus ? *skus : std::nullopt;
  }
  static std::vector<std::string> many(int count) {
    std::vector<std::string> named;
    for (int sku = 1; sku <= count; ++sku) named.push_back(fmt::format("SKU-{}", sku));
    return named;
  }

  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23)};
  std::unique_ptr<store::Store> store_ = store::testing::store_with_shop(time, time);
};

TEST_F(ConfinedSkus, ThoseOfTheSameItemAsFarAsWalmartListedThem) {
  map({{"A", "MUG", "", "", "", "", ""}, {"GONE", "MUG", "", "", "", "", ""}});
  EXPECT_EQ(confined({"A"}), (std::set<std::string>{"A", "GONE", "MUG"})) << "nothing was listed yet";
  list(5);
  EXPECT_EQ(confined({"A"}), (std::set<std::string>{"A", "MUG"})) << "what is named is read in any case";
  EXPECT_EQ(confined({"NEW"}), std::set<std::string>{"NEW"});
}

TEST_F(ConfinedSkus, MoreThanAFiftiethOfWhatIsListedIsCheaperReadWhole) {
  list(100);
  EXPECT_TRUE(confined(many(10)));
  EXPECT_FALSE(confined(many(11)));
  list(1'000);
  EXPECT_TRUE(confined(many(20)));
  EXPECT_FALSE(confined(many(21)));
  list(10'000);
  EXPECT_TRUE(confined(many(50)));
  EXPECT_FALSE(confined(many(51)));
}

TEST_F(ConfinedSkus, AnItemThatAPatternNamesIsComparedByARunOverAll) {
  map({{"HOME-*", "BOX", "", "", "", "", ""}});
  EXPECT_FALSE(confined({"HOME-1"}));
  EXPECT_FALSE(confined({"MUG", "HOME-1"}));
  EXPECT_TRUE(confined({"MUG"}));
}

/// A confined run keeps what it knows of other SKUs.
TEST_F(ConfinedSkus, WhatWasReadOfOthersStays) {
  list(3);
  write([](store::Transaction& transaction) {
    return remember_walmart_stock(
        transaction, 1, {{"SKU-1", "WEST", domain::Decimal::from_integer(4)}, {"SKU-2", "WEST", std::nullopt}},
        {"SKU-1", "SKU-2"});
  });
  auto known = time.run(store_->read([](store::Reader& reader) { return walmart_stock(reader, 1); }));
  ASSERT_TRUE(known);
  std::vector<std::string> places;
  for (const auto& quantity : *known) {
    places.push_back(quantity.sku + "@" + quantity.ship_node + (quantity.in_hand ? "" : ": not told"));
  }
  EXPECT_EQ(places, (std::vector<std::string>{"MUG@EAST: not told", "SKU-1@WEST", "SKU-2@WEST: not told"}));
}

}  // namespace confined_skus_test
}  // namespace connector::flows
