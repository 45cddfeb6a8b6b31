#include <set>

#include "sandbox/walmart/feeds.h"
#include "sandbox/walmart/inventory.h"
#include "sandbox/walmart/items.h"
#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace stock_and_prices_test {

class StockAndPricesTest : public MarketplaceFixture {
 protected:
  void SetUp() override {
    Config config;
    config.catalogue.items = 60;
    config.catalogue.more_skus = {"A/B #1"};
    start(config);
  }
  std::string node(std::size_t index) { return market_->seller().catalogue.nodes()[index].id; }
  void expect_members(const json::Value& made, const json::Value& published) {
    EXPECT_EQ(made.size(), published.size());
    for (const auto& [name, value] : published.object()) EXPECT_TRUE(made.contains(name)) << name;
  }
  json::Value feed(const std::string& id) {
    return get("/v3/feeds/" + ports::percent_encode(id) + "?includeDetails=true").body;
  }
  std::string send(const std::string& type, const std::string& file) {
    const std::string body =
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.json\"\r\n"
        "Content-Type: application/json\r\n\r\n" +
        file + "\r\n--XX--\r\n";
    const Reply reply =
        call("POST", "/v3/feeds?feedType=" + type, body, {{"Content-Type", "multipart/form-data; boundary=XX"}});
    EXPECT_EQ(reply.status, 200) << reply.text;
    return reply.body["feedId"].text_or("");
  }
};

TEST_F(StockAndPricesTest, StockIsOfANamedSku) {
  for (const Reply& reply : {get("/v3/inventory"), put("/v3/inventory", "{}")}) {
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body["errors"].at(0)["code"].string(), "MISSING_REQUEST_PARAM");
  }
}

TEST_F(StockAndPricesTest, PutAndGetInventoryAreThePublishedExchange) {
  const json::Value published = parsed(sample("inventory.updateInventoryForAnItem.put.request.json"));
  json::Value body = published;
  body.set("sku", "A/B #1");
  const std::string target = "/v3/inventory?sku=" + ports::percent_encode("A/B #1");
  const Reply reply = put(target, json::write(body));
  ASSERT_EQ(reply.status, 200) << reply.text;
  EXPECT_EQ(reply.body, body);
  EXPECT_EQ(get(target).body, body);
  expect_members(get(target).body, parsed(sample("inventory.getInventory.get.200.json")));
  EXPECT_EQ(put("/v3/inventory?sku=WM-0001", json::write(body)).status, 400);
  body.set("quantity", json::Object{{"unit", "EACH"}, {"amount", -1}});
  EXPECT_EQ(put(target, json::write(body)).status, 400);
  EXPECT_EQ(get("/v3/inventory?sku=none").status, 404);
  EXPECT_EQ(get("/v3/inventory?sku=WM-0001&shipNode=none").status, 400);
}

TEST_F(StockAndPricesTest, NodesHaveTheirOwnStock) {
  const std::string body = R"({"inventories":{"nodes":[{"shipNode":")" + node(0) +
                           R"(","inputQty":{"unit":"EACH","amount":88}},
      {"shipNode":")" + node(1) +
                           R"(","inputQty":{"unit":"EACH","amount":55}},
      {"shipNode":"moon","inputQty":{"unit":"EACH","amount":1}}]}})";
  const Reply reply = put("/v3/inventories/WM-0002", body);
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body["nodes"].at(0)["status"].string(), "Success");
  EXPECT_EQ(reply.body["nodes"].at(2)["status"].string(), "Failure");
  const json::Value shown = get("/v3/inventories/WM-0002").body;
  expect_members(shown["nodes"].at(0),
                 parsed(sample("inventory.getMultiNodeInventoryForSkuAndAllShipnodes.get.200.json"))["nodes"].at(0));
  EXPECT_EQ(shown["nodes"].at(1)["inputQty"]["amount"].integer(), 55);
  EXPECT_EQ(get("/v3/inventories/WM-0002?shipNode=" + node(1)).body["nodes"].size(), 1U);
}

TEST_F(StockAndPricesTest, InventoriesPageByTokenWithTheSameLimit) {
  std::set<std::string> seen;
  std::string cursor;
  do {
    const std::string parameter = cursor.empty() ? "" : "&nextCursor=" + ports::percent_encode(cursor);
    const Reply reply = get("/v3/inventories?limit=50" + parameter);
    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body["meta"]["totalCount"].integer(), 61);
    for (const json::Value& entry : reply.body["elements"]["inventories"].array()) {
      EXPECT_TRUE(seen.insert(entry["sku"].text_or("")).second);
    }
    cursor = reply.body["meta"]["nextCursor"].text_or("");
    if (!cursor.empty()) {
      EXPECT_EQ(get("/v3/inventories?limit=10&nextCursor=" + ports::percent_encode(cursor)).status, 400);
    }
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 61U);
  EXPECT_EQ(get("/v3/inventories").body["elements"]["inventories"].size(), 10U);
  const Reply refused = get("/v3/inventories?limit=51");
  EXPECT_EQ(refused.body["errors"].at(0)["code"].string(), "INVALID_REQUEST_PARAM");
  EXPECT_EQ(refused.body["errors"].at(0)["field"].string(), "limit");
}

