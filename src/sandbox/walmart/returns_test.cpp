#include "sandbox/walmart/returns.h"

#include <set>

#include "sandbox/walmart/marketplace_fixture.h"
#include "sandbox/walmart/order_life.h"

namespace connector::sandbox::walmart {
namespace returns_test {

using domain::Decimal;
using std::chrono::days;
using std::chrono::hours;

class ReturnsTest : public MarketplaceFixture {
 protected:
  void start_with_returns() {
    Config config;
    config.generators = {orders(1500, now_ - days(90), hours(1))};
    config.generators[0].returns = 400;
    start(config);
    ASSERT_GT(market_->seller().returns.all().size(), 100U);
  }
  /// Opens a return for a delivered order of one line; gives its id.
  std::string open_one(std::int64_t units) {
    Config config;
    config.generators = {quiet_orders(60, now_ - days(2), hours(1))};
    start(config);
    for (OrderNumber number = 0; number < market_->seller().orders.size(); ++number) {
      const Order order = market_->seller().orders.order(number, market_->seller().catalogue);
      if (order.lines[0].quantity < units) continue;
      happen(market_->seller(), number,
             OrderEvent{now_, EventKind::ship, 0, static_cast<std::int32_t>(order.lines[0].quantity), nullptr},
             Actor::call);
      order_id_ = order.purchase_order_id;
      customer_id_ = order.customer_order_id;
      const auto index = open_return(market_->seller(), number, {{0, units}}, now_, "DAMAGED");
      if (!index) continue;
      ReturnOrder& made = market_->seller().returns.at(*index);
      made.is_replacement = made.is_keep_it = made.will_be_cancelled = false;
      return made.id;
    }
    return "";
  }
  json::Value shown(const std::string& id) { return get("/v3/returns?returnOrderId=" + id).body["returnOrders"].at(0); }
  std::string refund_body(int line, int units) {
    return R"({"customerOrderId":")" + customer_id_ + R"(","refundLines":[{"returnOrderLineNumber":)" +
           std::to_string(line) + R"(,"quantity":{"unitOfMeasure":"EA","measurementValue":)" + std::to_string(units) +
           "}}]}";
  }

