// What Walmart refuses, operation by operation, and answers that leave open what became of a write.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "walmart_fixture.h"

namespace connector::contract {
namespace walmart_refusals_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::LineStatus;

constexpr ports::CallPriority orders_first = ports::CallPriority::orders;

class WalmartRefusals : public WalmartContract {
 protected:
  template <class T>
  void expect_refused(const ports::CallResult<T>& answer, Cause cause) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.cause, cause) << answer.error().error.message;
    EXPECT_FALSE(answer.error().may_have_had_effect) << answer.error().error.message;
  }

  domain::PurchaseOrder shipped_order() {
    const auto order = waiting_order();
    std::vector<walmart::ShipmentLine> shipments;
    for (const auto& line : order.lines) shipments.push_back(whole(line));
    const auto read = value_of(time.run(client.ship(order.purchase_order_id, shipments)));
    return read.order.value_or(domain::PurchaseOrder());
  }

  walmart::RefundLine refund_of(const domain::OrderLine& line, Decimal amount) {
    walmart::RefundLine refund;
    refund.line_number = line.line_number;
    refund.reason = "DamagedItem";
    refund.charge = line.charges.at(0);
    refund.charge.amount = amount;
    refund.charge.tax.reset();
    return refund;
  }

  walmart::CancellationLine cancellation_of(const domain::OrderLine& line) {
    return {line.line_number, line.quantity, "SELLER_CANCEL_OUT_OF_STOCK"};
  }
};

TEST_F(WalmartRefusals, AnOrderIsNotAcknowledgedTwiceOverNorFoundWithoutANumber) {
  const auto order = waiting_order();
  marketplace.seller().switches.acknowledge_again_is_error = true;
  value_of(time.run(client.acknowledge(order.purchase_order_id)));
  expect_refused(time.run(client.acknowledge(order.purchase_order_id)), Cause::business_refusal);
  expect_refused(time.run(client.acknowledge("1")), Cause::not_found);
  expect_refused(time.run(client.order("1", orders_first)), Cause::not_found);
}

TEST_F(WalmartRefusals, MoreThanWasOrderedIsNotShipped) {
  const auto order = waiting_order();
  auto line = whole(order.lines[0]);
  line.quantity += Decimal::from_integer(1);
  expect_refused(time.run(client.ship(order.purchase_order_id, {line})), Cause::business_refusal);
  line = whole(order.lines[0]);
  line.method_code = "Pigeon";
  expect_refused(time.run(client.ship(order.purchase_order_id, {line})), Cause::business_refusal);
  const auto read = value_of(time.run(client.order(order.purchase_order_id, orders_first)));
  ASSERT_TRUE(read.order);
  EXPECT_EQ(read.order->lines[0].statuses.at(0).status, LineStatus::created);
}

TEST_F(WalmartRefusals, WhatHasLeftIsNotCancelled) {
  const auto order = shipped_order();
  ASSERT_FALSE(order.lines.empty());
  expect_refused(time.run(client.cancel(order.purchase_order_id, {cancellation_of(order.lines[0])})),
                 Cause::business_refusal);
  const auto waiting = waiting_order();
  auto unknown_reason = cancellation_of(waiting.lines[0]);
  unknown_reason.reason = "NO_IDEA";
  expect_refused(time.run(client.cancel(waiting.purchase_order_id, {unknown_reason})), Cause::business_refusal);
}

TEST_F(WalmartRefusals, OrdersThatWalmartFulfilsAreNotTheSellersToMove) {
  sandbox::walmart::OrderGenerator generator;
  generator.seed = 5;
  generator.count = 20;
  generator.start = time.now() - std::chrono::hours{20};
  generator.spacing = std::chrono::minutes{10};
  generator.walmart_fulfilled = 1000;
  marketplace.add_orders(generator);
  query.ship_node_type = "WFSFulfilled";
  const auto orders = all_orders();
  ASSERT_FALSE(orders.empty());
  const auto& order = orders.front();
  expect_refused(time.run(client.acknowledge(order.purchase_order_id)), Cause::business_refusal);
  expect_refused(time.run(client.ship(order.purchase_order_id, {whole(order.lines[0])})), Cause::business_refusal);
  expect_refused(time.run(client.cancel(order.purchase_order_id, {cancellation_of(order.lines[0])})),
                 Cause::business_refusal);
}

