#include "sandbox/walmart/order_life.h"

#include <map>
#include <set>

#include "sandbox/walmart/books.h"
#include "sandbox/walmart/marketplace_fixture.h"
#include "sandbox/walmart/order_numbers.h"

namespace connector::sandbox::walmart {
namespace order_life_test {

using domain::Decimal;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class OrderLifeTest : public MarketplaceFixture {
 protected:
  void start_autonomous(std::uint64_t count, domain::Milliseconds ago) {
    Config config;
    config.generators = {
        orders(count, now_ - ago, domain::Milliseconds(ago.count() / static_cast<std::int64_t>(count)))};
    start(config);
  }
  Order built(OrderNumber number) { return market_->seller().orders.order(number, market_->seller().catalogue); }
  std::size_t size() { return market_->seller().orders.size(); }
};

TEST_F(OrderLifeTest, QuantitiesNeverGetLostOnTheWay) {
  start_autonomous(3000, days(60));
  for (int step = 0; step < 20; ++step) {
    now_ += hours(17);
    market_->advance(now_);
    for (OrderNumber number = 0; number < size(); number += 7) {
      const Order order = built(number);
      ASSERT_EQ(order.status_mask(), market_->seller().orders.record(number).status_mask) << order.purchase_order_id;
      for (const Line& line : order.lines) {
        ASSERT_EQ(line.open() + line.shipped() + line.in(Status::cancelled), line.quantity) << order.purchase_order_id;
      }
    }
  }
}

TEST_F(OrderLifeTest, TheMixHasEverythingTheFieldHas) {
  start_autonomous(4000, days(90));
  std::map<std::string, int> seen;
  for (OrderNumber number = 0; number < size(); ++number) {
    const Order order = built(number);
    const std::uint8_t mask = order.status_mask();
    if (order.is_replacement) ++seen["replacement"];
    if (order.node_type == NodeType::walmart) ++seen["walmart fulfilled"];
    if (order.node_type == NodeType::third_party) ++seen["third party"];
    if (mask == bit(Status::cancelled)) ++seen["cancelled"];
    if (mask == bit(Status::delivered)) ++seen["delivered"];
    std::set<std::string> skus;
    for (const Line& line : order.lines) {
      if (line.quantity > 1) ++seen["many units"];
      if (!skus.insert(line.sku).second) ++seen["line per unit"];
      if (line.in(Status::cancelled) > 0 && line.shipped() > 0) ++seen["partly cancelled"];
      std::set<std::string> numbers;
      for (const Portion& portion : line.portions) {
        if (portion.tracking) numbers.insert(portion.tracking->number);
      }
      if (numbers.size() > 1) ++seen["several shipments"];
      if (!line.refunds.empty()) ++seen["refund"];
      if (!line.return_order_id.empty()) ++seen["return"];
      if (line.intent_to_cancel) ++seen["intent to cancel"];
      for (const Charge& charge : line.charges) {
        ++seen[charge.name];
        if (charge.tax_presence == Presence::null && charge.name == "ItemPrice") ++seen["tax null"];
        if (charge.tax_presence == Presence::absent && charge.name == "ItemPrice") ++seen["tax absent"];
        if (order.is_replacement) {
          EXPECT_TRUE(charge.amount.is_zero());
        }
        if (charge.name == "SubscriptionDiscount") {
          EXPECT_TRUE(charge.amount.is_negative());
        }
      }
    }
  }
  for (const char* kind :
       {"replacement", "walmart fulfilled", "third party", "cancelled", "delivered", "many units", "line per unit",
        "partly cancelled", "several shipments", "refund", "return", "intent to cancel", "ItemPrice", "Shipping",
        "SubscriptionDiscount", "RecyclingFee", "tax null", "tax absent"}) {
    EXPECT_GT(seen[kind], 10) << kind;
  }
}

TEST_F(OrderLifeTest, WalmartsOwnOrdersArriveAcknowledged) {
  start_autonomous(500, days(3));
  std::size_t count = 0;
  for (OrderNumber number = 0; number < size(); ++number) {
    const Order order = built(number);
    if (order.node_type != NodeType::walmart) continue;
    ++count;
    EXPECT_EQ(order.status_mask() & bit(Status::created), 0);
  }
  EXPECT_GT(count, 5U);
}

TEST_F(OrderLifeTest, SeveralPurchaseOrdersShareACustomerOrder) {
  start_autonomous(800, days(3));
  std::map<std::string, std::vector<std::string>> by_customer;
  for (OrderNumber number = 0; number < size(); ++number) {
    const Order order = built(number);
    by_customer[order.customer_order_id].push_back(order.purchase_order_id);
    EXPECT_EQ(market_->seller().orders.find(order.purchase_order_id), number);
  }
  std::size_t shared = 0;
  for (const auto& [customer, ids] : by_customer) {
    if (ids.size() < 2) continue;
    ++shared;
    const auto found = market_->seller().orders.of_customer_order(customer);
    ASSERT_EQ(found.size(), ids.size());
    EXPECT_EQ(built(found[0]).address.name, built(found[1]).address.name);
    EXPECT_EQ(built(found[0]).lines[0].currency, built(found[1]).lines[0].currency);
  }
  EXPECT_GT(shared, 20U);
}

TEST_F(OrderLifeTest, TheSameSeedGivesTheSameBooks) {
  start_autonomous(600, days(20));
  const std::string first = get("/sandbox/walmart/books").body["totals"].is_object()
                                ? json::write(get("/sandbox/walmart/books").body["orders"])
                                : "";
  // Reached in many steps instead of one.
  const domain::UtcTime end = now_;
  Config config;
  config.generators = {orders(600, now_ - days(20), domain::Milliseconds(days(20)) / 600)};
  market_.emplace(config);
  for (now_ = end - days(21); now_ < end; now_ += hours(5)) market_->advance(now_);
  now_ = end;
  EXPECT_EQ(json::write(get("/sandbox/walmart/books").body["orders"]), first);
  config.generators[0].seed = 43;
  market_.emplace(config);
  EXPECT_NE(json::write(get("/sandbox/walmart/books").body["orders"]), first);
}

TEST_F(OrderLifeTest, LifeGoesFasterOnDemand) {
  Config config;
  config.generators = {orders(200, now_, minutes(1))};
  config.generators[0].life_speed_percent = 10'000;
  start(config);
  now_ += hours(8);
  market_->advance(now_);
  std::size_t finished = 0;
  for (OrderNumber number = 0; number < size(); ++number) {
    const std::uint8_t open = bit(Status::created) | bit(Status::acknowledged);
    finished += (built(number).status_mask() & open) == 0 ? 1 : 0;
  }
  EXPECT_GT(finished, 190U);
}

TEST_F(OrderLifeTest, ByCallsNothingIsDoneForTheSellerButLateOrdersAreCancelled) {
  Config config;
  config.generators = {quiet_orders(20, now_, minutes(1))};
  start(config);
  now_ += days(3);
  market_->advance(now_);
  for (OrderNumber number = 0; number < size(); ++number) EXPECT_EQ(built(number).status_mask(), bit(Status::created));
  now_ += days(8);
  market_->advance(now_);
  for (OrderNumber number = 0; number < size(); ++number) {
    EXPECT_EQ(built(number).status_mask(), bit(Status::cancelled));
    EXPECT_FALSE(built(number).lines[0].portions[0].cancellation_reason.empty());
  }
}

TEST_F(OrderLifeTest, CallsAndScriptGetAlong) {
  start_autonomous(300, days(1));
  // Ship everything by call before the scripts get to it.
  for (OrderNumber number = 0; number < size(); ++number) {
    const Order order = built(number);
    for (std::size_t line = 0; line < order.lines.size(); ++line) {
      const auto units = static_cast<std::int32_t>(order.lines[line].open());
      happen(market_->seller(), number,
             OrderEvent{now_, EventKind::ship, static_cast<std::int16_t>(line), units, nullptr}, Actor::call);
    }
  }
  now_ += days(40);
  market_->advance(now_);
  for (OrderNumber number = 0; number < size(); ++number) {
    for (const Line& line : built(number).lines) {
      EXPECT_EQ(line.open() + line.shipped() + line.in(Status::cancelled), line.quantity);
      EXPECT_EQ(line.open(), 0);
    }
  }
}

TEST_F(OrderLifeTest, RefundsNeverExceedCharges) {
  start_autonomous(4000, days(120));
  std::size_t refunded_lines = 0;
  for (OrderNumber number = 0; number < size(); ++number) {
    for (const Line& line : built(number).lines) {
      const MoneyByKind charged = charged_for_shipped(line);
      const MoneyByKind refunded = refunded_on(line);
      EXPECT_LE(refunded.without_tax(), charged.without_tax());
      EXPECT_LE(refunded.tax, charged.tax);
      refunded_lines += refunded.without_tax().is_zero() ? 0 : 1;
    }
  }
  EXPECT_GT(refunded_lines, 100U);
}

TEST_F(OrderLifeTest, TotalsAreTheSumOfTheLines) {
  Config config;
  config.generators = {orders(500, now_ - days(40), hours(1))};
  config.generators[0].currencies = {{"USD", 80}, {"CAD", 15}, {"JPY", 5}};
  start(config);
  const json::Value books = get("/sandbox/walmart/books").body;
  std::map<std::string, Decimal> sums;
  for (const json::Value& order : books["orders"].array()) {
    for (const json::Value& line : order["lines"].array()) {
      sums[line["currency"].text_or("")] += *line["charged"]["withoutTax"].decimal();
    }
  }
  EXPECT_EQ(sums.size(), 3U);
  for (const auto& [currency, sum] : sums) {
    EXPECT_EQ(books["totals"][currency]["charged"]["withoutTax"].decimal(), sum) << currency;
  }
  EXPECT_TRUE(sums["JPY"].is_integer());
  EXPECT_EQ(get("/sandbox/walmart/books?limit=3").body["orders"].size(), 3U);
  EXPECT_EQ(get("/sandbox/walmart/books?orders=false").body["totals"], books["totals"]);
}

TEST_F(OrderLifeTest, StockFollowsTheOrders) {
  Config config;
  config.catalogue.items = 3;
  config.generators = {orders(200, now_ - days(10), hours(1))};
  start(config);
  std::map<std::pair<std::string, std::string>, std::int64_t> reserved;
  std::map<std::pair<std::string, std::string>, std::int64_t> shipped;
  for (OrderNumber number = 0; number < size(); ++number) {
    const Order order = built(number);
    if (order.node_type != NodeType::seller) continue;
    for (const Line& line : order.lines) {
      reserved[{line.sku, order.node_id}] += line.open();
      shipped[{line.sku, order.node_id}] += line.shipped();
    }
  }
  for (const Item& item : market_->seller().catalogue.items()) {
    for (std::size_t node = 0; node < item.stock.size(); ++node) {
      const auto key = std::make_pair(item.sku, market_->seller().catalogue.nodes()[node].id);
      EXPECT_EQ(item.stock[node].reserved, reserved[key]);
      EXPECT_EQ(item.stock[node].available, item.stock[node].input - reserved[key] - shipped[key]);
    }
  }
}

TEST_F(OrderLifeTest, AnOrderMayWaitForItsAcknowledgementAndThenLiveByItself) {
  Config config;
  OrderGenerator generator = orders(40, now_ - days(1), minutes(30));
  generator.life = SellerLife::once_acknowledged;
  generator.asked_to_cancel = generator.cancelled_orders = generator.walmart_fulfilled = 0;
  config.generators = {generator};
  start(config);
  for (OrderNumber number = 0; number < size(); ++number) {
    EXPECT_EQ(built(number).status_mask(), bit(Status::created)) << number;
  }
  const std::string id = first_order_id();
  EXPECT_EQ(post("/v3/orders/" + id + "/acknowledge", "").status, 200);
  EXPECT_EQ(built(0).status_mask(), bit(Status::acknowledged));
  const domain::UtcTime acknowledged = now_;
  now_ += days(20);
  market_->advance(now_);
  const Order lived = built(0);
  for (const Line& line : lived.lines) {
    EXPECT_EQ(line.open(), 0);
    for (const Portion& portion : line.portions) {
      if (!portion.tracking) continue;
      EXPECT_GT(portion.tracking->ship_time, acknowledged);
    }
  }
}

TEST_F(OrderLifeTest, ControlDrivesAnOrderAndAddsOthers) {
  Config config;
  config.generators = {quiet_orders(3, now_ - hours(1), minutes(1))};
  start(config);
  const std::string id = first_order_id();
  const auto drive = [&](const std::string& action) {
    return post("/sandbox/walmart/orders", R"({"purchaseOrderId":")" + id + R"(","action":")" + action + R"("})");
  };
  EXPECT_GT(*drive("acknowledge").body["changedLines"].integer(), 0);
  EXPECT_GT(*drive("ship").body["changedLines"].integer(), 0);
  EXPECT_GT(*drive("deliver").body["changedLines"].integer(), 0);
  EXPECT_GT(*drive("return").body["changedLines"].integer(), 0);
  EXPECT_EQ(drive("fly").status, 400);
  EXPECT_EQ(get("/v3/returns").body["returnOrders"].at(0)["returnOrderLines"].at(0)["purchaseOrderId"].text_or(""), id);
  const Reply added = post("/sandbox/walmart/orders", R"({"generate":{"count":5,"seed":9,"spacing_milliseconds":1000,
      "start":"2026-11-20T11:00:00Z","life":"by_calls","currencies":{"USD":1,"MXN":1}}})");
  EXPECT_EQ(added.body["placed"].integer(), 5);
  EXPECT_EQ(post("/sandbox/walmart/orders", R"({"generate":{"colour":1}})").status, 400);
  EXPECT_EQ(size(), 8U);
}

TEST_F(OrderLifeTest, AdvanceMovesTheServicesOwnTime) {
  Config config;
  config.generators = {orders(10, now_ + hours(1), hours(1))};
  start(config);
  EXPECT_EQ(size(), 0U);
  EXPECT_EQ(post("/sandbox/walmart/advance", R"({"seconds":43200})").status, 200);
  EXPECT_EQ(size(), 10U);
  EXPECT_EQ(get("/v3/orders").status, 401);  // the token is twelve hours old
}

TEST(OrderNumbers, TurnBackAndLookUnordered) {
  std::set<std::string> seen;
  for (std::uint64_t key = 0; key < 5000; ++key) {
    const std::string text = scrambled_number(key, 271'828'182'845ULL, '1');
    EXPECT_EQ(text.size(), 13U);
    EXPECT_TRUE(seen.insert(text).second);
    EXPECT_EQ(unscrambled_number(text, 271'828'182'845ULL, '1'), key);
  }
  EXPECT_EQ(unscrambled_number("12", 1, '1'), std::nullopt);
  EXPECT_EQ(unscrambled_number("abcdefghijklm", 1, '1'), std::nullopt);
}

}  // namespace order_life_test
}  // namespace connector::sandbox::walmart