TEST_F(StockAndPricesTest, ItemsPageByCursorForTwoMinutes) {
  const Reply first = get("/v3/items?nextCursor=*&limit=40");
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.body["totalItems"].integer(), 61);
  const std::string cursor = ports::percent_encode(first.body["nextCursor"].text_or(""));
  const Reply second = get("/v3/items?limit=40&nextCursor=" + cursor);
  EXPECT_EQ(second.body["ItemResponse"].size(), 21U);
  EXPECT_FALSE(second.body.contains("nextCursor"));
  now_ += std::chrono::seconds(121);
  EXPECT_EQ(get("/v3/items?limit=40&nextCursor=" + cursor).status, 400);
  const Reply one = get("/v3/items/" + ports::percent_encode("A/B #1"));
  expect_members(one.body["ItemResponse"].at(0), parsed(sample("items.getAnItem.get.200.json"))["ItemResponse"].at(0));
  EXPECT_EQ(get("/v3/items/" + one.body["ItemResponse"].at(0)["gtin"].text_or("") + "?productIdType=GTIN").body,
            one.body);
  EXPECT_EQ(get("/v3/items/none").status, 404);
}

TEST_F(StockAndPricesTest, PutPriceAsPublished) {
  json::Value body = parsed(sample("price.updatePrice.put.request.json"));
  body.set("sku", "WM-0003");
  const Reply reply = put("/v3/price", json::write(body));
  json::Value published = parsed(sample("price.updatePrice.put.200.json"));
  published.find("ItemPriceResponse")->set("sku", "WM-0003");
  EXPECT_EQ(reply.body, published);
  EXPECT_EQ(get("/v3/items/WM-0003").body["ItemResponse"].at(0)["price"]["amount"].integer(), 10);
  const auto with_amount = [](const std::string& amount) {
    return R"({"sku":"WM-0003","pricing":[{"currentPriceType":"BASE","currentPrice":{"currency":"USD","amount":)" +
           amount + "}}]}";
  };
  EXPECT_EQ(put("/v3/price", with_amount("9.999")).status, 400);
  EXPECT_EQ(put("/v3/price", with_amount("0")).status, 400);
  EXPECT_EQ(put("/v3/price", with_amount("9.99")).status, 200);
  EXPECT_EQ(put("/v3/price", R"({"sku":"none","pricing":[]})").status, 404);
  set_switch("price_delay_seconds", 300);
  put("/v3/price", with_amount("8"));
  EXPECT_EQ(get("/v3/items/WM-0003").body["ItemResponse"].at(0)["price"]["amount"].text(), "9.99");
  now_ += std::chrono::seconds(300);
  EXPECT_EQ(get("/v3/items/WM-0003").body["ItemResponse"].at(0)["price"]["amount"].text(), "8");
}

TEST_F(StockAndPricesTest, AnInventoryFeedRunsThroughItsStatesWithMixedResults) {
  const std::string id = send("inventory", R"({"InventoryHeader":{"version":"1.4"},"Inventory":[
      {"sku":"WM-0001","quantity":{"unit":"EACH","amount":7}},{"sku":"none","quantity":{"unit":"EACH","amount":1}},
      {"sku":"WM-0002","quantity":{"unit":"EACH","amount":-2}}]})");
  EXPECT_NE(id.find('@'), std::string::npos);
  EXPECT_EQ(feed(id)["feedStatus"].text_or(""), "RECEIVED");
  now_ += std::chrono::seconds(60);
  EXPECT_EQ(feed(id)["feedStatus"].text_or(""), "INPROGRESS");
  EXPECT_EQ(feed(id)["itemsProcessing"].integer(), 3);
  now_ += std::chrono::seconds(240);
  const json::Value done = feed(id);
  expect_members(done, parsed(sample("feeds.getFeedItemStatus.get.200.json")));
  EXPECT_EQ(done["feedStatus"].string(), "PROCESSED");
  EXPECT_EQ(done["itemsReceived"].integer(), 3);
  EXPECT_EQ(done["itemsSucceeded"].integer(), 1);
  EXPECT_EQ(done["itemsFailed"].integer(), 2);
  const json::Value& items = done["itemDetails"]["itemIngestionStatus"];
  EXPECT_EQ(items.at(0)["ingestionStatus"].string(), "SUCCESS");
  EXPECT_EQ(items.at(1)["ingestionStatus"].string(), "DATA_ERROR");
  EXPECT_TRUE(items.at(1)["ingestionErrors"]["ingestionError"].at(0)["code"].is_string());
  EXPECT_EQ(get("/v3/inventory?sku=WM-0001").body["quantity"]["amount"].integer(), 7);
  const json::Value listed = get("/v3/feeds").body;
  EXPECT_EQ(listed["totalResults"].integer(), 1);
  EXPECT_EQ(listed["results"]["feed"].at(0)["feedId"].string(), id);
  EXPECT_EQ(listed["results"]["feed"].at(0)["itemDataErrorCount"].integer(), 2);
  EXPECT_EQ(listed["results"]["feed"].at(0)["fileName"].string(), "f.json");
  EXPECT_EQ(get("/v3/feeds?limit=51").status, 400);
  EXPECT_EQ(get("/v3/feeds/none").status, 404);
}

