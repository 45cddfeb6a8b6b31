// The client's returns operations against the simulated marketplace, with the errors that are documented for them.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "flows/return_facts.h"
#include "sandbox/walmart/returns.h"
#include "sandbox/walmart/seller.h"
#include "walmart_fixture.h"

namespace connector::contract {
namespace walmart_returns_contract_test {

using domain::Cause;
using domain::Decimal;
using walmart::ReturnsQuery;

class WalmartReturnsContract : public WalmartClientTest {
 protected:
  WalmartReturnsContract() {
    sandbox::walmart::OrderGenerator generator;
    generator.count = 400;
    // The last orders are so young that some of their returns are still on their way.
    generator.start = time.now() - std::chrono::days{45};
    generator.spacing = std::chrono::hours{2};
    generator.walmart_fulfilled = 200;
    generator.returns = 400;
    generator.refunds = 0;
    marketplace.add_orders(generator);
    marketplace.advance(time.now());
  }

  std::vector<walmart::ReturnOrder> all(const ReturnsQuery& query) {
    std::vector<walmart::ReturnOrder> orders;
    std::set<std::string> seen;
    auto page = value_of(time.run(client.returns(query)));
    while (true) {
      for (auto& read : page.returns) {
        EXPECT_TRUE(read.order) << read.order.error().message;
        if (read.order && seen.insert(read.return_order_id).second) orders.push_back(*read.order);
      }
      if (page.next_cursor.empty()) return orders;
      page = value_of(time.run(client.next_returns(page.next_cursor)));
    }
  }

  walmart::ReturnOrder one(const std::string& id) {
    ReturnsQuery query;
    query.return_order_id = id;
    const auto found = all(query);
    EXPECT_EQ(found.size(), 1U) << id;
    return found.empty() ? walmart::ReturnOrder{} : found.front();
  }

  /// A return of the seller's that waits for its refund, with at least so many units that cost something.
  std::string waiting(std::int64_t units) {
    // A request lets the services' own life go on until now.
    ReturnsQuery lately;
    lately.modified_from = time.now() - std::chrono::days{100};
    (void)all(lately);
    for (const auto& order : marketplace.seller().returns.all()) {
      const bool waits = order.state == sandbox::walmart::ReturnOrder::State::initiated ||
                         order.state == sandbox::walmart::ReturnOrder::State::in_transit;
      if (!waits || order.is_replacement || order.is_keep_it) continue;
      const auto bought = marketplace.seller().orders.order(order.order, marketplace.seller().catalogue);
      const bool is_free = bought.lines[order.lines.front().line].charges.front().amount.is_zero();
      if (!is_free && order.node_type == sandbox::walmart::NodeType::seller && order.lines.front().quantity >= units) {
        return order.id;
      }
    }
    ADD_FAILURE() << "no return waits";
    return "";
  }