  std::string order_id_, customer_id_;
};

TEST_F(ReturnsTest, ThePublishedReturnComesBackMemberByMember) {
  start(Config{});
  ASSERT_TRUE(market_->load_samples(sample("returns.getReturns.get.200.json")));
  const Reply reply = get("/v3/returns?replacementInfo=true");
  EXPECT_EQ(reply.body["returnOrders"], parsed(sample("returns.getReturns.get.200.json"))["returnOrders"]);
  EXPECT_EQ(reply.body["meta"]["limit"].integer(), 10);
  EXPECT_FALSE(get("/v3/returns").body["returnOrders"].at(0).contains("returnType"));
  EXPECT_EQ(get("/v3/returns?returnType=REFUND").status, 404);
  EXPECT_EQ(get("/v3/returns?status=COMPLETED").status, 200);
}

TEST_F(ReturnsTest, AMadeReturnHasThePublishedMembers) {
  const std::string id = open_one(1);
  const json::Value made = get("/v3/returns?replacementInfo=true&returnOrderId=" + id).body["returnOrders"].at(0);
  const json::Value published = parsed(sample("returns.getReturns.get.200.json"))["returnOrders"].at(0);
  const std::set<std::string> optional = {"replacementCustomerOrderId", "sellerOrderId",
                                          "exceptionItemType",          "rechargeReason",
                                          "returnCancellationReason",   "currentRefundStatus"};
  for (const auto& [name, value] : published.object()) {
    if (!optional.contains(name)) {
      EXPECT_TRUE(made.contains(name)) << name;
    }
  }
  const json::Value line = made["returnOrderLines"].at(0);
  for (const auto& [name, value] : published["returnOrderLines"].at(0).object()) {
    if (!optional.contains(name)) {
      EXPECT_TRUE(line.contains(name)) << name;
    }
  }
  EXPECT_TRUE(line["purchaseOrderLineNumber"].is_number());
  EXPECT_EQ(line["purchaseOrderId"].string(), order_id_);
}

TEST_F(ReturnsTest, LifeGoesFromInitiatedToRefundedAndTheBooksKnowTheMoney) {
  const std::string id = open_one(2);
  EXPECT_EQ(shown(id)["returnOrderLines"].at(0)["status"].text_or(""), "INITIATED");
  EXPECT_EQ(order(order_id_)["orderLines"]["orderLine"].at(0)["returnOrderId"].text_or(""), id);
  std::set<std::string> seen;
  for (int step = 0; step < 60; ++step) {
    now_ += hours(6);
    sign_in();
    seen.insert(shown(id)["returnOrderLines"].at(0)["status"].text_or(""));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"INITIATED", "DELIVERED", "COMPLETED"}));
  const json::Value line = shown(id)["returnOrderLines"].at(0);
  EXPECT_EQ(line["currentRefundStatus"].string(), "REFUND_COMPLETED");
  EXPECT_EQ(line["refundedQty"].integer(), 2);
  EXPECT_EQ(line["returnTrackingDetail"].at(0)["eventTag"].string(), "REFUND_ISSUED");
  const json::Value truth = books_of(order_id_)["lines"].at(0);
  const Decimal refunded = *truth["refunded"]["withoutTax"].decimal() + *truth["refunded"]["tax"].decimal();
  EXPECT_EQ(shown(id)["totalRefundAmount"]["currencyAmount"].decimal(), refunded);
  EXPECT_FALSE(refunded.is_zero());
  EXPECT_EQ(truth["refundedQuantity"].integer(), 2);
  // By default the order itself says nothing of it.
  EXPECT_FALSE(order(order_id_)["orderLines"]["orderLine"].at(0).contains("refund"));
  set_switch("return_refund_in_orders", true);
  EXPECT_TRUE(order(order_id_)["orderLines"]["orderLine"].at(0).contains("refund"));
}

TEST_F(ReturnsTest, TheSellerRefundsByQuantity) {
  const std::string id = open_one(2);
  EXPECT_EQ(post("/v3/returns/" + id + "/refund", refund_body(1, 3)).status, 400);
  EXPECT_EQ(post("/v3/returns/" + id + "/refund", refund_body(2, 1)).status, 400);
  EXPECT_EQ(post("/v3/returns/0/refund", refund_body(1, 1)).status, 404);
  const Reply reply = post("/v3/returns/" + id + "/refund", refund_body(1, 1));
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body["returnOrderId"].string(), id);
  EXPECT_EQ(reply.body["refundLines"], parsed(refund_body(1, 1))["refundLines"]);
  EXPECT_EQ(shown(id)["returnOrderLines"].at(0)["refundedQty"].integer(), 1);
  EXPECT_EQ(shown(id)["returnOrderLines"].at(0)["status"].text_or(""), "INITIATED");
  EXPECT_EQ(post("/v3/returns/" + id + "/refund", refund_body(1, 1)).status, 200);
  EXPECT_EQ(shown(id)["returnOrderLines"].at(0)["status"].text_or(""), "COMPLETED");
  EXPECT_EQ(post("/v3/returns/" + id + "/refund", refund_body(1, 1)).status, 400);
  const json::Value before = books_of(order_id_)["lines"].at(0)["refunded"];
  now_ += days(30);
  market_->advance(now_);
  EXPECT_EQ(books_of(order_id_)["lines"].at(0)["refunded"], before);  // not refunded a second time
}

TEST_F(ReturnsTest, NoMoreUnitsComeBackThanWereShipped) {
  const std::string id = open_one(2);
  const auto number = *market_->seller().orders.find(order_id_);
  const std::int64_t shipped = market_->seller().orders.order(number, market_->seller().catalogue).lines[0].shipped();
  std::int64_t opened = 2;
  while (auto index = open_return(market_->seller(), number, {{0, 1}}, now_, "")) {
    opened += market_->seller().returns.at(*index).lines[0].quantity;
    ASSERT_LE(opened, shipped);
  }
  EXPECT_EQ(opened, shipped);
}

