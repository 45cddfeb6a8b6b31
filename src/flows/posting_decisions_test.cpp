#include "flows/posting_decisions.h"

#include <utility>

#include "flows/posting_states.h"
#include "flows/recorded_orders_testing.h"

namespace connector::flows {
namespace posting_decisions_test {

using domain::Cause;
using domain::Decimal;
using domain::LineStatus;
using domain::PurchaseOrder;
using recorded_orders_testing::now;
using recorded_orders_testing::RecordedOrdersTest;
using store::PostingState;
using store::Transaction;
using store::testing::value_of;

const std::string number = "4790210558890";

/// Three units, of which one left on each of the last `shipped` days; `cancelled` others never will.
PurchaseOrder order(int shipped, int cancelled = 0) {
  PurchaseOrder made;
  made.purchase_order_id = number;
  made.customer_order_id = "1234567891234";
  made.order_time = now - std::chrono::hours(240);
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "SKU";
  line.quantity = Decimal::from_integer(3);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", Decimal::from_integer(30), {}, ""}};
  for (int unit = 0; unit < shipped; ++unit) {
    line.statuses.push_back({LineStatus::shipped, "Shipped", Decimal::from_integer(1),
                             now - std::chrono::hours(200 - 24 * unit), "", "1Z" + std::to_string(unit), ""});
  }
  if (cancelled > 0) {
    line.statuses.push_back(
        {LineStatus::cancelled, "Cancelled", Decimal::from_integer(cancelled), std::nullopt, "", "", ""});
  }
  if (shipped + cancelled < 3) {
    line.statuses.push_back({LineStatus::acknowledged, "Acknowledged", Decimal::from_integer(3 - shipped - cancelled),
                             std::nullopt, "", "", ""});
  }
  line.status_time = now - std::chrono::hours(150 - 10 * (shipped + cancelled));
  made.lines = {line};
  return made;
}

class PostingDecisionsTest : public RecordedOrdersTest {
 protected:
  void SetUp() override {
    RecordedOrdersTest::SetUp();
    settings(R"({"document_mode":"sales_order_and_invoice"})");
  }
  static std::string key(const std::string& stem, int ordinal) {
    return stem + "/" + number + "/" + std::to_string(ordinal);
  }
  static store::AuditRecord record(const std::string& action) {
    store::AuditRecord made;
    made.at = now;
    made.actor = "person";
    made.action = action;
    return made;
  }
  void skip(const std::string& skipped) {
    value_of(write([skipped](Transaction& transaction) -> store::Result<void> {
      auto row = value_of(transaction.posting(1, skipped));
      auto done = skip_posting(transaction, *row, "booked by hand", record("posting.skipped"));
      if (!done) return domain::fail(done.error());
      return {};
    }));
  }
  store::PostingRow retry(const std::string& retried) {
    return value_of(write([retried](Transaction& transaction) {
      auto row = value_of(transaction.posting(1, retried));
      return retry_posting(transaction, *row, record("posting.retry_requested"));
    }));
  }
  void expect_held_behind(const std::string& held, const std::string& skipped) {
    const auto row = get(held);
    EXPECT_EQ(row.state, PostingState::held) << held;
    EXPECT_EQ(row.cause, Cause::waiting_for_dependency) << held;
    EXPECT_EQ(row.cause_detail, "it follows " + skipped + ", which was skipped: skip it too, or book it by hand");
  }
  const std::string sales_order_ = "order/" + number;
};

TEST_F(PostingDecisionsTest, ADeliveryDoesNotWaitForAnInvoiceThatWasSkippedBefore) {
  take_in(order(1));
  post(sales_order_);
  post(key("delivery", 1));
  skip(key("invoice", 1));
  take_in(order(2));
  const auto delivery = get(key("delivery", 2));
  EXPECT_EQ(delivery.state, PostingState::planned);
  EXPECT_EQ(delivery.depends_on, sales_order_);
  const auto due = value_of(write([](Transaction& transaction) {
    return transaction.claim(1, {"worker", now, now + std::chrono::minutes(5)}, 10, store::Due::all);
  }));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].key, delivery.key);
}

TEST_F(PostingDecisionsTest, ADeliveryNoLongerWaitsForAnInvoiceThatIsSkipped) {
  take_in(order(1));
  post(sales_order_);
  take_in(order(2));
  take_in(order(3));
  EXPECT_EQ(get(key("delivery", 2)).depends_on, key("invoice", 1));
  EXPECT_EQ(get(key("delivery", 3)).depends_on, key("invoice", 2));
  skip(key("invoice", 2));
  EXPECT_EQ(get(key("delivery", 3)).depends_on, key("invoice", 1)) << "that one still comes";
  skip(key("invoice", 1));
  EXPECT_EQ(get(key("delivery", 2)).depends_on, sales_order_);
  EXPECT_EQ(get(key("delivery", 3)).depends_on, sales_order_);
  EXPECT_EQ(get(key("delivery", 3)).state, PostingState::planned);
}

TEST_F(PostingDecisionsTest, TheGoodsOfASkippedInvoiceAreStillDelivered) {
  take_in(order(1));
  post(sales_order_);
  const auto before = get(key("delivery", 1));
  skip(key("invoice", 1));
  EXPECT_EQ(get(key("delivery", 1)).state, PostingState::planned);
  EXPECT_EQ(get(key("delivery", 1)).document, before.document);
  take_in(order(2));
  EXPECT_EQ(get(key("delivery", 1)).document, before.document);
}

