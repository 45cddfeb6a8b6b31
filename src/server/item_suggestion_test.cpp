#include "server/item_suggestion.h"

#include <gtest/gtest.h>

namespace connector::server {
namespace item_suggestion_test {

std::vector<SuggestibleItem> items_of(const std::vector<std::pair<std::string, std::string>>& codes_and_data) {
  std::vector<store::ReferenceRow> rows;
  rows.reserve(codes_and_data.size());
  for (const auto& [code, data] : codes_and_data) rows.push_back({"item", code, "", data});
  return suggestible_items(rows);
}

class ItemSuggestionTest : public ::testing::Test {
 protected:
  /// "code CODE", "name CODE" or nothing.
  std::string found(const std::string& sku, const std::string& product) const {
    const ItemSuggestion suggestion = suggest_item(sku, product, items_);
    return suggestion.item == nullptr ? "" : std::string(suggestion.by) + " " + suggestion.item->code;
  }
  std::vector<SuggestibleItem> items_ = items_of({{"MUG-1", R"({"Description":"Ceramic mug, blue"})"},
                                                  {"4006381333931", R"({"Description":"Pen"})"},
                                                  {"HOSE", R"({"Description":"Garden hose","Barcode":"871234"})"},
                                                  {"LAMP-A", R"({"Description":"Desk lamp"})"},
                                                  {"LAMP-B", R"({"Description":"Desk lamp"})"},
                                                  {"GONE", R"({"Description":"Old mat","IsBlocked":true})"},
                                                  {"BOX", R"({"Description":"Box","IsSalesItem":false})"}});
};

TEST_F(ItemSuggestionTest, CodeGoesBeforeBarcodeBeforeName) {
  EXPECT_EQ(found("mug-1", "Garden hose"), "code MUG-1");
  EXPECT_EQ(found("871234", "Ceramic mug, blue"), "barcode HOSE");
  EXPECT_EQ(found("X-1", "CERAMIC Mug 12 oz. - Blue"), "name MUG-1");
}

TEST_F(ItemSuggestionTest, AGuessNeedsMoreThanAWordInCommon) {
  EXPECT_EQ(found("X-1", "Beach towel, blue"), "") << "a colour says nothing";
  EXPECT_EQ(found("X-1", "Pen"), "") << "one word says too little";
  EXPECT_EQ(found("X-1", "Green garden hose 50 ft."), "name HOSE");
  EXPECT_EQ(found("X-1", "LED desk lamp"), "") << "two items fit as well";
}

TEST_F(ItemSuggestionTest, WhatMayNotBeSoldIsNotSuggested) {
  EXPECT_EQ(found("GONE", "Old mat"), "");
  EXPECT_EQ(found("BOX", "Box"), "");
}

}  // namespace item_suggestion_test
}  // namespace connector::server
