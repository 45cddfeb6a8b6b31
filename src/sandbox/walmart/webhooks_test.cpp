#include "sandbox/walmart/webhooks.h"

#include <set>

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace webhooks_test {

using std::chrono::hours;
using std::chrono::minutes;

class WebhooksTest : public MarketplaceFixture {
 protected:
  void SetUp() override {
    Config config;
    config.generators = {quiet_orders(5, now_ + hours(1), minutes(10))};
    start(config);
  }
  std::string subscribe(const std::string& type, const std::string& resource, const std::string& more = "") {
    const Reply reply =
        post("/v3/webhooks/subscriptions",
             R"({"events":[{"eventType":")" + type + R"(","eventVersion":"V1","resourceName":")" + resource +
                 R"(","eventUrl":"https://example.com/hook",)" + more + R"("status":"ACTIVE"}]})");
    EXPECT_EQ(reply.status, 200) << reply.text;
    return reply.body["events"].at(0)["subscriptionId"].text_or("");
  }
  std::vector<Delivery> after(domain::Milliseconds time) {
    now_ += time;
    market_->advance(now_);
    return market_->take_deliveries();
  }
  static std::string header(const Delivery& delivery, const std::string& name) {
    return std::string(ports::find_header(delivery.headers, name).value_or(""));
  }
};

TEST_F(WebhooksTest, SubscriptionsLiveAsPublished) {
  const Reply created =
      post("/v3/webhooks/subscriptions", sample("notifications.createSubscription.post.request.sample2.json"));
  const json::Value published = parsed(sample("notifications.createSubscription.post.200.json"));
  ASSERT_EQ(created.body["events"].at(0).size(), published["events"].at(0).size());
  const std::string id = created.body["events"].at(0)["subscriptionId"].text_or("");
  const json::Value listed = get("/v3/webhooks/subscriptions?eventType=OFFER_UNPUBLISHED").body["events"].at(0);
  const json::Value all_published = parsed(sample("notifications.getAllSubscriptions.get.200.sample1.json"));
  for (const auto& [name, value] : all_published["events"].at(0).object()) {
    EXPECT_TRUE(listed.contains(name)) << name;
  }
  EXPECT_EQ(get("/v3/webhooks/subscriptions?status=INACTIVE").body["events"].size(), 0U);
  const Reply changed = call("PATCH", "/v3/webhooks/subscriptions/" + id, R"({"status":"INACTIVE"})");
  EXPECT_EQ(changed.body["status"].string(), "INACTIVE");
  EXPECT_EQ(changed.body["eventUrl"].string(), "https://example.com/events");
  EXPECT_EQ(call("PATCH", "/v3/webhooks/subscriptions/" + id, R"({"status":"ASLEEP"})").status, 400);
  const Reply deleted = call("DELETE", "/v3/webhooks/subscriptions/" + id);
  EXPECT_EQ(deleted.body["message"].string(), "Successfully deleted subscription");
  EXPECT_EQ(call("DELETE", "/v3/webhooks/subscriptions/" + id).status, 404);
  const Reply four =
      post("/v3/webhooks/subscriptions", sample("notifications.createSubscription.post.request.sample4.json"));
  EXPECT_EQ(four.body["events"].size(), 4U);
}

TEST_F(WebhooksTest, EventTypesContainThePublishedOnes) {
  const json::Value types = get("/v3/webhooks/eventTypes").body["events"];
  const json::Value published_types = parsed(sample("notifications.getEventTypes.get.200.json"));
  for (const json::Value& published : published_types["events"].array()) {
    bool is_there = false;
    for (const json::Value& type : types.array()) is_there = is_there || type["eventType"] == published["eventType"];
    EXPECT_TRUE(is_there) << published["eventType"].text_or("");
  }
}

TEST_F(WebhooksTest, WrongSubscriptionsAreRefused) {
  EXPECT_EQ(post("/v3/webhooks/subscriptions", "{}").status, 400);
  EXPECT_EQ(
      post(
          "/v3/webhooks/subscriptions",
          R"({"events":[{"eventType":"PO_CREATED","eventVersion":"V1","resourceName":"ITEM","eventUrl":"https://a"}]})")
          .status,
      400);
  EXPECT_EQ(
      post("/v3/webhooks/subscriptions",
           R"({"events":[{"eventType":"PO_CREATED","eventVersion":"V1","resourceName":"ORDER","eventUrl":"https://a",
                     "authDetails":{"authMethod":"HMAC","authHeaderName":"X"}}]})")
          .status,
      400);
}

