#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "walmart/settings_reader.h"
#include "walmart/token_reader.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace walmart_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::LineStatus;
using ports::CallPriority;

constexpr CallPriority priority = CallPriority::orders;

TEST_F(WalmartContract, SignsInAndReadsItsScopes) {
  const auto detail = walmart::read_token_detail(value_of(time.run(client.token_detail())));
  ASSERT_TRUE(detail);
  EXPECT_TRUE(detail->is_valid);
  EXPECT_EQ(detail->scopes.at("orders"), "full_access");
  const auto profile = walmart::read_partner_profile(value_of(time.run(client.partner_profile())));
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_EQ(profile->partner_id, "100009");
}

TEST_F(WalmartContract, WrongCredentialsAreRecognisedWhateverTheStatus) {
  for (const int status : {400, 401, 403}) {
    marketplace.seller().switches.bad_client_status = status;
    walmart::Session stranger{{"sandbox-client", "wrong"}, transport, gate, random, time, time, options};
    EXPECT_EQ(cause_of(time.run(stranger.token())), Cause::authentication_failed) << status;
  }
}

TEST_F(WalmartContract, ARevokedTokenIsReplacedOnce) {
  value_of(time.run(client.orders(query, priority)));
  marketplace.seller().tokens.revoke_all();
  value_of(time.run(client.orders(query, priority)));
  EXPECT_EQ(marketplace.seller().counters.unauthorized, 1U);
  time.pass(std::chrono::seconds{901});
  value_of(time.run(client.orders(query, priority)));
  EXPECT_EQ(marketplace.seller().counters.unauthorized, 1U) << "expiry is met ahead";
}

TEST_F(WalmartContract, PagesHoldEveryOrderOnce) {
  query.limit = 4;
  const auto small_pages = all_orders();
  query.limit = 200;
  const auto one_page = all_orders();
  EXPECT_GT(small_pages.size(), 15U);
  EXPECT_EQ(small_pages.size(), one_page.size());
  query.sku = "no such SKU";
  EXPECT_TRUE(all_orders().empty()) << "404 stands for an empty list";
}

TEST_F(WalmartContract, ReleasedOrdersHaveTheirOwnPages) {
  query.limit = 3;
  auto page = value_of(time.run(client.released_orders(query, priority)));
  EXPECT_EQ(page.orders.size(), 3U);
  ASSERT_FALSE(page.next_cursor.empty());
  const std::string first = page.orders[0].purchase_order_id;
  page = value_of(time.run(client.next_released_orders(page.next_cursor, priority)));
  ASSERT_FALSE(page.orders.empty());
  EXPECT_NE(page.orders[0].purchase_order_id, first);
}

TEST_F(WalmartContract, AnOrderGoesThroughItsLife) {
  const auto order = waiting_order();
  auto read = value_of(time.run(client.acknowledge(order.purchase_order_id)));
  ASSERT_TRUE(read.order);
  EXPECT_EQ(read.order->lines[0].statuses.at(0).status, LineStatus::acknowledged);

  std::vector<walmart::ShipmentLine> shipments;
  for (const auto& line : order.lines) shipments.push_back(whole(line));
  read = value_of(time.run(client.ship(order.purchase_order_id, shipments)));
  ASSERT_TRUE(read.order);
  EXPECT_EQ(read.order->lines[0].statuses.at(0).status, LineStatus::shipped);
  EXPECT_EQ(read.order->lines[0].statuses.at(0).tracking_number, "1Z999");
  EXPECT_EQ(read.order->lines[0].statuses.at(0).ship_time, time.now());

  walmart::RefundLine refund;
  refund.line_number = order.lines[0].line_number;
  refund.reason = "DamagedItem";
  refund.comments = "broken";
  refund.charge = order.lines[0].charges.at(0);
  refund.charge.amount = *Decimal::parse("0.5");
  refund.charge.tax.reset();
  read = value_of(time.run(client.refund(order.purchase_order_id, {refund})));
  ASSERT_TRUE(read.order);
  const auto again = value_of(time.run(client.order(order.purchase_order_id, priority)));
  ASSERT_TRUE(again.order);
  ASSERT_FALSE(again.order->lines[0].refunds.empty());
  EXPECT_EQ(again.order->lines[0].refunds[0].charge.amount.to_string(), "0.5");
}

