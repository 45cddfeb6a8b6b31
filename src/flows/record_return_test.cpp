#include "flows/record_return.h"

#include <algorithm>
#include <utility>

#include "flows/order_facts.h"
#include "flows/posting_decisions.h"
#include "flows/recorded_orders_testing.h"

namespace connector::flows {
namespace record_return_test {

using domain::Cause;
using domain::Decimal;
using domain::PurchaseOrder;
using recorded_orders_testing::now;
using recorded_orders_testing::RecordedOrdersTest;
using store::PostingState;
using store::Transaction;
using store::testing::value_of;

PurchaseOrder order(const std::string& type = "SellerFulfilled") {
  PurchaseOrder made;
  made.purchase_order_id = "4790210558890";
  made.customer_order_id = "1234567891234";
  made.order_time = now - std::chrono::hours(240);
  made.ship_node_type = type;
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "SKU";
  line.quantity = Decimal::from_integer(2);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", Decimal::from_integer(20), {}, ""}};
  line.statuses = {{domain::LineStatus::shipped, "Shipped", line.quantity, now - std::chrono::hours(200), "", "", ""}};
  made.lines = {line};
  return made;
}

walmart::ReturnOrder returned(int refunded) {
  walmart::ReturnOrder made;
  made.return_order_id = "103738";
  walmart::ReturnLine line;
  line.line_number = "1";
  line.purchase_order_id = "4790210558890";
  line.purchase_order_line_number = "1";
  line.sku = "SKU";
  line.quantity = Decimal::from_integer(1);
  line.refunded_quantity = Decimal::from_integer(refunded);
  line.charges = {{"PRODUCT", "ItemPrice", {"USD", Decimal::from_integer(10)}, false, true, {}, {}}};
  line.status = "COMPLETED";
  line.status_time = now;
  made.lines = {line};
  return made;
}

/// As the order tells the refund of its return: money alone.
PurchaseOrder refunded_order() {
  PurchaseOrder made = order();
  made.lines[0].refunds = {
      {"R1", "Customer returned item", {"PRODUCT", "Item Price", "USD", Decimal::from_integer(10), {}, ""}}};
  return made;
}

class RecordReturnTest : public RecordedOrdersTest {
 protected:
  using RecordedOrdersTest::take_in;
  RecordedReturn take_in(const walmart::ReturnOrder& return_order, const FetchedOrders& fetched = {},
                         bool walmart_fulfilled = false) {
    return value_of(write([=](Transaction& transaction) -> store::Result<RecordedReturn> {
      auto context = read_planning_context(transaction, 1);
      return record_return(transaction, *context, return_order, fetched, walmart_fulfilled, now);
    }));
  }
  std::vector<std::string> wanted(const walmart::ReturnOrder& return_order, bool walmart_fulfilled = false) {
    return value_of(read([=](store::Reader& reader) {
      auto context = read_planning_context(reader, 1);
      return orders_wanted_by(reader, *context, return_order, walmart_fulfilled);
    }));
  }
  void skip(const std::string& key) {
    value_of(write([key](Transaction& transaction) -> store::Result<void> {
      auto row = value_of(transaction.posting(1, key));
      store::AuditRecord record;
      record.at = now;
      record.actor = "person";
      record.action = "posting.skipped";
      auto skipped = skip_posting(transaction, *row, "booked by hand", record);
      if (!skipped) return domain::fail(skipped.error());
      return {};
    }));
  }
  std::size_t audited(const std::string& action) {
    const auto records = value_of(read([](store::Reader& reader) { return reader.audit({}); }));
    return static_cast<std::size_t>(
        std::count_if(records.begin(), records.end(), [&](const auto& record) { return record.action == action; }));
  }
};

TEST_F(RecordReturnTest, ACreditMemoWaitsBehindItsInvoiceAndSaysSo) {
  take_in(order());
  EXPECT_TRUE(wanted(returned(1)).empty());
  const auto recorded = take_in(returned(1));
  EXPECT_TRUE(recorded.orders.changed);
  EXPECT_EQ(recorded.orders.planned, 1U);
  const auto row = get("credit/4790210558890/1");
  EXPECT_EQ(row.state, PostingState::planned);
  EXPECT_EQ(row.depends_on, "invoice/4790210558890/1");
  EXPECT_EQ(row.cause, Cause::waiting_for_dependency);
  EXPECT_EQ(row.cause_detail, "waits until invoice/4790210558890/1 is posted");
  EXPECT_EQ(row.priority, 1);
  EXPECT_EQ(row.total, Decimal::from_integer(10));

  const auto again = take_in(returned(1));
  EXPECT_FALSE(again.orders.changed);
  take_in(order());
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned) << "orders know nothing of returns";
  take_in(returned(0));
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::withdrawn);
}

