#include "sandbox/exact/webhooks.h"
#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace webhooks_test {

constexpr const char* subscription = R"({"Topic":"SalesInvoices","CallbackURL":"https://app.example/hook"})";

TEST(Webhooks, SubscribingIsValidatedByAnEmptyPost) {
  TestClient client;
  client.create("webhooks/WebhookSubscriptions", subscription);
  const auto deliveries = client.service().take_deliveries();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].url, "https://app.example/hook");
  EXPECT_EQ(deliveries[0].body, "");
  EXPECT_EQ(client.refusal("webhooks/WebhookSubscriptions", subscription), "Data already exists.");
  EXPECT_EQ(client.refusal("webhooks/WebhookSubscriptions", R"({"Topic":"Items","CallbackURL":"http://far.example/"})"),
            "Invalid: Callback URL");
}

TEST(Webhooks, ChangesAreSignedOverTheContentBytes) {
  TestClient client;
  client.create("webhooks/WebhookSubscriptions", subscription);
  client.service().take_deliveries();
  const std::string id = client.create("salesinvoice/SalesInvoices", client.invoice_body("W"))["InvoiceID"].text_or("");
  const auto deliveries = client.service().take_deliveries();
  ASSERT_EQ(deliveries.size(), 1U);
  const std::string& body = deliveries[0].body;
  const json::Value notice = *json::parse(body);
  EXPECT_EQ(notice["Content"]["Topic"].text_or(""), "SalesInvoices");
  EXPECT_EQ(notice["Content"]["Action"].text_or(""), "Create");
  EXPECT_EQ(notice["Content"]["Key"].text_or(""), id);
  EXPECT_EQ(notice["Content"]["ExactOnlineEndpoint"].text_or(""),
            "https://start.exactonline.nl/api/v1/499156/salesinvoice/SalesInvoices(guid'" + id + "')");
  const std::size_t start = body.find("{\"Content\":") + 11;
  const std::string content = body.substr(start, body.rfind(",\"HashCode\":") - start);
  EXPECT_EQ(body, sign_notification(content, client.service().app().webhook_secret));
}

TEST(Webhooks, TheHashIsUpperCaseHexHmacSha256) {
  // RFC 4231, test case 2.
  EXPECT_EQ(sign_notification("what do ya want for nothing?", "Jefe"),
            "{\"Content\":what do ya want for nothing?,\"HashCode\":"
            "\"5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843\"}");
}

TEST(Webhooks, LossesAndDoublesBySwitch) {
  TestClient client({.webhook_lost_per_million = 1'000'000});
  client.create("webhooks/WebhookSubscriptions", subscription);
  client.service().take_deliveries();
  client.create("salesinvoice/SalesInvoices", client.invoice_body("W"));
  EXPECT_EQ(client.service().take_deliveries().size(), 0U);
  client.service().switches().webhook_lost_per_million = 0;
  client.service().switches().webhook_twice_per_million = 1'000'000;
  client.create("salesinvoice/SalesInvoices", client.invoice_body("W"));
  EXPECT_EQ(client.service().take_deliveries().size(), 2U);
}

}  // namespace webhooks_test
}  // namespace connector::sandbox::exact
