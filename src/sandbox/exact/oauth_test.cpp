#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace oauth_test {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

json::Value body_of(const ports::HttpResponse& answer) { return json::parse(answer.body).value_or(json::Value{}); }

ports::HttpResponse refresh(TestClient& client, const std::string& token) {
  return client.token_call("grant_type=refresh_token&refresh_token=" + ports::percent_encode(token));
}

int me(TestClient& client, const std::string& token) {
  return client
      .raw("GET", "/api/v1/current/Me?$select=CurrentDivision", {},
           {{"Authorization", "Bearer " + token}, {"Accept", "application/json"}})
      .status;
}

TEST(OAuth, SignInGivesAPairWithSecondsAsText) {
  TestClient client;
  const std::string code = client.new_code();
  EXPECT_NE(code.find("%21"), std::string::npos);
  const auto answer =
      client.token_call("grant_type=authorization_code&code=" + code + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
  EXPECT_TRUE(body_of(answer)["expires_in"].is_string());
  EXPECT_EQ(body_of(answer)["expires_in"].text_or(""), "600");
  EXPECT_EQ(body_of(answer)["token_type"].text_or(""), "bearer");
  // A code works once.
  const auto again =
      client.token_call("grant_type=authorization_code&code=" + code + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(body_of(again)["error"].text_or(""), "invalid_grant");
}

TEST(OAuth, CodesLiveThreeMinutesForTheirRedirectOnly) {
  TestClient client;
  std::string code = client.new_code();
  client.pass(minutes{3});
  const std::string redirect = "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";
  EXPECT_EQ(client.token_call("grant_type=authorization_code&code=" + code + redirect).status, 400);
  code = client.new_code();
  EXPECT_EQ(
      client.token_call("grant_type=authorization_code&code=" + code + "&redirect_uri=https%3A%2F%2Fother").status,
      400);
}

TEST(OAuth, AuthorizeRefusesUnknownClientsAndReportsDenial) {
  TestClient client;
  EXPECT_EQ(client.raw("GET", "/api/oauth2/auth?client_id=x&redirect_uri=https%3A%2F%2Fa&response_type=code").status,
            400);
  client.service().switches().consent_denied = true;
  const auto answer = client.raw("GET", "/api/oauth2/auth?client_id=" + client.service().app().client_id +
                                            "&redirect_uri=https%3A%2F%2Fa%2Fcb&response_type=code&state=q%20r");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(ports::find_header(answer.headers, "Location"), "https://a/cb?error=access_denied&state=q%20r");
}

TEST(OAuth, RenewalIsRefusedBefore570Seconds) {
  TestClient client;
  client.pass(seconds{569});
  const auto early = refresh(client, client.refresh_token);
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.body,
            R"({"error":"access_denied","error_description":"Rate limit exceeded: access_token not expired"})");
  EXPECT_EQ(ports::find_header(early.headers, "Reason"),
            "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired");
  client.pass(seconds{1});
  const auto renewed = refresh(client, client.refresh_token);
  EXPECT_EQ(renewed.status, 200);
  // Both access tokens work until their own end.
  EXPECT_EQ(me(client, client.access_token), 200);
  EXPECT_EQ(me(client, body_of(renewed)["access_token"].text_or("")), 200);
  client.pass(seconds{30});
  EXPECT_EQ(me(client, client.access_token), 401);
  EXPECT_EQ(me(client, body_of(renewed)["access_token"].text_or("")), 200);
}

TEST(OAuth, TheOldRefreshTokenDiesWithTheFirstUseOfTheNewPair) {
  TestClient client;
  client.pass(seconds{600});
  const json::Value renewed = body_of(refresh(client, client.refresh_token));
  EXPECT_EQ(me(client, renewed["access_token"].text_or("")), 200);
  client.pass(seconds{600});
  const auto old = refresh(client, client.refresh_token);
  EXPECT_EQ(old.status, 401);
  EXPECT_EQ(old.body, R"({"error":"unauthorized_client","error_description":"Old refresh token used."})");
  EXPECT_EQ(client.service().oauth().counters().old_refresh_tokens, 1);
  EXPECT_EQ(refresh(client, renewed["refresh_token"].text_or("")).status, 200);
}

TEST(OAuth, ALostAnswerCanBeAskedForAgain) {
  TestClient client;
  client.pass(seconds{600});
  EXPECT_EQ(refresh(client, client.refresh_token).status, 200);  // lost on the way
  EXPECT_EQ(refresh(client, client.refresh_token).status, 400);  // too early by the lost pair
  client.pass(seconds{570});
  const auto second = refresh(client, client.refresh_token);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(me(client, body_of(second)["access_token"].text_or("")), 200);
  EXPECT_EQ(client.service().oauth().counters().refresh_tokens_used_again, 1);
}

TEST(OAuth, SwitchesMakeOldTokensDieAtOnceOrLostPairsNotCount) {
  TestClient strict({.old_refresh_token_dies_at_once = true});
  strict.pass(seconds{600});
  EXPECT_EQ(refresh(strict, strict.refresh_token).status, 200);
  strict.pass(seconds{600});
  EXPECT_EQ(refresh(strict, strict.refresh_token).status, 401);
  TestClient mild({.too_early_counts_unused_pair = false});
  mild.pass(seconds{600});
  EXPECT_EQ(refresh(mild, mild.refresh_token).status, 200);
  EXPECT_EQ(refresh(mild, mild.refresh_token).status, 200);
}

TEST(OAuth, RefreshTokensExpireAfterThirtyIdleDays) {
  TestClient client;
  client.pass(days{30});
  const auto answer = refresh(client, client.refresh_token);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(body_of(answer)["error"].text_or(""), "invalid_grant");
}

TEST(OAuth, TwoHundredTokenCallsADay) {
  TestClient client({.token_calls_per_day = 3});
  EXPECT_EQ(refresh(client, "x").status, 400);
  EXPECT_EQ(refresh(client, "x").status, 400);
  EXPECT_EQ(refresh(client, "x").status, 429);
  client.pass(days{1});
  EXPECT_EQ(refresh(client, "x").status, 400);
}

TEST(OAuth, WrongSecretsAreRefused) {
  TestClient client;
  const auto answer = client.raw(
      "POST", "/api/oauth2/token",
      "grant_type=refresh_token&refresh_token=a&client_secret=b&client_id=" + client.service().app().client_id);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(body_of(answer)["error"].text_or(""), "invalid_client");
}

}  // namespace oauth_test
}  // namespace connector::sandbox::exact
