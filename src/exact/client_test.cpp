#include "exact/client.h"
#include "exact/edition.h"

#include <gtest/gtest.h>

#include "ports/test_doubles.h"

namespace connector::exact {
namespace client_test {

using domain::Cause;
using domain::UtcTime;
using ports::CallPriority;
using ports::testing::CountingRandom;
using ports::testing::ManualTime;
using ports::testing::OpenGate;
using ports::testing::ScriptedTransport;
using Kind = ports::TransportFailure::Kind;

class FixedVault : public TokenVault {
 public:
  ports::Task<domain::Result<std::optional<Tokens>>> load() override { co_return tokens; }
  ports::Task<domain::Result<void>> save(Tokens saved, std::string) override {
    tokens = saved;
    co_return domain::Result<void>{};
  }
  ports::Task<domain::Result<bool>> lock(UtcTime) override { co_return true; }
  ports::Task<void> unlock() override { co_return; }
  ports::Task<domain::Result<bool>> take_trial(UtcTime) override { co_return true; }
  std::optional<Tokens> tokens;
};

class ExactClientTest : public ::testing::Test {
 protected:
  ExactClientTest() { vault.tokens = Tokens{"A1", "R1", time.now(), time.now() + std::chrono::seconds{600}}; }

  static std::string header(const ports::HttpRequest& request, std::string_view name) {
    const auto value = ports::find_header(request.headers, name);
    return value ? std::string(*value) : "(none)";
  }
  static std::string pair_body(const std::string& number) {
    return R"({"access_token":"A)" + number + R"(","token_type":"bearer","expires_in":"600","refresh_token":"R)" +
           number + "\"}";
  }
  ODataQuery journals() {
    ODataQuery query("financial/Journals");
    query.select({"Code"});
    return query;
  }

