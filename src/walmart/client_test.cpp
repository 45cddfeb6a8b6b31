#include "walmart/client.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ports/test_doubles.h"
#include "walmart/endpoints.h"

namespace connector::walmart {
namespace client_test {

using domain::Cause;
using ports::CallPriority;
using ports::testing::CountingRandom;
using ports::testing::ManualTime;
using ports::testing::OpenGate;
using ports::testing::ScriptedTransport;
using Kind = ports::TransportFailure::Kind;

const std::string an_order =
    R"({"order":{"purchaseOrderId":"P1","customerOrderId":"C1","orderDate":1568466571000,"orderLines":{"orderLine":[
      {"lineNumber":"1","item":{"sku":"S","productName":"N"},"orderLineQuantity":{"amount":"1"},
       "charges":{"charge":[{"chargeType":"PRODUCT","chargeName":"ItemPrice","chargeAmount":{"currency":"USD","amount":5}}]},
       "orderLineStatuses":{"orderLineStatus":[{"status":"Created","statusQuantity":{"amount":"1"}}]}}]}}})";

class WalmartClientTest : public ::testing::Test {
 protected:
  static std::string token_body(const std::string& token, int seconds = 900) {
    return R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":)" + std::to_string(seconds) + "}";
  }
  static std::string header(const ports::HttpRequest& request, std::string_view name) {
    const auto value = ports::find_header(request.headers, name);
    return value ? std::string(*value) : "(none)";
  }

  ManualTime time{domain::UtcTime{std::chrono::seconds{1'760'000'000}}};
  ScriptedTransport transport{time};
  OpenGate gate;
  CountingRandom random;
  ClientOptions options;
  Session session{{"id", "secret"}, transport, gate, random, time, time, options};
  Client client{session, transport, gate, random, time, options};
};

TEST_F(WalmartClientTest, SignsInOnceAndSendsAllHeaders) {
  transport.answer(200, token_body("T1"));
  transport.answer(200, an_order);
  transport.answer(200, an_order);
  const auto first = time.run(client.order("P1", CallPriority::orders));
  ASSERT_TRUE(first) << first.error().error.message;
  ASSERT_TRUE(time.run(client.order("P/2", CallPriority::orders)));
  ASSERT_EQ(transport.requests.size(), 3U);
  const auto& sign_in = transport.requests[0];
  EXPECT_EQ(sign_in.url, "https://marketplace.walmartapis.com/v3/token");
  EXPECT_EQ(sign_in.body, "grant_type=client_credentials");
  EXPECT_EQ(header(sign_in, "Authorization"), "Basic aWQ6c2VjcmV0");
  const auto& call = transport.requests[1];
  EXPECT_EQ(header(call, "WM_SEC.ACCESS_TOKEN"), "T1");
  EXPECT_EQ(header(call, "WM_SVC.NAME"), "Walmart Marketplace");
  EXPECT_EQ(header(call, "Accept"), "application/json");
  EXPECT_EQ(header(call, "WM_QOS.CORRELATION_ID"), first->correlation_id);
  EXPECT_NE(header(call, "WM_QOS.CORRELATION_ID"), header(transport.requests[2], "WM_QOS.CORRELATION_ID"));
  EXPECT_EQ(transport.requests[2].url, "https://marketplace.walmartapis.com/v3/orders/P%2F2?replacementInfo=true");
  EXPECT_EQ(gate.admitted, gate.done);
}

TEST_F(WalmartClientTest, RenewsTheTokenAMinuteBeforeItExpires) {
  transport.answer(200, token_body("T1"));
  ASSERT_TRUE(time.run(session.token()));
  time.pass(std::chrono::seconds{839});
  ASSERT_TRUE(time.run(session.token()));
  EXPECT_EQ(transport.requests.size(), 1U);
  time.pass(std::chrono::seconds{1});
  transport.answer(200, token_body("T2"));
  EXPECT_EQ(time.run(session.token())->value, "T2");
}

TEST_F(WalmartClientTest, ConcurrentCallersShareOneTokenRequest) {
  transport.delay = std::chrono::seconds{1};
  transport.answer(200, token_body("T1"));
  auto one = session.token();
  auto two = session.token();
  one.start();
  two.start();
  time.pass(std::chrono::seconds{2});
  ASSERT_TRUE(one.done() && two.done());
  EXPECT_EQ(transport.requests.size(), 1U);
  const auto second = two.take();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->value, "T1");
}

TEST_F(WalmartClientTest, ATokenRefusedOnceIsReplacedOnce) {
  transport.answer(200, token_body("T1"));
  transport.answer(401, R"({"error":[{"code":"UNAUTHORIZED.GMP_GATEWAY_API","description":"Unauthorized"}]})");
  transport.answer(200, token_body("T2"));
  transport.answer(200, an_order);
  ASSERT_TRUE(time.run(client.order("P1", CallPriority::orders)));
  EXPECT_EQ(header(transport.requests[3], "WM_SEC.ACCESS_TOKEN"), "T2");

  transport.answer(401, "");
  transport.answer(200, token_body("T3"));
  transport.answer(401, "");
  const auto refused = time.run(client.order("P1", CallPriority::orders));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.cause, Cause::authentication_failed);
  EXPECT_EQ(transport.requests.size(), 7U);
}

TEST_F(WalmartClientTest, DeadCredentialsAreNoOutage) {
  EXPECT_FALSE(session.needs_person());
  for (const int status : {400, 401, 403}) {
    transport.answer(status, R"({"error":[{"code":"INVALID_REQUEST","description":"bad client"}]})");
    const auto answer = time.run(client.order("P1", CallPriority::orders));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.cause, Cause::authentication_failed) << status;
    EXPECT_TRUE(session.needs_person()) << status;
  }
  transport.answer(500, "");
  EXPECT_EQ(time.run(session.token()).error().error.cause, Cause::api_outage);
  transport.answer(429, "");
  EXPECT_EQ(time.run(session.token()).error().error.cause, Cause::rate_limited);
  transport.answer(200, "<xml/>");
  EXPECT_EQ(time.run(session.token()).error().error.cause, Cause::malformed_response);
  transport.answer(200, token_body("T1"));
  EXPECT_TRUE(time.run(session.token()));
  EXPECT_FALSE(session.needs_person());
}