TEST_F(WalmartRefusals, NoMoreIsRefundedThanWasCharged) {
  const auto waiting = waiting_order();
  const Decimal cent = *Decimal::parse("0.01");
  expect_refused(time.run(client.refund(waiting.purchase_order_id, {refund_of(waiting.lines[0], cent)})),
                 Cause::business_refusal);

  const auto order = shipped_order();
  ASSERT_FALSE(order.lines.empty());
  const auto& line = order.lines[0];
  const Decimal charged = line.charges.at(0).amount;
  expect_refused(time.run(client.refund(order.purchase_order_id, {refund_of(line, charged + cent)})),
                 Cause::business_refusal);
  auto unknown_reason = refund_of(line, cent);
  unknown_reason.reason = "Because";
  expect_refused(time.run(client.refund(order.purchase_order_id, {unknown_reason})), Cause::business_refusal);

  auto full = refund_of(line, charged);
  full.full = true;
  value_of(time.run(client.refund(order.purchase_order_id, {full})));
  const auto read = value_of(time.run(client.order(order.purchase_order_id, orders_first)));
  ASSERT_TRUE(read.order);
  std::map<std::string, Decimal> left;
  for (const auto& charge : read.order->lines[0].charges) left[charge.type] += charge.amount;
  for (const auto& refund : read.order->lines[0].refunds) left[refund.charge.type] -= refund.charge.amount;
  for (const auto& [type, amount] : left) EXPECT_TRUE(amount.is_zero()) << type << " " << amount.to_string();
  expect_refused(time.run(client.refund(order.purchase_order_id, {full})), Cause::business_refusal);
}

TEST_F(WalmartRefusals, PagesHaveAGreatestSizeAndTheirOwnCursors) {
  query.limit = 1000;
  EXPECT_FALSE(value_of(time.run(client.orders(query, orders_first))).orders.empty())
      << "no more than 200 are asked for";
  expect_refused(time.run(client.next_orders("?limit=201", orders_first)), Cause::business_refusal);
  query.limit = 4;
  const auto page = value_of(time.run(client.orders(query, orders_first)));
  ASSERT_FALSE(page.next_cursor.empty());
  expect_refused(time.run(client.next_orders(page.next_cursor + "&sku=WM-0001", orders_first)),
                 Cause::business_refusal);
  query.limit = 200;
  query.sku = "no such SKU";
  EXPECT_TRUE(value_of(time.run(client.released_orders(query, orders_first))).orders.empty());
}

TEST_F(WalmartRefusals, WhatIsNotThereIsNotFound) {
  expect_refused(put_price("no such SKU", "1.50"), Cause::not_found);
  expect_refused(time.run(client.item("no such SKU", orders_first)), Cause::not_found);
  expect_refused(time.run(client.feed_status("F1@no-such-feed", 0)), Cause::not_found);
  expect_refused(time.run(client.unsubscribe("11111111-1111-4111-8111-111111111111")), Cause::not_found);
  expect_refused(put_price("WM-0001", "-1"), Cause::business_refusal);
}

TEST_F(WalmartRefusals, FeedsAreLimitedInSizeAndNumber) {
  const std::string small = walmart::price_feed({{"WM-0001", {"USD", Decimal::from_integer(5)}}});
  std::string large(11U << 20U, ' ');
  large.insert(0, small);
  expect_refused(time.run(client.submit_feed({"price", "", large})), Cause::business_refusal);
  Cause last = Cause::cancelled;
  int accepted = 0;
  for (; accepted < 20; ++accepted) {
    const auto answer = time.run(client.submit_feed({"price", "", small}));
    if (answer) continue;
    last = answer.error().error.cause;
    EXPECT_FALSE(answer.error().may_have_had_effect);
    break;
  }
  EXPECT_EQ(last, Cause::rate_limited);
  EXPECT_LE(accepted, 10);
  time.pass(std::chrono::minutes{7});
  EXPECT_TRUE(time.run(client.submit_feed({"price", "", small}))) << "one more every six minutes";
}

TEST_F(WalmartRefusals, SubscriptionsAreCheckedAndTested) {
  walmart::Subscription wanted;
  wanted.event_type = "PO_CREATED";
  wanted.resource_name = "ORDER";
  wanted.event_url = "https://connector.example/webhooks/walmart/1";
  wanted.authentication = {"HMAC", "X-Signature", "", "", "", "", "secret"};
  EXPECT_FALSE(value_of(time.run(client.test_subscription(wanted))).empty());
  auto unknown = wanted;
  unknown.event_type = "NO_SUCH_EVENT";
  expect_refused(time.run(client.subscribe({unknown})), Cause::business_refusal);
  expect_refused(time.run(client.test_subscription(unknown)), Cause::business_refusal);
  auto without_secret = wanted;
  without_secret.authentication.client_secret.clear();
  expect_refused(time.run(client.subscribe({without_secret})), Cause::business_refusal);
  EXPECT_TRUE(value_of(time.run(client.subscriptions())).empty());
}