TEST_F(WebhooksTest, ANewOrderIsAnnouncedOncePerSubscription) {
  EXPECT_TRUE(after(minutes(1)).empty());
  subscribe("PO_CREATED", "ORDER");
  const auto deliveries = after(hours(1) + minutes(9));
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].url, "https://example.com/hook");
  const json::Value event = parsed(deliveries[0].body);
  EXPECT_EQ(event["source"]["eventType"].string(), "PO_CREATED");
  EXPECT_EQ(event["source"]["eventId"].string().size(), 36U);
  const json::Value& payload = event["payload"];
  EXPECT_EQ(payload["purchaseOrderId"].string(), first_order_id());
  EXPECT_EQ(payload["orderLines"].at(0)["status"].string(), "CREATED");
  EXPECT_TRUE(payload["orderLines"].at(0)["quantity"]["measurementValue"].is_string());
  EXPECT_EQ(payload["shipNodeType"].string(), "SellerFulfilled");
  EXPECT_FALSE(payload.contains("shippingInfo"));
  sign_in();
  subscribe("ORDER_UPDATES", "ORDER");
  const auto next = after(minutes(10));
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(parsed(next[1].body)["payload"]["meta"]["subEventType"].text_or(""), "PO_CREATED");
}

TEST_F(WebhooksTest, BasicAndHmacAuthentication) {
  subscribe(
      "PO_CREATED", "ORDER",
      R"("authDetails":{"authMethod":"BASIC_AUTH","authHeaderName":"Authorization","userName":"abc","password":"test"},
               "headers":{"content-type":"application/json","X-Own":"1"},)");
  subscribe("PO_CREATED", "ORDER",
            R"("authDetails":{"authMethod":"HMAC","authHeaderName":"X-Signature","clientSecret":"key"},)");
  auto deliveries = after(hours(1) + minutes(9));
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(header(deliveries[0], "Authorization"), "YWJjOnRlc3Q=");
  EXPECT_EQ(header(deliveries[0], "X-Own"), "1");
  EXPECT_EQ(header(deliveries[1], "X-Signature"), base64_encode(hmac_sha256("key", deliveries[1].body)));
  sign_in();
  set_switch("webhook_hmac_encoding", "hexadecimal");
  set_switch("webhook_basic_prefix", true);
  deliveries = after(hours(6));
  ASSERT_GE(deliveries.size(), 2U);
  EXPECT_EQ(header(deliveries[0], "Authorization"), "Basic YWJjOnRlc3Q=");
  EXPECT_EQ(header(deliveries[1], "X-Signature"), hexadecimal(hmac_sha256("key", deliveries[1].body)));
}

TEST(Encoding, KnownAnswers) {
  EXPECT_EQ(hexadecimal(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  EXPECT_EQ(base64_encode("a"), "YQ==");
  EXPECT_EQ(base64_encode("ab"), "YWI=");
  EXPECT_EQ(base64_encode("abc"), "YWJj");
  EXPECT_EQ(base64_decode("YWI="), "ab");
  EXPECT_EQ(base64_decode("Y*=="), std::nullopt);
}

TEST_F(WebhooksTest, OauthAsksForATokenFirstAndKeepsIt) {
  subscribe(
      "PO_CREATED", "ORDER",
      R"("authDetails":{"authMethod":"OAUTH","authHeaderName":"Authorization","authUrl":"https://example.com/token",
               "clientId":"i","clientSecret":"s"},)");
  auto deliveries = after(hours(1) + minutes(9));
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].url, "https://example.com/token");
  EXPECT_EQ(deliveries[0].body, "grant_type=client_credentials");
  EXPECT_EQ(deliveries[0].delay, domain::Milliseconds{0});
  EXPECT_EQ(header(deliveries[0], "Authorization"), base64_encode("i:s"));
  ports::HttpResponse answer;
  answer.body = R"({"access_token":"tok","expires_in":36000})";
  market_->delivered(deliveries[0].id, answer, now_);
  deliveries = market_->take_deliveries();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(header(deliveries[0], "Authorization"), "Bearer tok");
  deliveries = after(hours(6));
  ASSERT_FALSE(deliveries.empty());
  EXPECT_EQ(deliveries[0].url, "https://example.com/hook");  // the token still holds
}

