#include "sandbox/walmart/token.h"

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace token_test {

class TokenTest : public MarketplaceFixture {
 protected:
  void SetUp() override { start(Config{}); }

  Reply token_call(const std::string& pair, const std::string& body = "grant_type=client_credentials") {
    return call("POST", "/v3/token", body, {{"Authorization", "Basic " + base64_encode(pair)}});
  }
};

TEST_F(TokenTest, HasThePublishedMembers) {
  const Reply reply = token_call("sandbox-client:sandbox-secret");
  EXPECT_EQ(reply.status, 200);
  const json::Value published = parsed(sample("auth.tokenAPI.post.200.clientCredentialsRes.json"));
  ASSERT_EQ(reply.body.size(), published.size());
  for (const auto& [name, value] : published.object()) EXPECT_TRUE(reply.body.contains(name)) << name;
  EXPECT_EQ(reply.body["token_type"].string(), "Bearer");
  EXPECT_EQ(reply.body["expires_in"].integer(), 900);
  EXPECT_GE(reply.body["access_token"].string().size(), 1000U);
}

TEST_F(TokenTest, BadClientIsA400InGatewayShapeOrAsSwitched) {
  const Reply reply = token_call("sandbox-client:wrong");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(reply.body["error"].at(0)["code"].string().ends_with(".GMP_GATEWAY_API"));
  set_switch("bad_client_status", 401);
  EXPECT_EQ(token_call("nobody:sandbox-secret").status, 401);
  EXPECT_EQ(call("POST", "/v3/token", "grant_type=client_credentials").status, 401);
}

TEST_F(TokenTest, UnknownGrantIsRefused) {
  EXPECT_EQ(token_call("sandbox-client:sandbox-secret", "grant_type=password").status, 400);
  EXPECT_EQ(token_call("sandbox-client:sandbox-secret", "").status, 400);
}

TEST_F(TokenTest, ExpiresAfterNineHundredSecondsToTheMillisecond) {
  now_ += std::chrono::milliseconds(899'999);
  EXPECT_EQ(get("/v3/orders").status, 404);
  now_ += std::chrono::milliseconds(1);
  const Reply reply = get("/v3/orders");
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.body["error"].at(0)["code"].string(), "UNAUTHORIZED.GMP_GATEWAY_API");
  EXPECT_EQ(reply.body["error"].at(0)["field"].string(), "UNAUTHORIZED");
  EXPECT_EQ(reply.body["error"].at(0)["errorIdentifiers"].size(), 0U);
  sign_in();
  EXPECT_EQ(get("/v3/orders").status, 404);
}

TEST_F(TokenTest, DetailTellsTimesAsTextAndScopes) {
  const Reply reply = get("/v3/token/detail");
  const json::Value published = parsed(sample("auth.getTokenDetail.get.200.json"));
  for (const auto& [name, value] : published.object()) EXPECT_TRUE(reply.body.contains(name)) << name;
  for (const auto& [name, value] : published["scopes"].object())
    EXPECT_TRUE(reply.body["scopes"].contains(name)) << name;
  EXPECT_TRUE(reply.body["issued_at"].is_string());
  EXPECT_EQ(*reply.body["expire_at"].integer() - *reply.body["issued_at"].integer(), 900'000);
}

TEST_F(TokenTest, ScopeDecidesReadingAndWriting) {
  set_switch("scope_price", "view_only");
  EXPECT_EQ(put("/v3/price", "{}").status, 403);
  set_switch("scope_orders", "no_access");
  const Reply reply = get("/v3/orders");
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body["error"].at(0)["code"].string(), "FORBIDDEN.GMP_GATEWAY_API");
}

TEST_F(TokenTest, RefreshTokenComesWithAnAuthorizationCode) {
  const ports::HttpHeaders headers = {{"Authorization", "Basic " + base64_encode("sandbox-client:sandbox-secret")},
                                      {"WM_PARTNER.ID", "100009"}};
  const Reply first = call("POST", "/v3/token", "grant_type=authorization_code&code=x&redirect_uri=y", headers);
  const std::string refresh = first.body["refresh_token"].text_or("");
  ASSERT_FALSE(refresh.empty());
  EXPECT_EQ(call("POST", "/v3/token", "grant_type=refresh_token&refresh_token=" + refresh, headers).status, 200);
  EXPECT_EQ(call("POST", "/v3/token", "grant_type=refresh_token&refresh_token=other", headers).status, 400);
}

TEST_F(TokenTest, SameSeedSameTokens) {
  const std::string first = token_;
  start(Config{});
  EXPECT_EQ(token_, first);
}

}  // namespace token_test
}  // namespace connector::sandbox::walmart
