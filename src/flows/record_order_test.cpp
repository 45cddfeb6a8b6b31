#include "flows/record_order.h"

#include <gtest/gtest.h>

#include <map>

#include "flows/connection_changes.h"
#include "flows/posting_states.h"
#include "flows/recorded_orders_testing.h"
#include "store/vault.h"

namespace connector::flows {
namespace record_order_test {

using domain::Decimal;
using domain::LineStatus;
using domain::PurchaseOrder;
using recorded_orders_testing::now;
using recorded_orders_testing::RecordedOrdersTest;
using store::PostingState;
using store::Transaction;
using store::testing::value_of;

const std::string id = "4790210558890";

/// Of three units, `shipped` have left.
PurchaseOrder order(int shipped) {
  PurchaseOrder made;
  made.purchase_order_id = id;
  made.customer_order_id = "1234567891234";
  made.order_time = now - std::chrono::hours(240);
  made.ship_node_type = "SellerFulfilled";
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "SKU";
  line.quantity = Decimal::from_integer(3);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", Decimal::from_integer(30), {}, ""}};
  if (shipped > 0) {
    line.statuses.push_back(
        {LineStatus::shipped, "Shipped", Decimal::from_integer(shipped), now - std::chrono::hours(200), "", "", ""});
  }
  if (shipped < 3) {
    line.statuses.push_back(
        {LineStatus::acknowledged, "Acknowledged", Decimal::from_integer(3 - shipped), {}, "", "", ""});
  }
  made.lines = {line};
  return made;
}

/// go_live is moved past an order that was taken in before.
class MovedGoLiveTest : public RecordedOrdersTest {
 protected:
  void SetUp() override {
    RecordedOrdersTest::SetUp();
    settings(R"({"document_mode":"sales_order_and_invoice"})");
  }
  void move_go_live(domain::UtcTime to = now - std::chrono::hours(1)) {
    value_of(write([to](Transaction& transaction) -> store::Result<void> {
      auto changed = with_change(transaction, *value_of(transaction.connection(1)), "go_live", domain::to_iso8601(to));
      if (!changed) return domain::fail(changed.error());
      store::AuditRecord record;
      record.at = now;
      record.actor = "person";
      record.action = "connection.set";
      return write_change(transaction, store::Vault(store::MasterKey::generate()), *changed, record);
    }));
    replan(id);
  }
  /// The states of all the order's postings, by key.
  std::map<std::string, PostingState> states() {
    const auto rows = value_of(read([](store::Reader& reader) { return reader.postings_of(1, id); }));
    std::map<std::string, PostingState> found;
    for (const auto& row : rows) found.emplace(row.key, row.state);
    return found;
  }
  bool is_left_alone() {
    return value_of(read([](store::Reader& reader) {
             auto context = read_planning_context(reader, 1);
             return preview_order(reader, *context, order(3));
           }))
        .before_go_live;
  }
};

TEST_F(MovedGoLiveTest, WhatWasNotSentIsWithdrawnAndStaysSo) {
  take_in(order(1));
  ASSERT_FALSE(states().empty());
  EXPECT_FALSE(is_left_alone());
  move_go_live();
  for (const auto& [key, state] : states()) EXPECT_EQ(state, PostingState::withdrawn) << key;
  EXPECT_TRUE(is_left_alone());
  take_in(order(3));
  for (const auto& [key, state] : states()) EXPECT_EQ(state, PostingState::withdrawn) << key;
}

TEST_F(MovedGoLiveTest, MovedBackItHasTheOrdersReadAgainAndPlanned) {
  const auto flow = [this] { return value_of(read([](store::Reader& reader) { return reader.flow(1, "orders"); })); };
  take_in(order(3));
  move_go_live();
  EXPECT_FALSE(flow().backfill_unfinished());
  EXPECT_EQ(value_of(read([](store::Reader& reader) { return reader.order(1, id); }))->state, "before_go_live");
  move_go_live(now - std::chrono::hours(300));
  ASSERT_TRUE(flow().backfill_unfinished());
  EXPECT_EQ(flow().backfill_at, now - std::chrono::hours(300));
  EXPECT_EQ(flow().backfill_to, now);
  take_in(order(3));
  EXPECT_TRUE(is_open(states().at("invoice/" + id + "/1")));
}

TEST_F(MovedGoLiveTest, WhatWasHeldIsNotReleased) {
  take_in(order(1));
  for (const auto& [key, state] : states()) become(key, PostingState::held);
  move_go_live();
  for (const auto& [key, state] : states()) EXPECT_EQ(state, PostingState::withdrawn) << key;
}

TEST_F(MovedGoLiveTest, AnOrderOfWhichSomethingLeftIsBookedToItsEnd) {
  take_in(order(1));
  become("order/" + id, PostingState::posted);
  become("invoice/" + id + "/1", PostingState::posted);
  move_go_live();
  EXPECT_FALSE(is_left_alone());
  take_in(order(3));
  const auto found = states();
  ASSERT_TRUE(found.contains("invoice/" + id + "/2")) << "what left later is no less the connector's";
  EXPECT_TRUE(is_open(found.at("invoice/" + id + "/2")));
}

TEST_F(MovedGoLiveTest, AnOrderThatAPersonBookedHasNotBegun) {
  take_in(order(1));
  become("order/" + id, PostingState::skipped);
  move_go_live();
  for (const auto& [key, state] : states()) {
    EXPECT_EQ(state, key == "order/" + id ? PostingState::skipped : PostingState::withdrawn) << key;
  }
}

}  // namespace record_order_test
}  // namespace connector::flows