TEST_F(RecordReturnTest, AnOrderThatIsUnknownOrBehindIsFetched) {
  EXPECT_EQ(wanted(returned(1)), (std::vector<std::string>{"4790210558890"}));
  PurchaseOrder early = order();
  early.lines[0].statuses[0].status = domain::LineStatus::acknowledged;
  take_in(early);
  EXPECT_EQ(wanted(returned(1)), (std::vector<std::string>{"4790210558890"}));
  EXPECT_TRUE(wanted(returned(0)).empty());
  take_in(returned(1), {{"4790210558890", order()}});
  EXPECT_EQ(get("invoice/4790210558890/1").state, PostingState::planned);
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
}

TEST_F(RecordReturnTest, ReturnsThatWalmartFulfilsAreShownOnce) {
  EXPECT_TRUE(wanted(returned(1), true).empty()) << "nothing to fetch for";
  for (int round = 0; round < 2; ++round) {
    const auto recorded = take_in(returned(1), {{"4790210558890", order("WFSFulfilled")}});
    EXPECT_TRUE(recorded.not_ours);
    EXPECT_TRUE(take_in(returned(1), {}, true).not_ours);
  }
  const auto row = get("return/103738");
  EXPECT_EQ(row.state, PostingState::skipped);
  EXPECT_NE(row.cause_detail.find("WFSFulfilled"), std::string::npos);
  EXPECT_EQ(audited("return.walmart_fulfilled"), 1U);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.order(1, "4790210558890"); })));
}

TEST_F(RecordReturnTest, WhereWalmartsOrdersAreBookedTheirReturnsAreToo) {
  settings(R"({"ship_node_types":["SellerFulfilled","WFSFulfilled"]})");
  EXPECT_EQ(wanted(returned(1), true).size(), 1U);
  EXPECT_FALSE(take_in(returned(1), {{"4790210558890", order("WFSFulfilled")}}, true).not_ours);
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
}

TEST_F(RecordReturnTest, ARefundOfAnUnknownOrderIsHeldUntilItIsKnown) {
  EXPECT_EQ(take_in(returned(0), {{"4790210558890", std::nullopt}}).orders.held, 0U) << "nothing went back yet";
  EXPECT_EQ(take_in(returned(1), {{"4790210558890", std::nullopt}}).orders.held, 1U);
  EXPECT_EQ(get("return/103738").state, PostingState::held);
  take_in(returned(1), {{"4790210558890", order()}});
  EXPECT_EQ(get("return/103738").state, PostingState::withdrawn);
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
}

/// A second line of another SKU and price.
PurchaseOrder order_of_two_lines() {
  PurchaseOrder made = order();
  made.lines.push_back(made.lines[0]);
  made.lines[1].line_number = "2";
  made.lines[1].sku = "OTHER";
  made.lines[1].charges[0].amount = Decimal::from_integer(50);
  return made;
}

walmart::ReturnOrder returned_as(const std::string& number, const std::string& sku) {
  auto made = returned(1);
  made.lines[0].purchase_order_line_number = number;
  made.lines[0].sku = sku;
  return made;
}

