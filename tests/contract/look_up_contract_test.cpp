// Postings sought in a simulated division as a store does that was put back from a backup: what it never sent may stand
// there in other parts, or under another number.

#include "exact/goods_deliveries.h"
#include "exact/sales_orders.h"
#include "exact_store_fixture.h"
#include "flows/exact_look_up.h"

namespace connector::contract {
namespace look_up_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using engine::LookUpOutcome;
using store::PostingRow;

class LookUpContract : public ExactStoreContract {
 protected:
  LookUpOutcome look_up(const PostingRow& row) {
    flows::ExactLookUp look_up(*client, *store);
    return time.run(look_up.look_up({row})).front();
  }
  void insert(const PostingRow& row) {
    ASSERT_TRUE(
        time.run(store->write([row](store::Transaction& transaction) { return transaction.insert_posting(row); })));
  }

  PostingRow posting(PostingKind kind, const std::string& key, const std::string& reference) {
    PostingRow row;
    row.connection = 1;
    row.kind = kind;
    row.key = key;
    row.source_id = "1";
    row.reference = reference;
    row.document = "{}";
    row.created_at = row.updated_at = time.now();
    return row;
  }
  PostingRow second_credit() {
    PostingRow row = posting(PostingKind::credit_memo, "credit/1/2", "WM-1-C2");
    row.total = *Decimal::parse("10.15");
    return row;
  }
  /// A credit memo of 10.15 that Exact holds under the number 1; returns its id.
  std::string first_credit_in_exact() {
    exact::SalesInvoice credit = invoice("WM-1-C1");
    credit.type = exact::SalesInvoiceType::credit_note;
    credit.lines[0].quantity = Decimal::from_integer(1);
    return value_of(post(exact::sales_invoices_resource, sales_invoice_body(credit))).entity["InvoiceID"].text_or("");
  }

  /// The ids of the two lines of a sales order.
  std::vector<std::string> order_lines() {
    exact::SalesOrder wanted = order("WM-1");
    wanted.lines.push_back(wanted.lines.front());
    const auto created = value_of(post(exact::sales_orders_resource, sales_order_body(wanted)));
    std::vector<std::string> ids;
    for (const auto& row : rows(exact::sales_order_lines_of(exact::read_sales_order(created.entity)->id))) {
      ids.push_back(row["ID"].text_or(""));
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  static std::string delivery_of(const std::vector<std::pair<std::string, int>>& lines) {
    exact::GoodsDelivery delivery;
    delivery.delivery_date = std::chrono::year{2026} / 11 / 23;
    delivery.description = "WM-1";
    for (const auto& [id, units] : lines) delivery.lines.push_back({id, Decimal::from_integer(units), "1Z"});
    return goods_delivery_body(delivery);
  }
};

TEST_F(LookUpContract, ARefundIsFoundUnderAnotherNumberOfItsOrder) {
  const std::string id = first_credit_in_exact();
  const LookUpOutcome found = look_up(second_credit());
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(found.target_id, id);
  PostingRow reversal = second_credit();
  reversal.kind = PostingKind::sales_invoice;
  EXPECT_EQ(look_up(reversal).kind, LookUpOutcome::Kind::absent) << "a credit memo is no invoice";
}

TEST_F(LookUpContract, WhatWasSentUnderItsNumberIsSoughtUnderNoOther) {
  first_credit_in_exact();
  PostingRow sent = second_credit();
  sent.last_sent_at = time.now();
  const LookUpOutcome outcome = look_up(sent);
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.message, "");
}

TEST_F(LookUpContract, AnotherNumberThatAPostingHasOrWillHaveIsNoFind) {
  const std::string id = first_credit_in_exact();
  PostingRow first = posting(PostingKind::credit_memo, "credit/1/1", "WM-1-C1");
  insert(first);
  EXPECT_EQ(look_up(second_credit()).kind, LookUpOutcome::Kind::absent) << "it will be found by its own number";
  PostingRow other = posting(PostingKind::credit_memo, "credit/2/1", "WM-2-C1");
  other.source_id = "2";
  other.state = store::PostingState::posted;
  other.target_id = id;
  insert(other);
  first.state = store::PostingState::withdrawn;
  const auto stored = time.run(store->read([](store::Reader& reader) { return reader.posting(1, "credit/1/1"); }));
  first.id = stored.value()->id;
  ASSERT_TRUE(
      time.run(store->write([first](store::Transaction& transaction) { return transaction.update_posting(first); })));
  const LookUpOutcome outcome = look_up(second_credit());
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.message, "");
}

TEST_F(LookUpContract, AnUnknownRefundOfAnotherAmountIsAQuestionForAPerson) {
  first_credit_in_exact();
  PostingRow row = second_credit();
  row.total = *Decimal::parse("5");
  const LookUpOutcome outcome = look_up(row);
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.cause, Cause::confirmation_needed);
  EXPECT_NE(outcome.error.message.find("WM-1-C1"), std::string::npos);
}

TEST_F(LookUpContract, ADeliveryThatWasNeverSentIsSoughtByAllItsLines) {
  const auto lines = order_lines();
  ASSERT_EQ(lines.size(), 2U);
  value_of(post(exact::goods_deliveries_resource, delivery_of({{lines[1], 2}})));
  PostingRow row = posting(PostingKind::goods_delivery, "delivery/1/1", "WM-1");
  row.body = delivery_of({{lines[1], 2}});
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::found);
  row.body = delivery_of({{lines[0], 2}, {lines[1], 2}});
  const LookUpOutcome merged = look_up(row);
  EXPECT_EQ(merged.kind, LookUpOutcome::Kind::differs);
  EXPECT_EQ(merged.error.cause, Cause::amount_difference);
  row.body = delivery_of({{lines[1], 1}});
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::differs) << "other units";
  row.body = delivery_of({{lines[0], 2}});
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::absent);
}

}  // namespace look_up_contract_test
}  // namespace connector::contract
