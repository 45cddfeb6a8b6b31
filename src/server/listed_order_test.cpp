#include "server/listed_order.h"

#include <gtest/gtest.h>

#include "flows/order_json.h"

namespace connector::server {
namespace listed_order_test {

using domain::Decimal;
using domain::LineStatus;
using domain::PostingKind;
using store::PostingState;

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }

/// Three units for 10.00 and 5.00 of shipping, so many of them cancelled.
store::OrderRow row_of(std::int64_t cancelled, const std::string& state = "open") {
  domain::PurchaseOrder order;
  order.purchase_order_id = "100";
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "MUG";
  line.quantity = Decimal::from_integer(3);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", decimal("10.00"), decimal("0.80"), "Tax1"},
                  {"SHIPPING", "Shipping", "USD", decimal("5.00"), std::nullopt, ""}};
  domain::QuantityStatus gone;
  gone.status = LineStatus::cancelled;
  gone.quantity = Decimal::from_integer(cancelled);
  domain::QuantityStatus open;
  open.status = LineStatus::created;
  open.quantity = Decimal::from_integer(3 - cancelled);
  line.statuses = {gone, open};
  order.lines = {line};
  store::OrderRow row;
  row.purchase_order_id = order.purchase_order_id;
  row.state = state;
  row.facts = json::write(flows::to_json(order));
  return row;
}

store::PostingRow posting(PostingKind kind, PostingState state, std::string_view total,
                          const std::string& number = "") {
  store::PostingRow row;
  row.key = "posting/100/1";
  row.kind = kind;
  row.state = state;
  row.total = decimal(total);
  row.currency = "USD";
  row.reference = "WM-100";
  row.target_number = number;
  if (state == PostingState::held) row.cause = domain::Cause::missing_item;
  return row;
}

json::Value listed(const store::OrderRow& row, const std::vector<store::PostingRow>& postings = {},
                   domain::ChargeReading reading = domain::ChargeReading::line_total) {
  return listed_order(row, postings, reading);
}
std::string amount(const json::Value& order, std::string_view sums) {
  const auto value = order[sums]["USD"].decimal();
  return value ? value->to_fixed(2) : "none";
}
std::string status(const json::Value& order) { return order["status"].text_or(""); }

TEST(ListedOrder, WhatWasCancelledIsNoPartOfItsAmount) {
  EXPECT_EQ(amount(listed(row_of(0)), "totals"), "15.00");
  EXPECT_EQ(amount(listed(row_of(1)), "totals"), "10.00") << "6.67 and 3.33, as their invoice has them";
  EXPECT_EQ(amount(listed(row_of(3)), "totals"), "0.00");
  EXPECT_EQ(status(listed(row_of(3))), "cancelled");
  EXPECT_EQ(amount(listed(row_of(1), {}, domain::ChargeReading::per_unit), "totals"), "30.00");
}

TEST(ListedOrder, WhatIsBookedAreItsInvoicesLessItsCreditMemosInExact) {
  EXPECT_EQ(amount(listed(row_of(0)), "booked"), "none");
  EXPECT_EQ(amount(listed(row_of(0), {posting(PostingKind::sales_order, PostingState::posted, "15.00", "11"),
                                      posting(PostingKind::sales_invoice, PostingState::posted, "15.00", "12"),
                                      posting(PostingKind::credit_memo, PostingState::posted, "4.50"),
                                      posting(PostingKind::credit_memo, PostingState::planned, "1.00")}),
                   "booked"),
            "10.50");
}

TEST(ListedOrder, EachOfItsDocumentsInExactSaysOfWhichKindItIs) {
  const auto order = listed(row_of(0), {posting(PostingKind::order_acknowledgement, PostingState::posted, "0"),
                                        posting(PostingKind::sales_order, PostingState::posted, "15.00", "11"),
                                        posting(PostingKind::sales_invoice, PostingState::posted, "15.00"),
                                        posting(PostingKind::credit_memo, PostingState::planned, "1.00")});
  const json::Array documents = order["in_exact"].array();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0]["kind"].text_or(""), "sales_order");
  EXPECT_EQ(documents[0]["number"].text_or(""), "11");
  EXPECT_EQ(documents[1]["kind"].text_or(""), "sales_invoice");
  EXPECT_TRUE(documents[1]["number"].is_null());
  EXPECT_EQ(documents[1]["reference"].text_or(""), "WM-100");
  ASSERT_EQ(order["numbers"].array().size(), 1U);
  ASSERT_EQ(order["references"].array().size(), 1U);
}

TEST(ListedOrder, AMovedGoLiveHidesNoDocument) {
  const auto before = [](std::vector<store::PostingRow> postings) {
    return status(listed(row_of(0, "before_go_live"), postings));
  };
  EXPECT_EQ(before({}), "before_go_live");
  EXPECT_EQ(before({posting(PostingKind::sales_invoice, PostingState::withdrawn, "15.00")}), "before_go_live");
  EXPECT_EQ(before({posting(PostingKind::order_acknowledgement, PostingState::posted, "0")}), "before_go_live");
  EXPECT_EQ(before({posting(PostingKind::sales_invoice, PostingState::posted, "15.00")}), "posted");
  EXPECT_EQ(before({posting(PostingKind::credit_memo, PostingState::held, "5.00")}), "failed");
}

}  // namespace listed_order_test
}  // namespace connector::server