TEST_F(RecordReturnTest, TheSkuTellsTheLineWhateverItsNumberAndTheCaseOfItsLetters) {
  take_in(order_of_two_lines());
  for (const auto& [number, sku] : {std::pair{"1", "SKU"}, {"1", "sku"}, {"2", "SKU"}, {"7", "sku"}, {"1", ""}}) {
    EXPECT_TRUE(wanted(returned_as(number, sku)).empty()) << number << sku;
    EXPECT_EQ(take_in(returned_as(number, sku)).orders.held, 0U) << number << sku;
    EXPECT_EQ(get("credit/4790210558890/1").total, Decimal::from_integer(10)) << number << sku;
    const auto known = value_of(read([](store::Reader& reader) { return known_order(reader, 1, "4790210558890"); }));
    EXPECT_EQ(known->returns.at(0).order_line_number, "1") << number << sku;
  }
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "return/103738"); })));
}

TEST_F(RecordReturnTest, ARefundThatFitsNoLineIsHeldUntilItDoes) {
  take_in(order_of_two_lines());
  EXPECT_EQ(wanted(returned_as("1", "GONE")).size(), 1U) << "the order may have gone on";
  EXPECT_EQ(take_in(returned_as("1", "GONE")).orders.held, 1U);
  const auto row = get("return/103738");
  EXPECT_EQ(row.state, PostingState::held);
  EXPECT_EQ(row.cause, Cause::unexpected_source_data);
  EXPECT_NE(row.cause_detail.find("line 1 with SKU GONE of purchase order 4790210558890"), std::string::npos)
      << row.cause_detail;
  EXPECT_EQ(audited("return.without_line"), 1U);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "credit/4790210558890/1"); })));
  take_in(returned_as("1", "GONE"));
  EXPECT_EQ(audited("return.without_line"), 1U) << "it is shown already";

  take_in(returned_as("1", "SKU"));
  EXPECT_EQ(get("return/103738").state, PostingState::withdrawn);
  EXPECT_EQ(get("credit/4790210558890/1").total, Decimal::from_integer(10));

  EXPECT_EQ(take_in(returned_as("9", "")).orders.held, 1U) << "no SKU, and no such number";
  EXPECT_EQ(get("return/103738").state, PostingState::held);
}

TEST_F(RecordReturnTest, SeveralLinesOfTheSkuAreNotChosenFrom) {
  PurchaseOrder twice = order_of_two_lines();
  twice.lines[1].sku = "SKU";
  take_in(twice);
  EXPECT_EQ(take_in(returned_as("3", "SKU")).orders.held, 1U);
  EXPECT_EQ(get("return/103738").state, PostingState::held);
  take_in(returned_as("2", "SKU"));
  EXPECT_EQ(get("return/103738").state, PostingState::withdrawn);
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
}

TEST_F(RecordReturnTest, WhatFitsNoLineIsNotShownWhereItIsNotOurs) {
  take_in(order_of_two_lines());
  EXPECT_EQ(take_in(returned_as("1", "GONE"), {}).orders.held, 1U);
  skip("return/103738");
  take_in(returned_as("1", "GONE"));
  EXPECT_EQ(get("return/103738").state, PostingState::skipped);
  auto nothing = returned_as("1", "GONE");
  nothing.return_order_id = "103739";
  nothing.lines[0].refunded_quantity = Decimal();
  EXPECT_EQ(take_in(nothing).orders.held, 0U) << "no money went back";
  auto old = returned_as("1", "GONE");
  old.return_order_id = "103740";
  settings(R"({"returns_before_go_live":"post","go_live":")" + domain::to_iso8601(now + std::chrono::hours(1)) +
           R"("})");
  take_in(old);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "return/103740"); })))
      << "whoever kept the books until then has credited it";
}

TEST_F(RecordReturnTest, OrdersFromBeforeGoLiveWaitForAPerson) {
  settings(R"({"go_live":")" + domain::to_iso8601(now - std::chrono::hours(100)) + R"("})");
  take_in(order());
  take_in(returned(1));
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::held);
  settings(R"({"returns_before_go_live":"post","go_live":")" + domain::to_iso8601(now - std::chrono::hours(100)) +
           R"("})");
  replan("4790210558890");
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "invoice/4790210558890/1"); })));
}