TEST_F(PostingDecisionsTest, TheInvoiceOfASkippedDeliveryIsHeld) {
  take_in(order(1));
  post(sales_order_);
  skip(key("delivery", 1));
  expect_held_behind(key("invoice", 1), key("delivery", 1));
  EXPECT_EQ(retry(key("invoice", 1)).state, PostingState::held);

  take_in(order(2));
  EXPECT_EQ(get(key("delivery", 2)).state, PostingState::planned);
  EXPECT_EQ(get(key("invoice", 2)).state, PostingState::planned);

  EXPECT_EQ(retry(key("delivery", 1)).state, PostingState::planned) << "the person thought better of it";
  EXPECT_EQ(get(key("invoice", 1)).state, PostingState::planned);
}

TEST_F(PostingDecisionsTest, WhatFollowsASkippedSalesOrderIsHeldAtOnceAndLater) {
  take_in(order(1));
  skip(sales_order_);
  expect_held_behind(key("delivery", 1), sales_order_);
  expect_held_behind(key("invoice", 1), sales_order_);

  take_in(order(2));
  expect_held_behind(key("delivery", 2), sales_order_);
  expect_held_behind(key("invoice", 2), sales_order_);
  take_in(order(2, 1));
  expect_held_behind(key("order-change", 1), sales_order_);

  for (const int ordinal : {1, 2}) {
    skip(key("delivery", ordinal));
    skip(key("invoice", ordinal));
  }
  skip(key("order-change", 1));
  const auto rows = value_of(read([](store::Reader& reader) { return reader.postings_of(1, number); }));
  for (const auto& row : rows) EXPECT_EQ(row.state, PostingState::skipped) << row.key;
}

TEST_F(PostingDecisionsTest, ASkippedInvoiceIsNotProcessed) {
  settings(R"({"document_mode":"sales_order_and_invoice","invoice_completion":"process_with_ship_date"})");
  take_in(order(1));
  EXPECT_EQ(get(key("processing", 1)).state, PostingState::planned);
  skip(key("invoice", 1));
  EXPECT_EQ(get(key("processing", 1)).state, PostingState::withdrawn);
}

TEST_F(PostingDecisionsTest, ARetryMendsWhatWaitsForASkippedPosting) {
  take_in(order(1));
  post(sales_order_);
  take_in(order(2));
  // As earlier versions left it.
  value_of(write([](Transaction& transaction) -> store::Result<void> {
    for (const std::string& skipped : {key("delivery", 1), key("invoice", 1)}) {
      auto row = value_of(transaction.posting(1, skipped));
      row->state = PostingState::skipped;
      if (auto updated = transaction.update_posting(*row); !updated) return updated;
    }
    return {};
  }));
  EXPECT_EQ(get(key("delivery", 2)).depends_on, key("invoice", 1));
  const auto retried = retry(key("delivery", 2));
  EXPECT_EQ(retried.state, PostingState::planned);
  EXPECT_EQ(retried.depends_on, sales_order_);
  EXPECT_EQ(retried.next_attempt_at, now);
}

TEST_F(PostingDecisionsTest, WhatWaitsSaysForWhat) {
  take_in(order(1));
  const auto retried = retry(key("invoice", 1));
  EXPECT_EQ(retried.state, PostingState::planned);
  EXPECT_EQ(retried.cause, Cause::waiting_for_dependency);
  EXPECT_EQ(retried.cause_detail, "waits until " + key("delivery", 1) + " is posted");

  auto shown = get(key("delivery", 1));
  EXPECT_FALSE(shown.cause);
  const auto say = [this, &shown] {
    value_of(read([&shown](store::Reader& reader) { return say_what_it_waits_for(reader, shown); }));
  };
  say();
  EXPECT_EQ(shown.cause_detail, "waits until " + sales_order_ + " is posted");
  post(sales_order_);
  shown = get(key("delivery", 1));
  say();
  EXPECT_FALSE(shown.cause);
}

TEST_F(PostingDecisionsTest, AUnitCancelledAfterItWasInvoicedIsShown) {
  settings(R"({"document_mode":"invoice_only"})");
  take_in(order(3));
  for (const int ordinal : {1, 2, 3}) post(key("invoice", ordinal));
  PurchaseOrder less = order(2, 1);
  less.lines[0].status_time = now - std::chrono::hours(100);
  take_in(less);
  const std::string review = "review/" + number + "/1";
  EXPECT_EQ(get(review).state, PostingState::held);
  EXPECT_EQ(get(review).cause, Cause::unexpected_source_data);
  EXPECT_NE(get(review).cause_detail.find("says now that 2 have and 1 are cancelled"), std::string::npos)
      << get(review).cause_detail;
  take_in(order(3));
  take_in(less);
  EXPECT_EQ(get(review).state, PostingState::held) << "whatever stale page comes";
  PurchaseOrder again = order(3);
  again.lines[0].status_time = now - std::chrono::hours(90);
  take_in(again);
  EXPECT_EQ(get(review).state, PostingState::withdrawn);
}

}  // namespace posting_decisions_test
}  // namespace connector::flows
