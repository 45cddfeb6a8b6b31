#include "flows/daily_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flows/closed_periods.h"
#include "flows/document_json.h"
#include "flows/freezing/exact_freezer.h"
#include "flows/freezing/known_codes.h"
#include "flows/settings_json.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace daily_summary_test {

using domain::Decimal;
using domain::Result;
using domain::UtcTime;
using store::PostingRow;
using store::PostingState;
using store::testing::value_of;

const UtcTime noon = *domain::parse_iso8601("2026-11-23T12:00:00Z");
constexpr auto day = std::chrono::hours(24);

domain::PurchaseOrder order(const std::string& id, const std::string& sku, UtcTime shipped) {
  domain::PurchaseOrder made;
  made.purchase_order_id = id;
  made.customer_order_id = "c" + id;
  made.order_time = shipped - day;
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = sku;
  line.quantity = Decimal::from_integer(1);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", Decimal::from_integer(10), std::nullopt, ""}};
  domain::QuantityStatus left;
  left.status = domain::LineStatus::shipped;
  left.word = "Shipped";
  left.quantity = line.quantity;
  left.ship_time = shipped;
  line.statuses = {left};
  line.status_time = shipped;
  made.lines = {line};
  return made;
}

class DailySummaryFlow : public store::testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    settings_.document_mode = domain::DocumentMode::daily_summary;
    use(settings_);
    for (const char* item : {"A", "B"}) add_item(item);
    value_of(write([this](store::Transaction& transaction) {
      return transaction.put_reference(first_, {"customer", customer_code(settings_), "customer-id", "\"Walmart\""});
    }));
  }

  void use(domain::ConnectionSettings settings) {
    settings_ = settings;
    value_of(write([this](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.connection(first_);
      (*row)->settings = json::write(to_json(settings_));
      return transaction.update_connection(**row);
    }));
  }

  void add_item(const std::string& code) {
    value_of(write([this, code](store::Transaction& transaction) {
      return transaction.put_reference(first_, {"item", code, "id-" + code, R"({"IsSalesItem":true})"});
    }));
  }

  void record(const domain::PurchaseOrder& order, UtcTime now = noon) {
    value_of(write([this, order, now](store::Transaction& transaction) -> Result<void> {
      auto context = read_planning_context(transaction, first_);
      if (!context) return domain::fail(context.error());
      auto recorded = record_order(transaction, *context, order, now);
      if (!recorded) return domain::fail(recorded.error());
      return {};
    }));
  }

  void replan(const std::string& id, UtcTime now) {
    value_of(write([this, id, now](store::Transaction& transaction) -> Result<void> {
      auto context = read_planning_context(transaction, first_);
      auto replanned = replan_order(transaction, *context, id, now);
      return replanned ? Result<void>{} : domain::fail(replanned.error());
    }));
  }

  std::size_t close(UtcTime now) { return close(now, now); }

  std::size_t close(std::optional<UtcTime> read_to, UtcTime now) {
    return value_of(write([this, read_to, now](store::Transaction& transaction) -> Result<std::size_t> {
      auto context = read_planning_context(transaction, first_);
      if (!context) return domain::fail(context.error());
      return close_days(transaction, *context, read_to, now);
    }));
  }

  /// What the worker does in one transaction: lease, freeze, mark in doubt. The keys that may be sent.
  std::vector<std::string> claim(UtcTime now) {
    return value_of(write([this, now](store::Transaction& transaction) -> Result<std::vector<std::string>> {
      std::vector<std::string> keys;
      auto rows = transaction.claim(first_, {"worker", now, now + std::chrono::minutes(1)}, 100, store::Due::all);
      if (!rows) return domain::fail(rows.error());
      auto freeze = exact_freezer(std::make_shared<const domain::ConnectionSettings>(settings_));
      for (PostingRow& row : *rows) {
        auto body = freeze(transaction, row);
        if (body) {
          row.body = *body;
          row.in_doubt = true;
          keys.push_back(row.key);
        } else {
          row.state = PostingState::held;
          row.cause = body.error().cause;
          row.cause_detail = body.error().message;
        }
        if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
      }
      return keys;
    }));
  }

  void post(const std::string& key) {
    PostingRow row = get(key);
    row.state = PostingState::posted;
    row.in_doubt = false;
    if (row.target_id.empty()) row.target_id = "guid-of-" + key;
    value_of(write([row](store::Transaction& transaction) { return transaction.update_posting(row); }));
  }

  json::Value body(const std::string& key) { return json::parse(get(key).body).value_or(json::Value()); }

  domain::ConnectionSettings settings_;
};

TEST_F(DailySummaryFlow, ADayIsClosedOnlyOnceOrdersWereReadBeyondItsEnd) {
  record(order("1", "A", noon));
  const UtcTime later = noon + std::chrono::hours(17);
  EXPECT_EQ(close(std::nullopt, later), 0U) << "of some type none were read yet";
  EXPECT_EQ(close(noon + std::chrono::hours(13), later), 0U) << "late orders were not read";
  EXPECT_EQ(close(noon + std::chrono::hours(14), later), 1U);
}