TEST_F(WalmartClientTest, WithoutCredentialsNothingIsSent) {
  Session nobody{{}, transport, gate, random, time, time, options};
  EXPECT_EQ(time.run(nobody.token()).error().error.cause, Cause::authentication_failed);
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(WalmartClientTest, AskForOrdersWithFiltersAndFollowsTheCursorVerbatim) {
  transport.answer(200, token_body("T1"));
  const std::string cursor = "?limit=10&hasMoreElements=true&soIndex=18&createdStartDate=2023-07-17T00:00:00-06:00";
  transport.answer(200,
                   R"({"list":{"meta":{"totalCount":31,"nextCursor":")" + cursor + R"("},"elements":{"order":[]}}})");
  transport.answer(404, R"({"errors":{"error":[{"code":"CONTENT_NOT_FOUND.GMP_ORDER_API","severity":"INFO"}]}})");
  OrdersQuery query;
  query.created_from = domain::UtcTime{std::chrono::seconds{1'568'466'571}};
  query.modified_from = query.created_from;
  query.ship_node_type = "3PLFulfilled";
  query.limit = 900;
  const auto page = time.run(client.orders(query, CallPriority::orders));
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(
      transport.requests[1].url,
      "https://marketplace.walmartapis.com/v3/orders?replacementInfo=true&createdStartDate=2019-09-14T13%3A09%3A31Z"
      "&shipNodeType=3PLFulfilled&limit=200&lastModifiedStartDate=2019-09-14T13%3A09%3A31Z");
  EXPECT_EQ(page->value.next_cursor, cursor);
  EXPECT_EQ(page->value.total_count, 31);
  const auto next = time.run(client.next_orders(page->value.next_cursor, CallPriority::orders));
  ASSERT_TRUE(next) << next.error().error.message;
  EXPECT_EQ(transport.requests[2].url, "https://marketplace.walmartapis.com/v3/orders" + cursor);
  EXPECT_TRUE(next->value.orders.empty());
  EXPECT_EQ(next->value.next_cursor, "");
}

TEST_F(WalmartClientTest, A404ThatSaysSomethingElseIsNoEmptyList) {
  transport.answer(200, token_body("T1"));
  for (const char* body : {R"({"error":[{"code":"URI_NOT_FOUND"}]})", "<html>Not Found</html>"}) {
    transport.answer(404, body);
    const auto page = time.run(client.orders({}, CallPriority::orders));
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().error.cause, Cause::not_found);
  }
}

TEST_F(WalmartClientTest, AListThatIsEmptyWithoutAWordSaysSo) {
  transport.answer(200, token_body("T1"));
  struct Case {
    int status;
    const char* body;
  };
  for (const Case& wordless : {Case{404, ""}, Case{404, "{}"}, Case{404, " \r\n"}, Case{204, ""}}) {
    transport.answer(wordless.status, wordless.body);
    const auto orders = time.run(client.orders({}, CallPriority::orders));
    ASSERT_TRUE(orders) << orders.error().error.message;
    EXPECT_TRUE(orders->value.orders.empty());
    EXPECT_TRUE(orders->value.is_wordless);
    transport.answer(wordless.status, wordless.body);
    const auto returns = time.run(client.returns({}));
    ASSERT_TRUE(returns) << returns.error().error.message;
    EXPECT_TRUE(returns->value.is_wordless);
    // Whether a feed was taken is decided by its list: there no answer is none.
    transport.answer(wordless.status, wordless.body);
    EXPECT_FALSE(time.run(client.feeds(0)));
  }
  transport.answer(404, R"({"errors":{"error":[{"code":"CONTENT_NOT_FOUND.GMP_ORDER_API"}]}})");
  const auto told = time.run(client.orders({}, CallPriority::orders));
  ASSERT_TRUE(told) << told.error().error.message;
  EXPECT_FALSE(told->value.is_wordless);
}

TEST_F(WalmartClientTest, UnclearWritesSaySo) {
  struct Case {
    int status;
    Cause cause;
    bool effect;
  };
  transport.answer(200, token_body("T1"));
  for (const Case& expected :
       {Case{520, Cause::api_outage, true}, Case{504, Cause::api_outage, true}, Case{429, Cause::rate_limited, false},
        Case{400, Cause::business_refusal, false}, Case{403, Cause::permission_denied, false},
        Case{404, Cause::not_found, false}, Case{423, Cause::api_outage, false}}) {
    transport.answer(expected.status, "<html>Bad gateway</html>");
    const auto answer = time.run(client.acknowledge("P1"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.cause, expected.cause) << expected.status;
    EXPECT_EQ(answer.error().may_have_had_effect, expected.effect) << expected.status;
    EXPECT_EQ(answer.error().status, expected.status);
    EXPECT_FALSE(answer.error().correlation_id.empty());
  }
  transport.fail(Kind::timed_out, true);
  const auto lost = time.run(client.acknowledge("P1"));
  EXPECT_EQ(lost.error().error.cause, Cause::unclear_outcome);
  EXPECT_TRUE(lost.error().may_have_had_effect);
  transport.answer(200, R"({"order":{"purchaseOrderId":"P1","orde)");
  const auto truncated = time.run(client.acknowledge("P1"));
  EXPECT_EQ(truncated.error().error.cause, Cause::malformed_response);
  EXPECT_TRUE(truncated.error().may_have_had_effect);
}

TEST_F(WalmartClientTest, ReadsNeverHaveEffects) {
  transport.answer(200, token_body("T1"));
  transport.answer(503, "");
  transport.fail(Kind::connection_lost, true);
  transport.answer(200, "<html>maintenance</html>");
  transport.answer(200, R"({"errors":[{"code":"SYSTEM_ERROR","message":"try later","severity":"ERROR"}]})");
  for (const Cause cause :
       {Cause::api_outage, Cause::api_outage, Cause::malformed_response, Cause::malformed_response}) {
    const auto answer = time.run(client.orders({}, CallPriority::orders));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.cause, cause) << answer.error().error.message;
    EXPECT_FALSE(answer.error().may_have_had_effect);
  }
}

TEST_F(WalmartClientTest, WhatIsNotAdmittedIsNotSent) {
  transport.answer(200, token_body("T1"));
  ASSERT_TRUE(time.run(session.token()));
  gate.refusal = domain::Error{Cause::budget_spent, "no calls left until noon"};
  const auto answer = time.run(client.ship("P1", {}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.cause, Cause::budget_spent);
  EXPECT_FALSE(answer.error().may_have_had_effect);
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(WalmartClientTest, WritesSendTheirBodies) {
  transport.answer(200, token_body("T1"));
  transport.answer(200, an_order);
  ASSERT_TRUE(time.run(client.cancel("P1", {{"1", domain::Decimal::from_integer(2), "SELLER_CANCEL_OUT_OF_STOCK"}})));
  EXPECT_EQ(transport.requests[1].method, "POST");
  EXPECT_EQ(transport.requests[1].url, "https://marketplace.walmartapis.com/v3/orders/P1/cancel");
  EXPECT_EQ(header(transport.requests[1], "Content-Type"), "application/json");
  EXPECT_EQ(transport.requests[1].body,
            R"({"orderCancellation":{"orderLines":{"orderLine":[{"lineNumber":"1","orderLineStatuses":)"
            R"({"orderLineStatus":[{"status":"Cancelled","cancellationReason":"SELLER_CANCEL_OUT_OF_STOCK",)"
            R"("statusQuantity":{"unitOfMeasurement":"EACH","amount":"2"}}]}}]}}})");
}

TEST_F(WalmartClientTest, AFeedIsAFileOfItsOwnBudget) {
  transport.answer(200, token_body("T1"));
  transport.answer(200, R"({"feedId":"F@1"})");
  transport.answer(200, R"({"feedId":"F@1","feedStatus":"RECEIVED"})");
  const auto feed = time.run(client.submit_feed({"inventory", "N 1", R"({"Inventory":[]})"}));
  ASSERT_TRUE(feed) << feed.error().error.message;
  EXPECT_EQ(gate.admitted[1], "POST /v3/feeds?feedType=inventory");
  const auto& request = transport.requests[1];
  EXPECT_EQ(request.url, "https://marketplace.walmartapis.com/v3/feeds?feedType=inventory&shipNode=N%201");
  const std::string type = header(request, "Content-Type");
  ASSERT_TRUE(type.starts_with("multipart/form-data; boundary="));
  const std::string boundary = type.substr(type.find('=') + 1);
  EXPECT_TRUE(request.body.starts_with("--" + boundary + "\r\n"));
  EXPECT_TRUE(request.body.ends_with("\r\n--" + boundary + "--\r\n"));
  EXPECT_NE(request.body.find("name=\"file\""), std::string::npos);
  const auto status = time.run(client.feed_status("F@1", 0));
  ASSERT_TRUE(status) << status.error().error.message;
  EXPECT_EQ(transport.requests[2].url,
            "https://marketplace.walmartapis.com/v3/feeds/F%401?includeDetails=true&offset=0&limit=50");
  EXPECT_EQ(status->value.feed.state, FeedState::received);
}

TEST_F(WalmartClientTest, ReturnsAreAskedForByWholePeriods) {
  transport.answer(200, token_body("T1"));
  transport.answer(404, R"({"errors":[{"code":"CONTENT_NOT_FOUND.GMP_RETURNS_API"}]})");
  ReturnsQuery query;
  query.modified_from = time.now() - std::chrono::hours{1};
  const auto page = time.run(client.returns(query));
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(
      transport.requests[1].url,
      "https://marketplace.walmartapis.com/v3/returns?returnLastModifiedStartDate=2025-10-09T07%3A53%3A20.000%2B0000"
      "&returnLastModifiedEndDate=2025-10-09T08%3A53%3A20.000%2B0000&limit=200");
}

TEST_F(WalmartClientTest, AReconFileMustBeAnArchive) {
  transport.answer(200, token_body("T1"));
  transport.answer(200, R"({"status":"ERROR","message":"No acceptable representation"})");
  transport.answer(200, "PK\x03\x04zip");
  const domain::Date date{std::chrono::year{2026}, std::chrono::month{7}, std::chrono::day{28}};
  EXPECT_EQ(time.run(client.recon_file(date)).error().error.cause, Cause::malformed_response);
  EXPECT_TRUE(time.run(client.recon_file(date)));
  EXPECT_TRUE(transport.requests[2].url.ends_with("/reconFile?reportDate=07282026&reportVersion=v1"));
  EXPECT_EQ(header(transport.requests[2], "Accept"), "application/octet-stream");
}

TEST_F(WalmartClientTest, AnyCursorIsSentBackAsItCame) {
  transport.answer(200, token_body("T1"));
  ASSERT_TRUE(time.run(session.token()));
  EXPECT_TRUE(rc::check([this] {
    // What may stand in a URL, encoded or not; Walmart's cursors hold other cursors and colons unencoded.
    const auto letters = rc::gen::elementOf(std::string("abcXYZ019-_.~%2F:+=&,/"));
    const std::string cursor = "?" + *rc::gen::nonEmpty(rc::gen::container<std::string>(letters));
    transport.answer(200,
                     R"({"list":{"meta":{"totalCount":31,"nextCursor":")" + cursor + R"("},"elements":{"order":[]}}})");
    const auto page = time.run(client.orders({}, CallPriority::orders));
    RC_ASSERT(page.has_value());
    RC_ASSERT(page->value.next_cursor == cursor);
    transport.answer(200, R"({"list":{"meta":{},"elements":{"order":[]}}})");
    RC_ASSERT(time.run(client.next_orders(page->value.next_cursor, CallPriority::orders)).has_value());
    RC_ASSERT(transport.requests.back().url == "https://marketplace.walmartapis.com/v3/orders" + cursor);
  }));
}

}  // namespace client_test
}  // namespace connector::walmart