TEST_F(RecordReturnTest, ACreditMemoThatWasSentStaysWhenGoLiveIsMovedPastItsRefund) {
  const auto live_since = [](domain::UtcTime time) {
    return R"({"returns_before_go_live":"post","go_live":")" + domain::to_iso8601(time) + R"("})";
  };
  settings(live_since(now - std::chrono::hours(100)));
  take_in(order());
  take_in(returned(1));
  post("credit/4790210558890/1");
  settings(live_since(now + std::chrono::hours(100)));
  replan("4790210558890");
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::posted);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) {
    return reader.posting(1, "credit-reversal/4790210558890/1");
  }))) << "the customer has the money";
}

TEST_F(RecordReturnTest, RefundsOfTheOrderItselfAreDatedWhenFirstSeen) {
  PurchaseOrder refunded = order();
  refunded.lines[0].refunds = {
      {"R1", "Finance -> Goodwill", {"PRODUCT", "Item Price", "USD", Decimal::from_integer(3), {}, ""}}};
  take_in(refunded);
  EXPECT_EQ(get("credit/4790210558890/1").document_date, "2026-11-18");
  EXPECT_EQ(get("credit/4790210558890/1").total, Decimal::from_integer(3));
}

TEST_F(RecordReturnTest, ARefundThatAnOrderFromBeforeGoLiveHadAlreadyIsLeftAlone) {
  settings(R"({"returns_before_go_live":"post","go_live":")" + domain::to_iso8601(now - std::chrono::hours(2)) +
           R"("})");
  const domain::OrderRefund goodwill{
      "R1", "Finance -> Goodwill", {"PRODUCT", "Item Price", "USD", Decimal::from_integer(3), {}, ""}};
  PurchaseOrder old = order();
  old.lines[0].status_time = now - std::chrono::hours(100);
  old.lines[0].refunds = {goodwill};
  take_in(old);
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "credit/4790210558890/1"); })))
      << "whoever kept the books before has credited it";
  old.lines[0].refunds.push_back(goodwill);
  old.lines[0].refunds.back().refund_id = "R2";
  take_in(old);
  EXPECT_EQ(get("credit/4790210558890/1").total, Decimal::from_integer(3)) << "one came since";
}

TEST_F(RecordReturnTest, ARefundThatCameWithTheFirstLookAtAnOldOrderIsCredited) {
  settings(R"({"returns_before_go_live":"post","go_live":")" + domain::to_iso8601(now - std::chrono::hours(2)) +
           R"("})");
  PurchaseOrder old = order();
  old.lines[0].status_time = now - std::chrono::minutes(5);
  old.lines[0].refunds = {
      {"R1", "Finance -> Goodwill", {"PRODUCT", "Item Price", "USD", Decimal::from_integer(3), {}, ""}}};
  take_in(old);
  EXPECT_EQ(get("credit/4790210558890/1").state, PostingState::planned);
}

TEST_F(RecordReturnTest, WhatTheOrderTellsOfAnOpenReturnWaitsForIt) {
  take_in(order());
  auto open = returned(0);
  open.lines[0].status = "INITIATED";
  take_in(open);
  take_in(refunded_order());
  const auto waiting = get("credit/4790210558890/awaited");
  EXPECT_EQ(waiting.state, PostingState::held);
  EXPECT_EQ(waiting.cause, Cause::waiting_for_dependency);
  EXPECT_NE(waiting.cause_detail.find("103738"), std::string::npos) << waiting.cause_detail;
  EXPECT_FALSE(value_of(read([](store::Reader& reader) { return reader.posting(1, "credit/4790210558890/1"); })));

  take_in(returned(1));
  EXPECT_EQ(get("credit/4790210558890/awaited").state, PostingState::withdrawn);
  EXPECT_EQ(get("credit/4790210558890/1").total, Decimal::from_integer(10));
}