TEST_F(StockAndPricesTest, TheWrongCaseFailsTheWholeFeed) {
  const std::string id =
      send("inventory", R"({"inventory":[{"sku":"WM-0001","quantity":{"unit":"EACH","amount":7}}]})");
  now_ += std::chrono::seconds(300);
  EXPECT_EQ(feed(id)["feedStatus"].text_or(""), "ERROR");
  EXPECT_EQ(feed(id)["ingestionErrors"]["ingestionError"].at(0)["code"].text_or(""), "ERR_EXT_DATA_0503009");
}

TEST_F(StockAndPricesTest, OtherFeedsHaveTheirEffectToo) {
  set_switch("feed_error_codes_end_in_tab", true);
  send("MP_INVENTORY",
       R"({"inventoryHeader":{"version":"1.5"},"inventory":[{"sku":"WM-0004","shipNodes":[{"shipNode":")" + node(1) +
           R"(","quantity":{"unit":"EACH","amount":100}}]}]})");
  send("PRICE_AND_PROMOTION",
       R"({"MPItemFeedHeader":{"version":"2.0"},"MPItem":[{"Promo&Discount":{"sku":"WM-0005","price":9.99}}]})");
  const std::string prices = send("price", R"({"PriceHeader":{"version":"1.7"},"Price":[{"sku":"WM-0006","pricing":[{
      "currentPrice":{"currency":"USD","amount":0.01}}]},{"sku":"WM-0007","pricing":[{"currentPrice":{"currency":"USD","amount":1.001}}]}]})");
  now_ += std::chrono::seconds(300);
  EXPECT_EQ(get("/v3/inventory?sku=WM-0004&shipNode=" + node(1)).body["quantity"]["amount"].integer(), 100);
  EXPECT_EQ(get("/v3/items/WM-0005").body["ItemResponse"].at(0)["price"]["amount"].text(), "9.99");
  const json::Value items = feed(prices)["itemDetails"]["itemIngestionStatus"];
  EXPECT_EQ(items.at(0)["ingestionStatus"].string(), "SUCCESS");  // with a warning
  EXPECT_EQ(items.at(0)["ingestionErrors"]["ingestionError"].size(), 1U);
  EXPECT_EQ(items.at(1)["ingestionStatus"].string(), "DATA_ERROR");
  EXPECT_TRUE(items.at(1)["ingestionErrors"]["ingestionError"].at(0)["code"].string().ends_with('\t'));
}

TEST_F(StockAndPricesTest, FeedsThatCannotBeTakenAreRefused) {
  EXPECT_EQ(post("/v3/feeds?feedType=mystery", "{}").status, 400);
  EXPECT_EQ(post("/v3/feeds?feedType=inventory", "").status, 400);
  EXPECT_EQ(post("/v3/feeds?feedType=MP_INVENTORY", std::string(1'000'001, ' ')).status, 413);
}

TEST_F(StockAndPricesTest, SettingsHaveThePublishedShapes) {
  const Reply nodes = get("/v3/settings/shipping/shipnodes");
  ASSERT_TRUE(nodes.body.is_array());
  const json::Value published = parsed(sample("settings.getAllFulfillmentCenters.get.200.Sample-1.json"));
  expect_members(nodes.body.at(1), published.at(1));
  const json::Value profile = get("/v3/settings/partnerprofile").body;
  expect_members(profile["partner"], parsed(sample("settings.getPartnerConfigurations.get.200.json"))["partner"]);
  EXPECT_EQ(profile["configurations"]
                .at(1)["configuration"]["values"]
                .at(0)["throttleConfigurations"]
                .at(0)["rate"]["count"]
                .integer(),
            10);
}

}  // namespace stock_and_prices_test
}  // namespace connector::sandbox::walmart