  ManualTime time{UtcTime{std::chrono::seconds{1'760'000'000}}};
  ScriptedTransport transport{time};
  OpenGate gate;
  CountingRandom random;
  ClientOptions options;
  FixedVault vault;
  Session session{{"id", "secret", "https://c.example/cb"}, vault, transport, gate, random, time, time, options};
  Client client{session, transport, gate, random, time, options, 499156};
};

TEST_F(ExactClientTest, AnEndpointThatRestsTellsNothingOfTheEdition) {
  gate.refusal = domain::Error{Cause::rate_limited, "salesorder/SalesOrders is rested"};
  const auto rested = time.run(probe_edition(client, CallPriority::person));
  ASSERT_TRUE(rested) << rested.error().error.message;
  EXPECT_EQ(rested->value, Edition{});
  gate.refusal = domain::Error{Cause::budget_spent, "no call is left"};
  EXPECT_FALSE(time.run(probe_edition(client, CallPriority::person)));
}

TEST_F(ExactClientTest, WhatIsForbiddenOrUnknownNamesItsEndpoint) {
  for (const int status : {403, 404}) {
    transport.answer(status, "");
    const auto page = time.run(client.get(journals(), CallPriority::orders));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().error.message, "Exact answered " + std::to_string(status) + " (financial/Journals)");
  }
}

TEST_F(ExactClientTest, AsksForJsonOfItsDivision) {
  transport.answer(200, R"({"d":{"results":[{"Code":"70"}]}})");
  const auto page = time.run(client.get(journals(), CallPriority::orders));
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(page->value.rows.at(0)["Code"].text_or(""), "70");
  const auto& request = transport.requests.at(0);
  EXPECT_EQ(request.url, "https://start.exactonline.nl/api/v1/499156/financial/Journals?$select=Code");
  EXPECT_EQ(header(request, "Accept"), "application/json");
  EXPECT_EQ(header(request, "Authorization"), "Bearer A1");
  EXPECT_EQ(gate.admitted, std::vector<std::string>{"financial/Journals"});
  EXPECT_EQ(gate.done, gate.admitted);
}

TEST_F(ExactClientTest, WhatIsToldToWaitAfterItsAdmissionAsksAgain) {
  gate.told_to_wait = 2;
  transport.answer(200, R"({"d":{"results":[{"Code":"70"}]}})");
  EXPECT_TRUE(time.run(client.get(journals(), CallPriority::orders)));
  EXPECT_EQ(gate.admitted.size(), 3U);
  EXPECT_EQ(gate.done.size(), 3U) << "each admission is accounted for";
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(ExactClientTest, FollowsPagesOnItsOwnServerOnly) {
  transport.answer(
      200,
      R"({"d":{"results":[{"Code":"1"}],"__next":"https://START.exactonline.nl/api/v1/499156/x?$skiptoken=guid'a b'"}})");
  transport.answer(200,
                   R"({"d":{"results":[{"Code":"2"}],"__next":"https://evil.example/api/v1/499156/x?$skiptoken=2"}})");
  transport.answer(200, R"({"d":{"results":[{"Code":"3"}],"__next":"https://evil.example/collect"}})");
  const auto rows = time.run(client.get_all(journals(), CallPriority::orders));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().error.cause, Cause::malformed_response);
  ASSERT_EQ(transport.requests.size(), 3U);
  EXPECT_EQ(transport.requests[1].url, "https://START.exactonline.nl/api/v1/499156/x?$skiptoken=guid'a%20b'");
  EXPECT_EQ(transport.requests[2].url, "https://start.exactonline.nl/api/v1/499156/x?$skiptoken=2")
      << "the token must not leave for another host";
  for (const char* foreign :
       {"http://start.exactonline.nl/api/v1/1/x", "https://start.exactonline.nl.evil.example/api/v1/1/x",
        "https://start.exactonline.nl@evil.example/api/v1/1/x", "https://start.exactonline.nl:444/api/v1/1/x",
        "/api/v1/1/x"}) {
    transport.answer(200, R"({"d":{"results":[]}})");
    EXPECT_TRUE(time.run(client.get_next(foreign, "x", CallPriority::orders))) << foreign;
    EXPECT_EQ(transport.requests.back().url, "https://start.exactonline.nl/api/v1/1/x") << foreign;
  }
}

TEST_F(ExactClientTest, PagesThatGoInCirclesEnd) {
  const std::string body =
      R"({"d":{"results":[{"Code":"1"}],"__next":"https://start.exactonline.nl/api/v1/499156/x?p=2"}})";
  for (int i = 0; i < 4; ++i) transport.answer(200, body);
  const auto rows = time.run(client.get_all(journals(), CallPriority::orders));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().error.cause, Cause::malformed_response);
  const auto divisions = time.run(client.divisions(499156));
  ASSERT_FALSE(divisions);
  EXPECT_EQ(divisions.error().error.cause, Cause::malformed_response);
}

TEST_F(ExactClientTest, APostSendsTheBodyByteForByteAndReadsTheEntity) {
  transport.answer(201, R"({"d":{"InvoiceID":"g","SalesInvoiceLines":{"__deferred":{"uri":"x"}}}})");
  const std::string body = "{\"Zebra\":1.10, \"a\":2}";
  const auto created = time.run(
      client.create("salesinvoice/SalesInvoices", body, CallPriority::orders, time.now() + std::chrono::seconds{9}));
  ASSERT_TRUE(created) << created.error().error.message;
  EXPECT_EQ(created->value["InvoiceID"].text_or(""), "g");
  const auto& request = transport.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, body);
  EXPECT_EQ(header(request, "Prefer"), "return=representation");
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(request.not_after, time.now() + std::chrono::seconds{9});
}

TEST_F(ExactClientTest, ABodyWhoseTimeHasPassedDoesNotLeave) {
  const auto late = time.run(client.create("salesinvoice/SalesInvoices", "{}", CallPriority::orders,
                                           time.now() - std::chrono::milliseconds{1}));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().error.cause, Cause::fenced);
  EXPECT_FALSE(late.error().may_have_had_effect);
  EXPECT_TRUE(transport.requests.empty());
  EXPECT_EQ(gate.done, gate.admitted);
}

TEST_F(ExactClientTest, UnreadableAnswersToWritesAreUnclear) {
  transport.answer(201, R"({"d":{"InvoiceID":)");
  transport.answer(201, "");
  transport.fail(Kind::timed_out, true);
  transport.fail(Kind::could_not_connect, false);
  for (const bool effect : {true, true, true, false}) {
    const auto answer = time.run(client.create("salesinvoice/SalesInvoices", "{}", CallPriority::orders, std::nullopt));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().may_have_had_effect, effect);
  }
}

TEST_F(ExactClientTest, A401RenewsAnOldTokenOnceAndRepeats) {
  time.pass(std::chrono::seconds{572});
  transport.answer(401, "");
  transport.answer(200, pair_body("2"));
  transport.answer(201, R"({"d":{"ID":"x"}})");
  const auto created = time.run(client.create("crm/Accounts", "{}", CallPriority::orders, std::nullopt));
  ASSERT_TRUE(created) << created.error().error.message;
  EXPECT_EQ(header(transport.requests.at(2), "Authorization"), "Bearer A2");
  EXPECT_EQ(vault.tokens->refresh_token, "R2");

  time.pass(std::chrono::seconds{572});
  transport.answer(401, "");
  transport.answer(200, pair_body("3"));
  transport.answer(401, "");
  const auto refused = time.run(client.create("crm/Accounts", "{}", CallPriority::orders, std::nullopt));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.cause, Cause::authentication_failed);
  EXPECT_FALSE(refused.error().may_have_had_effect);
}

TEST_F(ExactClientTest, ACallWithATokenThatWasRefusedIsToldAsOneInDoubt) {
  transport.answer(401, "");
  ASSERT_FALSE(time.run(client.create("crm/Accounts", "{}", CallPriority::orders, std::nullopt)))
      << "it is too young to be renewed";
  EXPECT_TRUE(gate.in_doubt.empty());
  time.pass(std::chrono::seconds{31});
  transport.fail(Kind::timed_out, true);
  ASSERT_FALSE(time.run(client.create("crm/Accounts", "{}", CallPriority::orders, std::nullopt)));
  EXPECT_EQ(gate.in_doubt, std::vector<std::string>{"crm/Accounts"});
}

TEST_F(ExactClientTest, UpdatesAndRemovalsAddressOneEntity) {
  transport.answer(204, "");
  transport.answer(204, "");
  ASSERT_TRUE(time.run(
      client.update("salesorder/SalesOrderLines", "ab-1", "{\"Quantity\":1}", CallPriority::orders, std::nullopt)));
  ASSERT_TRUE(time.run(client.remove("salesorder/SalesOrders", "ab-2", CallPriority::orders, std::nullopt)));
  EXPECT_EQ(transport.requests[0].method, "PUT");
  EXPECT_EQ(transport.requests[0].url,
            "https://start.exactonline.nl/api/v1/499156/salesorder/SalesOrderLines(guid'ab-1')");
  EXPECT_EQ(transport.requests[1].method, "DELETE");
  EXPECT_EQ(gate.admitted, (std::vector<std::string>{"salesorder/SalesOrderLines", "salesorder/SalesOrders"}));
}

TEST_F(ExactClientTest, TellsWhoIsSignedInAndWhere) {
  transport.answer(200, R"({"d":{"results":[{"CurrentDivision":499156,"LanguageCode":"nl-NL"}]}})");
  transport.answer(
      200,
      R"({"d":{"results":[{"Code":499156,"Description":"Shop","Currency":"EUR","Country":"NL "},{"Code":null}]}})");
  const auto me = time.run(client.me());
  ASSERT_TRUE(me) << me.error().error.message;
  EXPECT_EQ(me->value.current_division, 499156);
  EXPECT_EQ(me->value.language, "nl-NL");
  EXPECT_TRUE(transport.requests[0].url.starts_with("https://start.exactonline.nl/api/v1/current/Me?$select="));
  const auto divisions = time.run(client.divisions(499156));
  ASSERT_TRUE(divisions);
  ASSERT_EQ(divisions->value.size(), 1U);
  EXPECT_EQ(divisions->value[0].country, "NL");
}

TEST_F(ExactClientTest, WithoutADivisionNothingIsSent) {
  Client homeless{session, transport, gate, random, time, options, 0};
  EXPECT_EQ(time.run(homeless.get(journals(), CallPriority::orders)).error().error.cause, Cause::bad_input);
  EXPECT_EQ(time.run(homeless.create("x", "{}", CallPriority::orders, std::nullopt)).error().error.cause,
            Cause::bad_input);
  EXPECT_TRUE(transport.requests.empty());
}

}  // namespace client_test
}  // namespace connector::exact