TEST_F(RecordReturnTest, ARefundCreditedAnewWaitsUntilItsFirstCreditMemoIsTakenBack) {
  take_in(refunded_order());
  post("invoice/4790210558890/1");
  post("credit/4790210558890/1");
  take_in(returned(1));
  const auto reversal = get("credit-reversal/4790210558890/1");
  EXPECT_EQ(reversal.state, PostingState::planned);
  EXPECT_EQ(reversal.depends_on, "credit/4790210558890/1");
  const auto anew = get("credit/4790210558890/2");
  EXPECT_EQ(anew.state, PostingState::planned);
  EXPECT_EQ(anew.total, Decimal::from_integer(10));
  EXPECT_EQ(anew.depends_on, "credit-reversal/4790210558890/1") << "never is more credited than was invoiced";
  EXPECT_EQ(anew.cause_detail, "waits until credit-reversal/4790210558890/1 is posted");

  // The return is cancelled after all: the order's own refund stands as it was credited first.
  auto cancelled = returned(0);
  cancelled.lines[0].status_time = now + std::chrono::hours(1);
  take_in(cancelled);
  EXPECT_EQ(get("credit-reversal/4790210558890/1").state, PostingState::withdrawn);
  EXPECT_EQ(get("credit/4790210558890/2").state, PostingState::withdrawn);
}

TEST_F(RecordReturnTest, ACreditMemoBehindASkippedInvoiceSaysSo) {
  take_in(order());
  take_in(returned(1));
  skip("invoice/4790210558890/1");
  const auto row = get("credit/4790210558890/1");
  EXPECT_EQ(row.state, PostingState::held);
  EXPECT_EQ(row.cause, Cause::waiting_for_dependency);
  EXPECT_NE(row.cause_detail.find("was skipped"), std::string::npos) << row.cause_detail;
}

TEST_F(RecordReturnTest, ACreditMemoDoesNotWaitForASkippedReversal) {
  take_in(refunded_order());
  post("invoice/4790210558890/1");
  post("credit/4790210558890/1");
  take_in(returned(1));
  skip("credit-reversal/4790210558890/1");
  const auto row = get("credit/4790210558890/2");
  EXPECT_EQ(row.state, PostingState::planned);
  EXPECT_EQ(row.depends_on, "invoice/4790210558890/1");
}

TEST_F(RecordReturnTest, ACreditMemoWaitsForAReversalOnlyWhileItIsWanted) {
  // Two lines of the order: the first is credited as money and told anew, the second is returned beside it.
  PurchaseOrder two = refunded_order();
  two.lines.push_back(order().lines[0]);
  two.lines[1].line_number = "2";
  take_in(two);
  post("invoice/4790210558890/1");
  post("credit/4790210558890/1");
  auto other = returned(1);
  other.return_order_id = "103739";
  other.lines[0].purchase_order_line_number = "2";
  take_in(other);
  EXPECT_EQ(get("credit/4790210558890/2").depends_on, "invoice/4790210558890/1");
  take_in(returned(1));
  EXPECT_EQ(get("credit/4790210558890/2").depends_on, "credit-reversal/4790210558890/1");
  auto cancelled = returned(0);
  cancelled.lines[0].status_time = now + std::chrono::hours(1);
  take_in(cancelled);
  EXPECT_EQ(get("credit-reversal/4790210558890/1").state, PostingState::withdrawn);
  const auto row = get("credit/4790210558890/2");
  EXPECT_EQ(row.state, PostingState::planned);
  EXPECT_EQ(row.depends_on, "invoice/4790210558890/1");
  EXPECT_FALSE(row.cause) << row.cause_detail;
}

TEST_F(RecordReturnTest, AnUnreadableReturnIsShown) {
  value_of(write([](Transaction& transaction) {
    auto context = read_planning_context(transaction, 1);
    return record_unreadable_return(transaction, *context, "103738",
                                    {Cause::unexpected_source_data, "line 1: its quantity cannot be read"}, now);
  }));
  EXPECT_EQ(get("return/103738").state, PostingState::held);
  EXPECT_EQ(get("return/103738").cause, Cause::unexpected_source_data);
}

}  // namespace record_return_test
}  // namespace connector::flows