TEST_F(WalmartRefusals, AMissingScopeIsToldByEveryArea) {
  auto& switches = marketplace.seller().switches;
  value_of(time.run(client.token_detail()));
  switches.scope_orders = "view_only";
  const auto order = waiting_order();
  expect_refused(time.run(client.acknowledge(order.purchase_order_id)), Cause::permission_denied);
  switches.scope_inventory = "no_access";
  expect_refused(time.run(client.inventories("")), Cause::permission_denied);
  switches.scope_price = "view_only";
  expect_refused(put_price("WM-0001", "1.50"), Cause::permission_denied);
  switches.scope_feeds = "no_access";
  expect_refused(time.run(client.feeds(0)), Cause::permission_denied);
  switches.scope_item = "no_access";
  expect_refused(time.run(client.items("*")), Cause::permission_denied);
}

/// Every write, with whether it may have had effect when its answer is lost: always.
TEST_F(WalmartRefusals, ALostAnswerToAnyWriteIsUnclear) {
  const auto order = waiting_order();
  const std::string& id = order.purchase_order_id;
  const auto& line = order.lines[0];
  walmart::Subscription subscription;
  subscription.event_type = "PO_CREATED";
  subscription.resource_name = "ORDER";
  subscription.event_url = "https://connector.example/webhooks/walmart/1";
  const auto lost = [this](const auto& answer, const char* what) {
    ASSERT_FALSE(answer) << what;
    EXPECT_EQ(answer.error().error.cause, Cause::unclear_outcome) << what;
    EXPECT_TRUE(answer.error().may_have_had_effect) << what;
    transport.lose_next_answer = true;
  };
  value_of(time.run(client.token_detail()));
  transport.lose_next_answer = true;
  lost(time.run(client.acknowledge(id)), "acknowledge");
  lost(time.run(client.ship(id, {whole(line)})), "ship");
  lost(time.run(client.refund(id, {refund_of(line, *Decimal::parse("0.01"))})), "refund");
  lost(time.run(client.cancel(id, {cancellation_of(line)})), "cancel");
  lost(put_price("WM-0001", "7.77"), "price");
  const std::string file = walmart::price_feed({{"WM-0002", {"USD", *Decimal::parse("7.77")}}});
  lost(time.run(client.submit_feed({"price", "", file})), "feed");
  lost(time.run(client.subscribe({subscription})), "subscribe");
  transport.lose_next_answer = false;
  EXPECT_EQ(value_of(time.run(client.order(id, orders_first))).order->lines[0].statuses.at(0).status,
            LineStatus::shipped);
  EXPECT_EQ(value_of(time.run(client.item("WM-0001", orders_first))).items.at(0).price->amount.to_string(), "7.77");
  EXPECT_EQ(value_of(time.run(client.subscriptions())).size(), 1U);
}

/// A gateway that answers by itself, without a body, as in the field (walmart.md 1.4).
class BareAnswers : public ports::HttpTransport {
 public:
  explicit BareAnswers(ports::HttpTransport& behind) : behind_(behind) {}
  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override {
    if (status == 0) co_return co_await behind_.send(std::move(request));
    ports::HttpResponse bare;
    bare.status = status;
    co_return bare;
  }
  int status = 0;

 private:
  ports::HttpTransport& behind_;
};

TEST_F(WalmartRefusals, AnswersOfTheGatewayLeaveWritesUnclearAndReadsForLater) {
  BareAnswers bare(transport);
  walmart::Client through{session, bare, gate, random, time, options};
  const auto order = waiting_order();
  for (const int status : {500, 502, 503, 504, 520}) {
    bare.status = status;
    const auto read = time.run(through.order(order.purchase_order_id, orders_first));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().error.cause, Cause::api_outage) << status;
    EXPECT_FALSE(read.error().may_have_had_effect) << status;
    const auto write = time.run(through.acknowledge(order.purchase_order_id));
    ASSERT_FALSE(write);
    EXPECT_TRUE(write.error().may_have_had_effect) << status;
  }
  for (const int status : {400, 404, 405, 406, 413, 415, 423, 429}) {
    bare.status = status;
    const auto write = time.run(through.acknowledge(order.purchase_order_id));
    ASSERT_FALSE(write);
    EXPECT_FALSE(write.error().may_have_had_effect) << status;
  }
}

}  // namespace walmart_refusals_contract_test
}  // namespace connector::contract