TEST_F(ReturnsTest, PagesByACursorThatIsAppended) {
  start_with_returns();
  const std::string window = "?limit=50&returnCreationStartDate=2026-08-01&returnCreationEndDate=2026-11-20";
  std::set<std::string> seen;
  std::string query = window;
  std::int64_t total = 0;
  while (!query.empty()) {
    const Reply reply = get("/v3/returns" + query);
    ASSERT_EQ(reply.status, 200);
    total = *reply.body["meta"]["totalCount"].integer();
    for (const json::Value& order : reply.body["returnOrders"].array()) {
      EXPECT_TRUE(seen.insert(order["returnOrderId"].text_or("")).second);
    }
    query = reply.body["meta"]["nextCursor"].text_or("");
    if (!query.empty()) {
      EXPECT_TRUE(query.starts_with("?sellerId=8&limit=50&offset="));
    }
  }
  EXPECT_EQ(static_cast<std::int64_t>(seen.size()), total);
  EXPECT_GT(total, 100);
  // As a parameter the cursor is ignored.
  const Reply first = get("/v3/returns" + window);
  const Reply again = get("/v3/returns" + window + "&nextCursor=abc");
  EXPECT_EQ(again.body["returnOrders"], first.body["returnOrders"]);
}

TEST_F(ReturnsTest, DatesComeInPairs) {
  start_with_returns();
  for (const std::string name : {"returnCreationStartDate", "returnLastModifiedStartDate", "returnCreationEndDate"}) {
    EXPECT_EQ(get("/v3/returns?" + name + "=2026-11-01").status, 400) << name;
  }
  EXPECT_EQ(get("/v3/returns?returnLastModifiedStartDate=2026-11-01T00:00:00.000%2B0000"
                "&returnLastModifiedEndDate=2026-11-20T00:00:00.000%2B0000")
                .status,
            200);
  EXPECT_EQ(get("/v3/returns?returnLastModifiedStartDate=2026-11-01T00:00:00.000+0000"
                "&returnLastModifiedEndDate=2026-11-20T00:00:00.000%2B0000")
                .status,
            400);
  set_switch("returns_need_date_pair", false);
  EXPECT_EQ(get("/v3/returns?returnCreationStartDate=2026-11-01").status, 200);
  EXPECT_EQ(get("/v3/returns?limit=201").status, 400);
}

TEST_F(ReturnsTest, WalmartFulfilledReturnsAreSeparateAndNotTheSellers) {
  start_with_returns();
  const Reply reply = get("/v3/returns?isWFSEnabled=Y");
  ASSERT_EQ(reply.status, 200);
  const json::Value order = reply.body["returnOrders"].at(0);
  customer_id_ = order["customerOrderId"].text_or("");
  EXPECT_EQ(post("/v3/returns/" + order["returnOrderId"].text_or("") + "/refund", refund_body(1, 1)).status, 400);
}

TEST_F(ReturnsTest, CancelledReturnsAreCompletedWithoutRefund) {
  start_with_returns();
  std::size_t cancelled = 0;
  for (const ReturnOrder& order : market_->seller().returns.all()) {
    if (order.state != ReturnOrder::State::cancelled) continue;
    ++cancelled;
    const json::Value payload = return_payload(market_->seller(), order, false);
    const json::Value& line = payload["returnOrderLines"].at(0);
    EXPECT_EQ(line["status"].string(), "COMPLETED");
    EXPECT_EQ(line["returnTrackingDetail"].at(0)["eventTag"].string(), "RETURN_CANCELLED");
    EXPECT_FALSE(line.contains("currentRefundStatus"));
    EXPECT_EQ(line["refundedQty"].integer(), 0);
  }
  EXPECT_GT(cancelled, 3U);
}

}  // namespace returns_test
}  // namespace connector::sandbox::walmart
