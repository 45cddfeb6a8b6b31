#include "sandbox/walmart/gateway.h"

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace gateway_test {

class GatewayTest : public MarketplaceFixture {
 protected:
  void SetUp() override { start(Config{}); }

  Reply without_header(const std::string& name) {
    ports::ServerRequest request;
    request.method = "GET";
    request.target = "/v3/settings/shipping/shipnodes";
    request.headers = {{"Accept", "application/json"},
                       {"WM_QOS.CORRELATION_ID", "c-1"},
                       {"WM_SVC.NAME", "Walmart Marketplace"},
                       {"WM_SEC.ACCESS_TOKEN", token_}};
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    return exchange(request);
  }
};

TEST_F(GatewayTest, EveryHeaderIsNeeded) {
  EXPECT_EQ(without_header("none").status, 200);
  EXPECT_EQ(without_header("WM_SEC.ACCESS_TOKEN").status, 401);
  const Reply reply = without_header("WM_QOS.CORRELATION_ID");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body["error"].at(0)["code"].string(), "MISSING_REQUEST_HEADER.GMP_GATEWAY_API");
  EXPECT_EQ(without_header("WM_SVC.NAME").status, 400);
  set_switch("check_headers", false);
  EXPECT_EQ(without_header("WM_SVC.NAME").status, 200);
}

TEST_F(GatewayTest, WithoutAcceptTheAnswerIsXml) {
  const Reply reply = without_header("Accept");
  EXPECT_TRUE(reply.text.starts_with("<?xml"));
  EXPECT_EQ(ports::find_header(reply.headers, "content-type"), "application/xml");
  set_switch("media_type_without_accept", "json");
  EXPECT_TRUE(without_header("Accept").body.is_array());
}

TEST_F(GatewayTest, AListInXmlHasOneRoot) {
  const Reply reply = without_header("Accept");
  EXPECT_NE(reply.text.find("<response><element><shipNode>"), std::string::npos);
  EXPECT_EQ(reply.text.find("</response>"), reply.text.rfind("</response>"));
}

TEST_F(GatewayTest, UnknownPathsMethodsAndMediaTypes) {
  EXPECT_EQ(get("/v3/nothing").body["error"].at(0)["code"].text_or(""), "URI_NOT_FOUND.GMP_GATEWAY_API");
  EXPECT_EQ(call("DELETE", "/v3/orders").status, 405);
  EXPECT_EQ(call("PUT", "/v3/price", "<a/>", {{"Content-Type", "text/plain"}}).status, 415);
}

TEST_F(GatewayTest, TheErrorShapeGoesWithTheService) {
  EXPECT_TRUE(get("/v3/orders?limit=201")
                  .body["errors"]["error"]
                  .at(0)["code"]
                  .text_or("")
                  .starts_with("INVALID_REQUEST_PARAM"));
  const Reply stock = get("/v3/inventory?sku=none");
  EXPECT_EQ(stock.status, 404);
  EXPECT_EQ(stock.body["errors"].at(0)["code"].string(), "CONTENT_NOT_FOUND");
  EXPECT_TRUE(stock.body["errors"].at(0)["message"].is_string());
  set_switch("error_shape", "gateway");
  EXPECT_TRUE(get("/v3/inventory?sku=none").body["error"].is_array());
}

TEST_F(GatewayTest, LimitAnswersTellWhatIsLeft) {
  for (int call = 0; call < 60; ++call) {
    const Reply reply = get("/v3/orders/released");
    ASSERT_EQ(reply.status, 404);
    ASSERT_EQ(ports::find_header(reply.headers, "X-Current-Token-Count"), std::to_string(59 - call));
  }
  const Reply refused = get("/v3/orders/released");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body["error"].at(0)["code"].string(), "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API");
  EXPECT_EQ(refused.body["error"].at(0)["category"].string(), "REQUEST");
  EXPECT_EQ(ports::find_header(refused.headers, "X-Next-Replenishment-Time"),
            std::to_string(domain::to_epoch_milliseconds(now_) + 1000));
  now_ += std::chrono::milliseconds(999);
  EXPECT_EQ(get("/v3/orders/released").status, 429);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(get("/v3/orders/released").status, 404);
  const json::Value counters = get("/sandbox/walmart/counters").body;
  EXPECT_EQ(counters["requests"]["GET /v3/orders/released"].integer(), 63);
  EXPECT_EQ(counters["refusedByLimit"]["GET /v3/orders/released"].integer(), 2);
}

TEST_F(GatewayTest, LimitsCanBeLiftedAndTheirTimesWrittenOtherwise) {
  set_switch("replenishment_format", "iso8601");
  set_switch("retry_after", true);
  Reply reply;
  for (int call = 0; call < 61; ++call) reply = get("/v3/orders/released");
  EXPECT_EQ(ports::find_header(reply.headers, "X-Next-Replenishment-Time"), "2026-11-20T12:00:01.000Z");
  EXPECT_EQ(ports::find_header(reply.headers, "Retry-After"), "1");
  set_switch("rate_limits", false);
  EXPECT_EQ(get("/v3/orders/released").status, 404);
}

TEST_F(GatewayTest, FeedsOfOneKindShareABucket) {
  const std::string file = R"({"PriceHeader":{"version":"1.7"},"Price":[]})";
  for (int call = 0; call < 10; ++call) {
    ASSERT_EQ(post(call % 2 == 0 ? "/v3/feeds?feedType=price" : "/v3/feeds?feedType=promo", file).status, 200);
  }
  EXPECT_EQ(post("/v3/feeds?feedType=PRICE_AND_PROMOTION", file).status, 429);
  EXPECT_EQ(post("/v3/feeds?feedType=inventory", R"({"Inventory":[]})").status, 200);
  now_ += std::chrono::minutes(6);
  EXPECT_EQ(post("/v3/feeds?feedType=price", file).status, 200);
}

TEST(WalmartRateLimits, FillUpNoFurtherThanTheirSize) {
  RateLimits limits;
  const Limit limit{"x", 3, std::chrono::minutes(1)};
  domain::UtcTime now = domain::from_epoch_milliseconds(1'000'000);
  for (int call = 0; call < 3; ++call) EXPECT_TRUE(limits.take(limit, now).admitted);
  EXPECT_FALSE(limits.take(limit, now).admitted);
  now += std::chrono::hours(24 * 365);
  EXPECT_EQ(limits.take(limit, now).left, 2);
  // A clock that goes back neither adds nor takes.
  EXPECT_EQ(limits.take(limit, now - std::chrono::hours(1)).left, 1);
  EXPECT_EQ(limits.take(limit, now).left, 0);
}

}  // namespace gateway_test
}  // namespace connector::sandbox::walmart
