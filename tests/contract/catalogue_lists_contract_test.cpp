// Lists of Walmart's that mean something by what they lack, on a marketplace whose answers break off.

#include <gtest/gtest.h>

#include "flows/inventory_reader.h"
#include "flows/offer_reader.h"
#include "sandbox/walmart/seller.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace catalogue_lists_contract_test {

using domain::Cause;

constexpr const char* kNothingFound =
    R"({"errors":[{"code":"CONTENT_NOT_FOUND","message":"nothing","category":"DATA"}]})";

class CatalogueLists : public WalmartClientTest {
 protected:
  CatalogueLists() {
    for (int number = 0; number < 120; ++number) {
      marketplace.seller().catalogue.index_of("SKU-" + std::to_string(number));
    }
    marketplace.seller().switches.rate_limits = false;
  }

  std::size_t items() { return marketplace.seller().catalogue.items().size(); }

  /// Answers later pages of this list so, `times` times.
  void answer_later_pages(std::string list, int times, int status, std::string body) {
    transport.instead = [this, list = std::move(list), times, status,
                         body = std::move(body)](const std::string& url) mutable -> std::optional<ports::HttpOutcome> {
      if (url.find(list) == std::string::npos) return std::nullopt;
      const bool is_first = url.find("nextCursor=") == std::string::npos ||
                            url.find("nextCursor=%2A") != std::string::npos ||
                            url.find("nextCursor=*") != std::string::npos;
      passes += is_first ? 1 : 0;
      if (is_first || times-- <= 0) return std::nullopt;
      return ports::HttpOutcome(ports::HttpResponse{status, {}, body});
    };
  }

  domain::Result<flows::WalmartInventory> read_inventory() {
    flows::InventoryReader reader(client, {});
    return time.run(reader.read());
  }
  domain::Result<std::vector<domain::OfferedPrice>> read_offers() {
    flows::OfferReader reader(client, {});
    return time.run(reader.read());
  }

  int passes = 0;
};

TEST_F(CatalogueLists, AreReadWhole) {
  const auto inventory = read_inventory();
  ASSERT_TRUE(inventory) << inventory.error().message;
  EXPECT_EQ(inventory->skus, items());
  EXPECT_GT(items(), 100U);
  const auto offers = read_offers();
  ASSERT_TRUE(offers) << offers.error().message;
  EXPECT_EQ(offers->size(), items());
}

TEST_F(CatalogueLists, ALaterPageThatIsNotFoundIsAnError) {
  const auto first = value_of(time.run(client.inventories("")));
  answer_later_pages("/v3/inventories?", 1, 404, kNothingFound);
  EXPECT_EQ(cause_of(time.run(client.inventories(first.next_cursor))), Cause::not_found);
  const auto first_items = value_of(time.run(client.items("*")));
  answer_later_pages("/v3/items?", 1, 404, kNothingFound);
  EXPECT_EQ(cause_of(time.run(client.items(first_items.next_cursor))), Cause::not_found);
}

TEST_F(CatalogueLists, AnInventoryThatEndsEarlyIsReadAgain) {
  answer_later_pages("/v3/inventories?", 1, 404, kNothingFound);
  auto inventory = read_inventory();
  ASSERT_TRUE(inventory) << inventory.error().message;
  EXPECT_EQ(inventory->skus, items());
  EXPECT_EQ(passes, 2);
  answer_later_pages("/v3/inventories?", 1, 200, R"({"meta":{"totalCount":170},"elements":{"inventories":[]}})");
  inventory = read_inventory();
  ASSERT_TRUE(inventory) << inventory.error().message;
  EXPECT_EQ(inventory->skus, items());
}

TEST_F(CatalogueLists, ANodeWithoutAnAvailableQuantityHidesOnlyItself) {
  const std::string first = marketplace.seller().catalogue.item(0).sku;
  for (const char* told : {"input_only", "errors"}) {
    marketplace.seller().switches.first_stock_item = told;
    const auto inventory = read_inventory();
    ASSERT_TRUE(inventory) << told << ": " << inventory.error().message;
    EXPECT_EQ(inventory->skus, items());
    for (const auto& quantity : inventory->quantities) {
      EXPECT_EQ(quantity.in_hand.has_value(), quantity.sku != first) << told << ": " << quantity.sku;
    }
  }
}

TEST_F(CatalogueLists, AnInventoryThatIsNeverWholeIsNone) {
  for (const char* body : {kNothingFound, R"({"meta":{"totalCount":170},"elements":{"inventories":[]}})"}) {
    passes = 0;
    answer_later_pages("/v3/inventories?", 100, body == kNothingFound ? 404 : 200, body);
    const auto inventory = read_inventory();
    ASSERT_FALSE(inventory) << body;
    EXPECT_EQ(inventory.error().cause, Cause::api_outage) << inventory.error().message;
    EXPECT_EQ(passes, 4);
  }
}

TEST_F(CatalogueLists, OffersThatEndEarlyAreReadAgainOrNone) {
  answer_later_pages("/v3/items?", 1, 404, kNothingFound);
  auto offers = read_offers();
  ASSERT_TRUE(offers) << offers.error().message;
  EXPECT_EQ(offers->size(), items());
  answer_later_pages("/v3/items?", 100, 200, R"({"ItemResponse":[],"totalItems":170})");
  offers = read_offers();
  ASSERT_FALSE(offers);
  EXPECT_EQ(offers.error().cause, Cause::api_outage) << offers.error().message;
}

}  // namespace catalogue_lists_contract_test
}  // namespace connector::contract
