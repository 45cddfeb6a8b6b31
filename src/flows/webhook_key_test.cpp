#include "flows/webhook_key.h"

#include <gtest/gtest.h>

namespace connector::flows {
namespace webhook_key_test {

using domain::UtcTime;

constexpr std::string_view body = R"({"source":{"eventType":"PO_CREATED"}})";
/// HMAC-SHA256 of `body` under "secret", by openssl dgst.
constexpr std::string_view body_hmac = "3a9d1ff1ac454cd98aa93ccfd558b0772ba5307ddb737006bdb0ed321e0635a1";

WebhookProof prove(const WalmartWebhookKey& key, ports::HttpHeaders headers, std::string_view sent = body,
                   UtcTime now = UtcTime{}) {
  return prove_walmart_notice(key, {"POST", "/webhooks/walmart/shop", headers, sent}, now);
}

WalmartWebhookKey key_of(const std::string& method) {
  WalmartWebhookKey key;
  key.method = method;
  key.header_name = "X-Proof";
  key.user_name = "user";
  key.password = "password";
  key.client_id = "id";
  key.client_secret = "secret";
  return key;
}

TEST(WebhookKey, HmacIsTakenInBothEncodingsAndForThisBodyOnly) {
  const auto key = key_of("HMAC");
  EXPECT_EQ(prove(key, {{"x-proof", std::string(body_hmac)}}), WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", "3A9D1FF1AC454CD98AA93CCFD558B0772BA5307DDB737006BDB0ED321E0635A1"}}),
            WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", "Op0f8axFTNmKqTzP1ViwdyulMH3bc3AGvbDtMh4GNaE="}}), WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", std::string(body_hmac)}}, R"({"source":{"eventType":"PO_CREATEE"}})"),
            WebhookProof::wrong);
  EXPECT_EQ(prove(key, {{"X-Proof", "00"}}), WebhookProof::wrong);
  EXPECT_EQ(prove(key, {}), WebhookProof::missing);
  EXPECT_EQ(prove(key, {{"X-Proof", ""}}), WebhookProof::missing);
}

TEST(WebhookKey, BasicIsTakenWithAndWithoutItsPrefix) {
  const auto key = key_of("BASIC_AUTH");
  EXPECT_EQ(prove(key, {{"X-Proof", "dXNlcjpwYXNzd29yZA=="}}), WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", "Basic dXNlcjpwYXNzd29yZA=="}}), WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", "dXNlcjpwYXNzd29yZB=="}}), WebhookProof::wrong);
  EXPECT_EQ(prove(key, {{"X-Proof", std::string(body_hmac)}}), WebhookProof::wrong) << "another method's proof";
}

TEST(WebhookKey, AccessTokensAreGivenForTheCredentialsAndRunOut) {
  const auto key = key_of("OAUTH");
  EXPECT_TRUE(proves_token_request(key, {{"X-Proof", "aWQ6c2VjcmV0"}}));
  EXPECT_FALSE(proves_token_request(key, {{"X-Proof", "aWQ6c2VjcmV1"}}));
  EXPECT_FALSE(proves_token_request(key_of("HMAC"), {{"X-Proof", "aWQ6c2VjcmV0"}}));
  const UtcTime until = UtcTime{} + std::chrono::hours(1);
  const std::string token = make_access_token(key, until);
  EXPECT_EQ(prove(key, {{"X-Proof", "Bearer " + token}}), WebhookProof::proven);
  EXPECT_EQ(prove(key, {{"X-Proof", "Bearer " + token}}, body, until), WebhookProof::expired);
  EXPECT_EQ(prove(key, {{"X-Proof", "Bearer 9" + token}}), WebhookProof::wrong) << "a later expiry";
  auto other = key;
  other.client_secret = "other";
  EXPECT_EQ(prove(other, {{"X-Proof", "Bearer " + token}}), WebhookProof::wrong);
}

TEST(WebhookKey, SignaturesWithTimestampAreBoundToAddressBodyAndTime) {
  const auto key = key_of("HMAC");
  const UtcTime now = UtcTime{} + std::chrono::seconds(1'700'000'000);
  const ports::HttpHeaders headers{{"WM_SEC.TIMESTAMP", "1700000000"},
                                   {"WM_SEC.SIGNATURE", "DtjlEU/vSVqYlYBqrSxwp5ZS3cTn2Jcd+MDSOpfLm2M="}};
  EXPECT_EQ(prove(key, headers, body, now), WebhookProof::proven);
  EXPECT_EQ(prove(key, headers, body, now + std::chrono::minutes(6)), WebhookProof::expired);
  EXPECT_EQ(prove(key, headers, "{}", now), WebhookProof::wrong);
  EXPECT_EQ(prove_walmart_notice(key, {"POST", "/webhooks/walmart/other", headers, body}, now), WebhookProof::wrong);
}

TEST(WebhookKey, ExactSignsTheContentByteForByte) {
  // The pair of exact.md 5, signed under "webhook-secret" by openssl dgst.
  constexpr std::string_view notice =
      R"({"Content":{"Topic":"Items","Division":1,"Key":"k","x":",\"HashCode\":\""},"HashCode":"83A1CE4FFF5F579452F7666C9FB48873C916F14DF5D27CEDDFD33CCB84CDA38A"})";
  const auto content = signed_content(notice);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->content, R"({"Topic":"Items","Division":1,"Key":"k","x":",\"HashCode\":\""})");
  EXPECT_TRUE(proves_exact_notice("webhook-secret", *content));
  EXPECT_FALSE(proves_exact_notice("webhook-secreT", *content));
  EXPECT_FALSE(proves_exact_notice("", *content));
  auto lower = *content;
  const std::string lower_hash = "83a1ce4fff5f579452f7666c9fb48873c916f14df5d27ceddfd33ccb84cda38a";
  lower.hash_code = lower_hash;
  EXPECT_TRUE(proves_exact_notice("webhook-secret", lower)) << "a digest is a number, however it is written";
  for (const std::string_view other : {"", "{}", "[]", R"({"Content":{}})", R"({"HashCode":"A"})", R"({"Content":"})",
                                       R"({"Content":,"HashCode":"})", R"({"Content":{},"HashCode":"A"} x)"}) {
    const auto read = signed_content(other);
    EXPECT_FALSE(read && proves_exact_notice("webhook-secret", *read)) << other;
  }
}

}  // namespace webhook_key_test
}  // namespace connector::flows