TEST_F(DailySummaryFlow, OrdersWaitForTheInvoiceOfTheirDayWhichWaitsForTheDaysEnd) {
  record(order("1", "A", noon));
  record(order("2", "B", noon));
  EXPECT_EQ(get("invoice/1/1").depends_on, "daily/2026-11-23/USD/1");
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/1");
  EXPECT_EQ(close(noon + std::chrono::hours(13)), 0U) << "the day is over, but late orders are waited for";
  EXPECT_THAT(claim(noon + std::chrono::hours(13)), testing::IsEmpty());
  const UtcTime night = noon + std::chrono::hours(14);
  EXPECT_EQ(close(night), 1U);
  EXPECT_THAT(claim(night), testing::ElementsAre("daily/2026-11-23/USD/1"));
  EXPECT_EQ(get("daily/2026-11-23/USD/1").total.to_string(), "20");
  const json::Value sent = body("daily/2026-11-23/USD/1");
  EXPECT_EQ(sent["YourRef"].text_or(""), "WM-D20261123-USD");
  EXPECT_EQ(sent["Remarks"].text_or(""), "Orders: 1 10.00, 2 10.00");
  EXPECT_EQ(sent["SalesInvoiceLines"].size(), 2U);
  EXPECT_THAT(claim(night), testing::IsEmpty()) << "its orders are posted with it, not before";

  post("daily/2026-11-23/USD/1");
  EXPECT_THAT(claim(night), testing::UnorderedElementsAre("invoice/1/1", "invoice/2/1"));
  EXPECT_EQ(body("invoice/1/1")["InvoiceID"].text_or(""), "guid-of-daily/2026-11-23/USD/1");
}

TEST_F(DailySummaryFlow, WhatIsFrozenStaysAndLateOrdersGoIntoAnotherInvoice) {
  const UtcTime night = noon + std::chrono::hours(14);
  record(order("1", "A", noon));
  close(night);
  ASSERT_EQ(claim(night).size(), 1U);
  // The request is on its way, its outcome unknown: neither new facts nor new settings may change what it holds.
  domain::ConnectionSettings other = settings_;
  other.document_mode = domain::DocumentMode::invoice_only;
  use(other);
  domain::PurchaseOrder more = order("1", "A", noon);
  more.lines.front().product_name = "renamed";
  record(more, night);
  EXPECT_EQ(get("invoice/1/1").depends_on, "daily/2026-11-23/USD/1");
  use([&] {
    other.document_mode = domain::DocumentMode::daily_summary;
    return other;
  }());
  record(order("2", "B", noon), night);
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/2");
  EXPECT_EQ(get("daily/2026-11-23/USD/2").reference, "WM-D20261123-USD-2");
  EXPECT_EQ(close(night), 0U) << "more may come late; one more invoice a day is enough";
  EXPECT_EQ(close(night + day), 0U) << "by then it is due in any case";
  ASSERT_THAT(claim(night + day), testing::Contains("daily/2026-11-23/USD/2"));
  EXPECT_EQ(body("daily/2026-11-23/USD/2")["Remarks"].text_or(""), "Orders: 2 10.00");
}

TEST_F(DailySummaryFlow, AnOrderThatExactWouldRefuseStaysOutAndGoesIntoTheNextWhenMended) {
  const UtcTime night = noon + std::chrono::hours(14);
  record(order("1", "A", noon));
  record(order("2", "NO-SUCH-ITEM", noon));
  close(night);
  ASSERT_EQ(claim(night).size(), 1U);
  EXPECT_EQ(body("daily/2026-11-23/USD/1")["Remarks"].text_or(""), "Orders: 1 10.00");
  post("daily/2026-11-23/USD/1");
  EXPECT_THAT(claim(night), testing::ElementsAre("invoice/1/1"));
  EXPECT_EQ(get("invoice/2/1").state, PostingState::held);
  EXPECT_EQ(get("invoice/2/1").cause, domain::Cause::missing_item);

  add_item("NO-SUCH-ITEM");
  replan("2", night);
  EXPECT_EQ(get("invoice/2/1").state, PostingState::planned);
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/2");
}

TEST_F(DailySummaryFlow, AnOrderMendedBetweenTheDaysInvoiceAndItsOwnTurnGoesIntoTheNextByItself) {
  const UtcTime night = noon + std::chrono::hours(14);
  record(order("1", "A", noon));
  record(order("2", "NO-SUCH-ITEM", noon));
  close(night);
  ASSERT_EQ(claim(night).size(), 1U);
  post("daily/2026-11-23/USD/1");
  add_item("NO-SUCH-ITEM");
  claim(night);
  ASSERT_EQ(get("invoice/2/1").state, PostingState::held);
  EXPECT_THAT(value_of(read([](store::Reader& reader) { return reader.connections_with_outdated_held(); })),
              testing::ElementsAre(first_))
      << "nobody needs to try it again";
  replan("2", night);
  EXPECT_EQ(get("invoice/2/1").state, PostingState::planned);
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/2");
  EXPECT_THAT(value_of(read([](store::Reader& reader) { return reader.connections_with_outdated_held(); })),
              testing::IsEmpty());
}

