#include "flows/pending_movements.h"

#include <gtest/gtest.h>

#include "flows/document_json.h"
#include "ports/test_doubles.h"
#include "store/test_store.h"

namespace connector::flows {
namespace pending_movements_test {

using domain::Decimal;
using domain::Document;
using domain::PostingKind;
using domain::Result;
using store::PostingRow;
using store::PostingState;

Document document(PostingKind kind, const std::string& key, bool direct = false) {
  Document made;
  made.kind = kind;
  made.key = key;
  made.direct = direct;
  made.warehouse = direct ? "2" : "";
  domain::DocumentLine line;
  line.exact_item = "MUG";
  line.quantity = Decimal::from_integer(3);
  made.lines.push_back(line);
  return made;
}

TEST(PendingMovements, OnlyWhatMovesExactsStockCounts) {
  EXPECT_EQ(movements_of(document(PostingKind::sales_order, "order/1"), "1").size(), 0U);
  EXPECT_EQ(movements_of(document(PostingKind::sales_invoice, "invoice/1/1"), "1").size(), 0U);
  const auto delivery = movements_of(document(PostingKind::goods_delivery, "delivery/1/1"), "1");
  ASSERT_EQ(delivery.size(), 1U);
  EXPECT_EQ(delivery[0].warehouse, "1") << "that of its sales order";
  EXPECT_EQ(delivery[0].quantity, Decimal::from_integer(3));
  const auto direct = movements_of(document(PostingKind::sales_invoice, "invoice/1/1", true), "");
  ASSERT_EQ(direct.size(), 1U);
  EXPECT_EQ(direct[0].warehouse, "2");
  const auto credit = movements_of(document(PostingKind::credit_memo, "credit/1/1", true), "");
  ASSERT_EQ(credit.size(), 1U);
  EXPECT_EQ(credit[0].quantity, Decimal::from_integer(-3)) << "goods come back";
  EXPECT_EQ(movements_of(document(PostingKind::credit_memo, "credit/1/1"), "").size(), 0U);
}

TEST(PendingMovements, OfPostingsThatAreWantedAndNotPosted) {
  ports::testing::ManualTime time{domain::start_of_day(std::chrono::year{2026} / 11 / 23)};
  const auto made = store::testing::store_with_shop(time, time);
  store::Store& store = *made;
  auto fill = [now = time.now()](store::Transaction& transaction) -> Result<void> {
    const auto insert = [&](Document made, PostingState state, bool in_doubt) -> Result<void> {
      PostingRow row;
      row.connection = 1;
      row.key = made.key;
      row.source_id = made.key.substr(made.key.find('/') + 1, 1);
      row.kind = made.kind;
      row.state = state;
      row.in_doubt = in_doubt;
      row.attempt = in_doubt ? 1 : 0;
      row.document = json::write(to_json(made));
      row.created_at = row.updated_at = now;
      return transaction.insert_posting(row);
    };
    Document order = document(PostingKind::sales_order, "order/1");
    order.warehouse = "1";
    if (auto done = insert(order, PostingState::posted, false); !done) return done;
    Document first = document(PostingKind::goods_delivery, "delivery/1/1");
    first.depends_on = "order/1";
    if (auto done = insert(first, PostingState::held, false); !done) return done;
    Document second = document(PostingKind::goods_delivery, "delivery/1/2");
    second.depends_on = "order/1";
    if (auto done = insert(second, PostingState::retry, true); !done) return done;
    Document third = document(PostingKind::goods_delivery, "delivery/1/3");
    if (auto done = insert(third, PostingState::posted, false); !done) return done;
    Document fourth = document(PostingKind::sales_invoice, "invoice/2/1", true);
    return insert(fourth, PostingState::skipped, false);
  };
  const auto filled = time.run(store.write(std::move(fill)));
  ASSERT_TRUE(filled) << filled.error().message;
  auto pending = time.run(store.read([](store::Reader& reader) { return pending_movements(reader, 1); }));
  ASSERT_TRUE(pending) << pending.error().message;
  ASSERT_EQ(pending->size(), 2U);
  for (const auto& movement : *pending) {
    EXPECT_EQ(movement.warehouse, "1");
    EXPECT_EQ(movement.under_way, movement.posting_key == "delivery/1/2");
  }
}

}  // namespace pending_movements_test
}  // namespace connector::flows