  /// The seller gives back units of the return's first line by hand.
  void refund(const std::string& id, std::int64_t units) {
    auto& seller = marketplace.seller();
    const auto index = *seller.returns.find(id);
    EXPECT_EQ(sandbox::walmart::refund_return(seller, index, 0, units, "SELLER_MANUAL_REFUND", time.now()), units);
  }
};

TEST_F(WalmartReturnsContract, PagesHoldEveryReturnOnce) {
  ReturnsQuery query;
  query.modified_from = time.now() - std::chrono::days{100};
  const auto at_once = all(query);
  query.limit = 7;
  EXPECT_EQ(all(query).size(), at_once.size());
  EXPECT_GT(at_once.size(), 30U);
}

TEST_F(WalmartReturnsContract, OnlyWhatChangedSinceIsRead) {
  ReturnsQuery query;
  query.modified_from = time.now() - std::chrono::days{100};
  const std::size_t whole = all(query).size();
  query.modified_from = time.now() - std::chrono::days{3};
  const auto late = all(query);
  EXPECT_GT(late.size(), 0U);
  EXPECT_LT(late.size(), whole);
  query.modified_from = time.now() + std::chrono::seconds{1};
  query.modified_to = time.now() + std::chrono::seconds{2};
  EXPECT_TRUE(all(query).empty()) << "404 stands for an empty list";
}

TEST_F(WalmartReturnsContract, WalmartsOwnStandApart) {
  ReturnsQuery query;
  query.modified_from = time.now() - std::chrono::days{100};
  std::set<std::string> own;
  for (const auto& order : all(query)) own.insert(order.return_order_id);
  query.walmart_fulfilled = true;
  const auto walmarts = all(query);
  EXPECT_GT(walmarts.size(), 3U);
  for (const auto& order : walmarts) EXPECT_FALSE(own.contains(order.return_order_id));
}

TEST_F(WalmartReturnsContract, APartOfAReturnIsReadAsRefunded) {
  const std::string id = waiting(2);
  refund(id, 1);
  const auto read = one(id);
  EXPECT_EQ(read.lines.at(0).refunded_quantity, Decimal::from_integer(1));
  const auto lines = flows::returned_lines_of(read);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.begin()->second.at(0).refunded, Decimal::from_integer(1));
}

TEST_F(WalmartReturnsContract, ScopeAndLimitAreTold) {
  Cause last = Cause::cancelled;
  for (int call = 0; call < 60 && last != Cause::rate_limited; ++call) {
    const auto answer = time.run(client.returns({}));
    if (!answer) last = answer.error().error.cause;
  }
  EXPECT_EQ(last, Cause::rate_limited);
  time.pass(std::chrono::minutes{2});
  marketplace.seller().switches.scope_returns = "no_access";
  EXPECT_EQ(cause_of(time.run(client.returns({}))), Cause::permission_denied);
}

TEST_F(WalmartReturnsContract, CompletedIsNotRefunded) {
  ReturnsQuery query;
  query.status = "COMPLETED";
  std::size_t without_refund = 0;
  for (const auto& order : all(query)) {
    const auto& truth = marketplace.seller().returns.at(*marketplace.seller().returns.find(order.return_order_id));
    for (const auto& [purchase_order, lines] : flows::returned_lines_of(order)) {
      for (std::size_t index = 0; index < lines.size(); ++index) {
        EXPECT_EQ(lines[index].refunded, Decimal::from_integer(truth.lines[index].refunded)) << order.return_order_id;
        without_refund += lines[index].refunded.is_zero() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(without_refund, 0U) << "cancelled returns and replacements";
}

TEST_F(WalmartReturnsContract, AFeeIsKeptBackAndARefundTakenBack) {
  marketplace.seller().switches.restocking_fee_per_mille = 100;
  const std::string id = waiting(1);
  const auto index = *marketplace.seller().returns.find(id);
  refund(id, marketplace.seller().returns.at(index).lines.at(0).quantity);
  const auto read = one(id);
  const auto& totals = read.lines.at(0).totals;
  ASSERT_TRUE(totals.contains("lineRestockingFee"));
  EXPECT_EQ(totals.at("lineTotal").amount, totals.at("lineSubTotal").amount + totals.at("lineTotalTaxes").amount -
                                               totals.at("lineRestockingFee").amount);
  sandbox::walmart::reverse_refund(marketplace.seller(), index, time.now());
  EXPECT_TRUE(flows::returned_lines_of(one(id)).begin()->second.at(0).refunded.is_zero());
}

TEST_F(WalmartReturnsContract, AnUnreadableReturnHidesNoOther) {
  std::ifstream file(CONNECTOR_SOURCE_DIR "/tests/data/walmart/returns.getReturns.get.200.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  auto payload = *json::parse(text.str());
  json::Value broken = payload["returnOrders"].at(0);
  broken.set("returnOrderId", "1");
  json::Value line = broken["returnOrderLines"].at(0);
  line.set("quantity", "many");
  broken.set("returnOrderLines", json::Array{line});
  json::Value both{json::Object{}};
  both.set("returnOrders", json::Array{payload["returnOrders"].at(0), broken});
  ASSERT_TRUE(marketplace.load_samples(json::write(both)));
  ReturnsQuery query;
  query.customer_order_id = "1234567891234";
  const auto page = value_of(time.run(client.returns(query)));
  ASSERT_EQ(page.returns.size(), 2U);
  std::size_t unreadable = 0;
  for (const auto& read : page.returns) {
    if (read.order) continue;
    ++unreadable;
    EXPECT_EQ(read.return_order_id, "1");
    EXPECT_EQ(read.order.error().cause, Cause::unexpected_source_data);
  }
  EXPECT_EQ(unreadable, 1U);
}

}  // namespace walmart_returns_contract_test
}  // namespace connector::contract