TEST_F(DailySummaryFlow, ADayHeldForTheOrdersItHadGoesOnWithTheNext) {
  const UtcTime night = noon + std::chrono::hours(14);
  record(order("1", "NO-SUCH-ITEM", noon));
  close(night);
  EXPECT_TRUE(claim(night).empty());
  EXPECT_EQ(get("daily/2026-11-23/USD/1").state, PostingState::held);
  EXPECT_EQ(get("daily/2026-11-23/USD/1").cause, domain::Cause::missing_item);
  record(order("2", "B", noon));
  close(night);
  EXPECT_THAT(claim(night), testing::ElementsAre("daily/2026-11-23/USD/1"));
  EXPECT_EQ(body("daily/2026-11-23/USD/1")["Remarks"].text_or(""), "Orders: 2 10.00");
}

TEST_F(DailySummaryFlow, AChangeOfTheSettingBeforeTheDaysEndGivesOrdersInvoicesOfTheirOwn) {
  record(order("1", "A", noon));
  domain::ConnectionSettings other = settings_;
  other.document_mode = domain::DocumentMode::invoice_only;
  use(other);
  domain::PurchaseOrder again = order("1", "A", noon);
  again.lines.front().product_name = "renamed";
  record(again);
  EXPECT_EQ(get("invoice/1/1").depends_on, "");
  EXPECT_THAT(claim(noon), testing::ElementsAre("invoice/1/1"));
}

TEST_F(DailySummaryFlow, AChangeOfTheSettingMovesOrdersThatWalmartTellsNothingNewOf) {
  record(order("1", "A", noon));
  record(order("2", "B", noon));
  settings_.document_mode = domain::DocumentMode::invoice_only;
  use(settings_);
  value_of(write([this](store::Transaction& transaction) { return transaction.raise_mapping_version(first_); }));
  close(noon);
  EXPECT_EQ(get("daily/2026-11-23/USD/1").state, PostingState::withdrawn);
  EXPECT_THAT(claim(noon), testing::UnorderedElementsAre("invoice/1/1", "invoice/2/1"));
}

TEST_F(DailySummaryFlow, SkippingADaySkipsItsOrders) {
  record(order("1", "A", noon));
  value_of(write([this](store::Transaction& transaction) -> Result<void> {
    auto daily = transaction.posting(first_, "daily/2026-11-23/USD/1");
    if (auto skipped = skip_shares(transaction, **daily, "booked by hand", noon); !skipped) return skipped;
    (*daily)->state = PostingState::skipped;
    return transaction.update_posting(**daily);
  }));
  EXPECT_EQ(get("invoice/1/1").state, PostingState::skipped);
  record(order("2", "B", noon));
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/2");
}

TEST_F(DailySummaryFlow, AClosedPeriodMovesOrdersToTheFirstOpenDaysInvoice) {
  domain::ConnectionSettings moving = settings_;
  moving.closed_period = domain::ClosedPeriodPolicy::first_open_day;
  use(moving);
  record(order("1", "A", noon));
  PostingRow refused = get("daily/2026-11-23/USD/1");
  refused.state = PostingState::held;
  refused.cause = domain::Cause::closed_period;
  value_of(write([refused](store::Transaction& transaction) { return transaction.update_posting(refused); }));
  auto learning = learn_closed_period(*store_, clock_, refused);
  learning.start();
  executor_.run_until([&learning] { return learning.done(); });
  value_of(write([this](store::Transaction& transaction) -> Result<void> {
    auto context = read_planning_context(transaction, first_);
    if (!context) return domain::fail(context.error());
    auto replanned = replan_order(transaction, *context, "2026-11-23", noon);
    return replanned ? Result<void>{} : domain::fail(replanned.error());
  }));
  EXPECT_EQ(get("invoice/1/1").depends_on, "daily/2026-12-01/USD/1");
  EXPECT_EQ(get("daily/2026-11-23/USD/1").state, PostingState::withdrawn);
  value_of(write([this](store::Transaction& transaction) { return forget_closed_periods(transaction, first_); }));
  record(order("2", "B", noon));
  EXPECT_EQ(get("invoice/2/1").depends_on, "daily/2026-11-23/USD/1") << "reopened: the day's invoice lives again";
  EXPECT_EQ(get("daily/2026-11-23/USD/1").state, PostingState::planned);
}

}  // namespace daily_summary_test
}  // namespace connector::flows