TEST_F(WalmartContract, APartOfALineIsCancelledOrShipped) {
  domain::PurchaseOrder order;
  for (const auto& candidate : all_orders()) {
    if (candidate.lines.size() == 1 && candidate.lines[0].quantity >= Decimal::from_integer(2)) order = candidate;
  }
  ASSERT_FALSE(order.lines.empty());
  value_of(time.run(client.acknowledge(order.purchase_order_id)));
  const std::string number = order.lines[0].line_number;
  const Decimal one = Decimal::from_integer(1);
  value_of(time.run(client.cancel(order.purchase_order_id, {{number, one, "SELLER_CANCEL_OUT_OF_STOCK"}})));
  walmart::ShipmentLine rest = whole(order.lines[0]);
  rest.quantity = order.lines[0].quantity - one;
  const auto read = value_of(time.run(client.ship(order.purchase_order_id, {rest})));
  ASSERT_TRUE(read.order);
  Decimal cancelled;
  Decimal shipped;
  for (const auto& status : read.order->lines[0].statuses) {
    if (status.status == LineStatus::cancelled) cancelled += status.quantity;
    if (status.status == LineStatus::shipped) shipped += status.quantity;
  }
  EXPECT_EQ(cancelled, one);
  EXPECT_EQ(shipped, rest.quantity);
}

TEST_F(WalmartContract, RefusalsInEveryShapeAreRefusals) {
  const auto order = waiting_order();
  for (const char* shape : {"by_service", "gateway", "orders", "documented"}) {
    marketplace.seller().switches.error_shape = shape;
    walmart::ShipmentLine line = whole(order.lines[0]);
    line.line_number = "99";
    const auto refused = time.run(client.ship(order.purchase_order_id, {line}));
    EXPECT_EQ(cause_of(refused), Cause::business_refusal) << shape;
    EXPECT_FALSE(refused.error().may_have_had_effect);
    EXPECT_FALSE(refused.error().remote_text.empty()) << shape;
    EXPECT_EQ(cause_of(time.run(client.order("1", priority))), Cause::not_found) << shape;
    query.sku = "no such SKU";
    EXPECT_TRUE(value_of(time.run(client.orders(query, priority))).orders.empty()) << shape;
  }
}

TEST_F(WalmartContract, AMissingScopeIsNoSignInProblem) {
  marketplace.seller().switches.scope_orders = "no_access";
  EXPECT_EQ(cause_of(time.run(client.orders(query, priority))), Cause::permission_denied);
}

TEST_F(WalmartContract, TheLimitOfAnEndpointIsTold) {
  const auto order = waiting_order();
  Cause last = Cause::cancelled;
  for (int i = 0; i < 70; ++i) {
    const auto answer = time.run(client.acknowledge(order.purchase_order_id));
    if (!answer) last = answer.error().error.cause;
    if (last == Cause::rate_limited) break;
  }
  EXPECT_EQ(last, Cause::rate_limited);
}

TEST_F(WalmartContract, ALostAnswerToAWriteIsUnclearAndHadItsEffect) {
  const auto order = waiting_order();
  transport.lose_next_answer = true;
  const auto lost = time.run(client.acknowledge(order.purchase_order_id));
  EXPECT_EQ(cause_of(lost), Cause::unclear_outcome);
  EXPECT_TRUE(lost.error().may_have_had_effect);
  const auto read = value_of(time.run(client.order(order.purchase_order_id, priority)));
  EXPECT_EQ(read.order->lines[0].statuses.at(0).status, LineStatus::acknowledged);
}

TEST_F(WalmartContract, StockIsRead) {
  std::size_t items = 0;
  std::string sku;
  auto page = value_of(time.run(client.inventories("")));
  while (true) {
    items += page.items.size();
    for (const auto& item : page.items) {
      if (!item.nodes.empty()) sku = item.sku;
    }
    if (page.next_cursor.empty()) break;
    page = value_of(time.run(client.inventories(page.next_cursor)));
  }
  EXPECT_GE(items, 50U);
  EXPECT_FALSE(value_of(time.run(client.item_inventory(sku))).nodes.empty());
  EXPECT_EQ(cause_of(time.run(client.item_inventory("no such SKU"))), Cause::not_found);
}

