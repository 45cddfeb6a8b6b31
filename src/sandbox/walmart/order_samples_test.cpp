#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace order_samples_test {

class OrderSamplesTest : public MarketplaceFixture {
 protected:
  void start_at(const std::string& time) {
    now_ = *domain::parse_iso8601(time);
    start(Config{});
  }
  void load(const std::string& name) {
    const auto count = market_->load_samples(sample(name));
    ASSERT_TRUE(count) << count.error().message;
    EXPECT_GT(*count, 0U);
  }
};

TEST_F(OrderSamplesTest, EveryPublishedOrderComesBackMemberByMember) {
  for (const std::string name : {"orders.getAllOrders.get.200.json", "orders.getAllReleasedOrders.get.200.json"}) {
    start_at("2019-11-01T00:00:00Z");
    load(name);
    const json::Value published = parsed(sample(name));
    for (const json::Value& order : published["list"]["elements"]["order"].array()) {
      EXPECT_EQ(this->order(order["purchaseOrderId"].text_or("")), order);
    }
    const Reply listed = get("/v3/orders?limit=10&replacementInfo=true&createdStartDate=2019-06-01");
    EXPECT_EQ(listed.body["list"]["elements"]["order"].size(), published["list"]["elements"]["order"].size());
  }
}

TEST_F(OrderSamplesTest, TheListKeepsThePublishedOrderOfRows) {
  start_at("2019-11-01T00:00:00Z");
  load("orders.getAllOrders.get.200.json");
  const json::Value published = parsed(sample("orders.getAllOrders.get.200.json"));
  const Reply listed = get("/v3/orders?replacementInfo=true&createdStartDate=2019-06-01");
  EXPECT_EQ(listed.body["list"]["elements"], published["list"]["elements"]);
}

TEST_F(OrderSamplesTest, SingleOrdersWithRefundAndTracking) {
  start_at("2021-07-01T00:00:00Z");
  for (const std::string name : {"orders.getAnOrder.get.200.ATTRIBUTES.json", "orders.getAnOrder.get.200.ORDER.json"}) {
    load(name);
    const json::Value published = parsed(sample(name))["order"];
    EXPECT_EQ(order(published["purchaseOrderId"].text_or("")), published);
  }
}

TEST_F(OrderSamplesTest, ReplacementMembersOnlyWhenAskedFor) {
  start_at("2019-11-01T00:00:00Z");
  load("orders.getAllOrders.get.200.json");
  const json::Value shown = get("/v3/orders/1796277083022").body["order"];
  EXPECT_FALSE(shown.contains("orderType"));
  EXPECT_FALSE(shown.contains("originalCustomerOrderID"));
}

TEST_F(OrderSamplesTest, AWriteChangesThePublishedOrderAsPublished) {
  start_at("2019-09-17T20:45:56Z");
  load("orders.getAllOrders.get.200.json");
  const Reply reply = post("/v3/orders/1796277083022/acknowledge", "");
  ASSERT_EQ(reply.status, 200);
  const json::Value published = parsed(sample("orders.acknowledgeOrders.post.200.json"));
  EXPECT_EQ(reply.body, published);
}

TEST_F(OrderSamplesTest, ACancelledPublishedLineShowsZeroCharges) {
  start_at("2019-09-17T20:45:56Z");
  load("orders.getAllOrders.get.200.json");
  std::string request = sample("orders.cancelOrderLines.post.request.json");
  request.replace(request.find("\"lineNumber\": \"1\""), 17, "\"lineNumber\": \"4\"");
  EXPECT_EQ(post("/v3/orders/1796277083022/cancel", request).status, 400);  // the customer did not ask for it
  request.replace(request.find("CUSTOMER_REQUESTED_SELLER_TO_CANCEL"), 35, "SELLER_CANCEL_OUT_OF_STOCK");
  const Reply reply = post("/v3/orders/1796277083022/cancel", request);
  ASSERT_EQ(reply.status, 200) << reply.text;
  const json::Value& charge = reply.body["order"]["orderLines"]["orderLine"].at(0)["charges"]["charge"].at(0);
  EXPECT_EQ(charge["chargeAmount"]["amount"].integer(), 0);
  EXPECT_EQ(charge["tax"]["taxAmount"]["amount"].integer(), 0);
  EXPECT_EQ(charge["tax"]["taxName"].string(), "Tax1");
}

TEST_F(OrderSamplesTest, BadPayloadsAreRefusedWithAReason) {
  start(Config{});
  EXPECT_FALSE(market_->load_samples("{}"));
  EXPECT_FALSE(market_->load_samples("nonsense"));
  EXPECT_FALSE(market_->load_samples(R"({"order":{"purchaseOrderId":"1"}})"));
  const std::string good = sample("orders.getAnOrder.get.200.ORDER.json");
  EXPECT_TRUE(market_->load_samples(good));
  EXPECT_FALSE(market_->load_samples(good));  // twice the same purchase order
}

TEST_F(OrderSamplesTest, BooksOfAPublishedOrder) {
  start_at("2021-07-01T00:00:00Z");
  load("orders.getAnOrder.get.200.ORDER.json");
  const json::Value line = books_of("1815367951431")["lines"].at(0);
  EXPECT_EQ(line["shipped"].integer(), 1);
  EXPECT_EQ(line["shipments"].at(0)["shipTime"].string(), "2021-06-16T09:30:55.000Z");
  EXPECT_EQ(line["charged"]["product"].string(), "5");
  EXPECT_EQ(line["charged"]["tax"].string(), "0.34");
}

}  // namespace order_samples_test
}  // namespace connector::sandbox::walmart