TEST_F(WebhooksTest, ThreeAttemptsWithGrowingPauses) {
  subscribe("PO_CREATED", "ORDER");
  auto deliveries = after(hours(1) + minutes(9));
  ASSERT_EQ(deliveries.size(), 1U);
  const std::string body = deliveries[0].body;
  market_->delivered(deliveries[0].id, std::nullopt, now_);
  const auto again = [&](domain::Milliseconds time) {
    std::vector<Delivery> same;
    for (Delivery& delivery : after(time)) {
      if (delivery.body == body) same.push_back(std::move(delivery));
    }
    return same;
  };
  EXPECT_TRUE(again(minutes(4)).empty());
  auto second = again(minutes(1));
  ASSERT_EQ(second.size(), 1U);
  ports::HttpResponse refused;
  refused.status = 500;
  market_->delivered(second[0].id, refused, now_);
  EXPECT_TRUE(again(minutes(14)).empty());
  auto third = again(minutes(1));
  ASSERT_EQ(third.size(), 1U);
  market_->delivered(third[0].id, refused, now_);
  EXPECT_TRUE(again(hours(10)).empty());
  EXPECT_EQ(market_->seller().webhooks.counts().given_up, 1U);
}

TEST_F(WebhooksTest, ASuccessIsNotRepeated) {
  subscribe("PO_CREATED", "ORDER");
  const auto deliveries = after(hours(1) + minutes(9));
  ports::HttpResponse fine;
  fine.status = 204;
  market_->delivered(deliveries[0].id, fine, now_);
  market_->delivered(deliveries[0].id, std::nullopt, now_);
  for (const Delivery& delivery : after(hours(5))) EXPECT_NE(delivery.body, deliveries[0].body);
}

TEST_F(WebhooksTest, DuplicatesShareTheEventIdAndLateOnesCarryADelay) {
  set_switch("webhook_duplicate_per_mille", 1000);
  set_switch("webhook_out_of_order_per_mille", 1000);
  subscribe("PO_CREATED", "ORDER");
  const auto deliveries = after(hours(3));
  ASSERT_EQ(deliveries.size(), 10U);
  std::set<std::string> bodies;
  std::set<std::int64_t> delays;
  for (const Delivery& delivery : deliveries) {
    bodies.insert(delivery.body);
    delays.insert(delivery.delay.count());
    EXPECT_GT(delivery.delay.count(), 0);
  }
  EXPECT_EQ(bodies.size(), 5U);
  EXPECT_GT(delays.size(), 3U);
}

TEST_F(WebhooksTest, AutomaticCancellationsAndReturnsAreAnnounced) {
  subscribe("PO_LINE_AUTOCANCELLED", "ORDER");
  subscribe("RETURN_CREATED", "RETURNS");
  after(hours(2));
  sign_in();
  post("/sandbox/walmart/orders", R"({"purchaseOrderId":")" + first_order_id() + R"(","action":"ship"})");
  set_switch("return_event_envelope", false);
  post("/sandbox/walmart/orders", R"({"purchaseOrderId":")" + first_order_id() + R"(","action":"return"})");
  const auto returned = market_->take_deliveries();
  ASSERT_GE(returned.size(), 1U);
  EXPECT_EQ(parsed(returned[0].body)["returnOrders"].at(0)["purchaseOrderId"].text_or(""), first_order_id());
  EXPECT_EQ(parsed(returned[0].body)["returnOrders"].at(0)["refundStatus"].text_or(""), "Non Refunded");
  std::set<std::string> cancelled;
  for (const Delivery& delivery : after(hours(24 * 10))) {
    const json::Value event = parsed(delivery.body);
    if (event["source"]["eventType"].string() != "PO_LINE_AUTOCANCELLED") continue;
    EXPECT_EQ(event["payload"]["orderLines"].at(0)["status"].string(), "CANCELLED");
    EXPECT_TRUE(event["payload"]["orderLines"].at(0)["cancellationReason"].is_string());
    cancelled.insert(event["payload"]["purchaseOrderId"].text_or(""));
  }
  EXPECT_EQ(cancelled.size(), 4U);
}

TEST_F(WebhooksTest, TheTestCallSendsASample) {
  const Reply reply = post("/v3/webhooks/test", sample("notifications.testNotification.post.request.sample.json"));
  EXPECT_EQ(reply.body, parsed(sample("notifications.testNotification.post.200.json")));
  const auto deliveries = market_->take_deliveries();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].url, "https://example.com/events");
  EXPECT_EQ(header(deliveries[0], "Authorization"), "YWJjOnRlc3Q=");
}

}  // namespace webhooks_test
}  // namespace connector::sandbox::walmart