TEST_F(WalmartContract, FeedsAreSubmittedAndWatched) {
  const Decimal price = *Decimal::parse("5.25");
  const std::string file = walmart::price_feed({{"WM-0001", {"USD", price}}, {"WM-0002", {"USD", price}}});
  const std::string id = value_of(time.run(client.submit_feed({"price", "", file})));
  EXPECT_NE(id.find('@'), std::string::npos);
  time.pass(std::chrono::minutes{15});
  const auto status = value_of(time.run(client.feed_status(id, 0)));
  EXPECT_EQ(status.feed.state, walmart::FeedState::processed) << status.feed.state_word;
  EXPECT_EQ(status.feed.items_received, 2);
  ASSERT_EQ(status.items.size(), 2U);
  EXPECT_EQ(status.items[0].state, walmart::IngestionState::success);
  EXPECT_EQ(value_of(time.run(client.item("WM-0001", priority))).items.at(0).price->amount, price);
  const auto feeds = value_of(time.run(client.feeds(0)));
  ASSERT_FALSE(feeds.feeds.empty());
  EXPECT_EQ(feeds.feeds[0].feed_id, id);
}

TEST_F(WalmartContract, PricesAndItems) {
  const auto answer = value_of(put_price("WM-0001", "19.99"));
  EXPECT_EQ(answer.sku, "WM-0001");
  const auto item = value_of(time.run(client.item("WM-0001", priority)));
  ASSERT_EQ(item.items.size(), 1U);
  EXPECT_EQ(item.items[0].price->amount.to_string(), "19.99");
  const auto items = value_of(time.run(client.items("*")));
  EXPECT_FALSE(items.items.empty());
}

TEST_F(WalmartContract, WebhooksAreSubscribedToAndRemoved) {
  EXPECT_FALSE(value_of(time.run(client.event_types())).empty());
  walmart::Subscription wanted;
  wanted.event_type = "PO_CREATED";
  wanted.resource_name = "ORDER";
  wanted.event_url = "https://connector.example/webhooks/walmart/1";
  wanted.authentication = {"HMAC", "X-Signature", "", "", "", "", "secret"};
  const auto made = value_of(time.run(client.subscribe({wanted})));
  ASSERT_EQ(made.size(), 1U);
  ASSERT_FALSE(made[0].subscription_id.empty());
  const auto listed = value_of(time.run(client.subscriptions()));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].event_url, wanted.event_url);
  EXPECT_FALSE(value_of(time.run(client.unsubscribe(made[0].subscription_id))).empty());
  EXPECT_TRUE(value_of(time.run(client.subscriptions())).empty());
}

TEST_F(WalmartContract, ReturnsAreRead) {
  std::ifstream file(CONNECTOR_SOURCE_DIR "/tests/data/walmart/returns.getReturns.get.200.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  ASSERT_TRUE(marketplace.load_samples(text.str()));
  walmart::ReturnsQuery returns_query;
  returns_query.return_order_id = "103738048909818825";
  const auto page = value_of(time.run(client.returns(returns_query)));
  ASSERT_EQ(page.returns.size(), 1U);
  ASSERT_TRUE(page.returns[0].order) << page.returns[0].order.error().message;
  EXPECT_EQ(page.returns[0].order->lines.at(0).sku, "ANTL_GDL-0700");
  returns_query.return_order_id.clear();
  returns_query.modified_from = time.now() - std::chrono::hours{1};
  EXPECT_TRUE(value_of(time.run(client.returns(returns_query))).returns.empty());
}

TEST_F(WalmartContract, OddMembersOfPayloadsAreTolerated) {
  sandbox::walmart::OrderGenerator odd;
  odd.seed = 3;
  odd.count = 200;
  odd.start = time.now() - std::chrono::days{6};
  odd.spacing = std::chrono::minutes{20};
  odd.odd_members = 1000;
  marketplace.add_orders(odd);
  for (const char* type : {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"}) {
    query.ship_node_type = type;
    EXPECT_FALSE(all_orders().empty()) << type;
  }
}

}  // namespace walmart_contract_test
}  // namespace connector::contract
