#include "flows/freezing/sales_order_steps.h"

#include "flows/document_json.h"
#include "flows/freezing/known_codes.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace sales_order_steps_test {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using store::PostingRow;
using store::PostingState;
using store::testing::value_of;

domain::Document document(PostingKind kind, const std::string& key, std::vector<std::pair<const char*, int>> units) {
  domain::Document made;
  made.kind = kind;
  made.key = key;
  if (kind == PostingKind::sales_order_change) made.depends_on = "order/1";
  for (const auto& [line_number, quantity] : units) {
    domain::DocumentLine line;
    line.line_number = line_number;
    line.sku = line.exact_item = "MUG";
    line.quantity = Decimal::from_integer(quantity);
    made.lines.push_back(line);
  }
  return made;
}

class SalesOrderStepsTest : public store::testing::StoreTest {
 protected:
  PostingRow put(const domain::Document& made, PostingState state, const std::string& target_data = "") {
    PostingRow row;
    row.connection = first_;
    row.kind = made.kind;
    row.key = made.key;
    row.source_id = "1";
    row.depends_on = made.depends_on;
    row.state = state;
    row.document = json::write(to_json(made));
    row.target_data = target_data;
    row.created_at = row.updated_at = store::testing::at(1'000);
    add(row);
    return get(made.key);
  }
  void set(PostingRow row, PostingState state, bool in_doubt) {
    row.state = state;
    row.in_doubt = in_doubt;
    value_of(write([row](store::Transaction& transaction) { return transaction.update_posting(row); }));
  }
  domain::Result<json::Value> change_body(const PostingRow& row) {
    return read([row](store::Reader& reader) -> domain::Result<json::Value> {
      auto made = document_of(row);
      if (!made) return domain::fail(made.error());
      return order_change_body(reader, row, *made);
    });
  }
};

TEST_F(SalesOrderStepsTest, AChangeWaitsUntilItIsKnownWhatBecameOfTheOneBefore) {
  put(document(PostingKind::sales_order, "order/1", {{"1", 2}, {"2", 3}}), PostingState::posted,
      R"({"lines":[{"id":"a","quantity":2,"net_price":5},{"id":"b","quantity":3,"net_price":5}]})");
  const PostingRow first =
      put(document(PostingKind::sales_order_change, "order-change/1/1", {{"1", -2}}), PostingState::planned);
  const PostingRow second =
      put(document(PostingKind::sales_order_change, "order-change/1/2", {{"2", -1}}), PostingState::planned);
  for (const auto& [state, in_doubt] : {std::pair(PostingState::retry, true), std::pair(PostingState::sending, false),
                                        std::pair(PostingState::held, true)}) {
    set(first, state, in_doubt);
    const auto body = change_body(second);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().cause, Cause::waiting_for_dependency);
    EXPECT_NE(body.error().message.find("order-change/1/1"), std::string::npos);
  }
  set(first, PostingState::posted, false);
  const auto body = value_of(change_body(second));
  EXPECT_EQ(json::write(body["Lines"].at(0)["quantity"]), "0") << "what the first took away stays away";
  EXPECT_EQ(json::write(body["Lines"].at(1)["quantity"]), "2");
}

TEST_F(SalesOrderStepsTest, AnInvoiceNamesTheStockEntryOfItsDeliveryUnlessThatCameToNothing) {
  put(document(PostingKind::sales_order, "order/1", {{"1", 2}}), PostingState::posted);
  domain::Document delivered = document(PostingKind::goods_delivery, "delivery/1/1", {{"1", 2}});
  delivered.depends_on = "order/1";
  PostingRow delivery = put(delivered, PostingState::posted, R"({"entry_number":60000007})");
  delivery.target_number = "7";
  set(delivery, PostingState::posted, false);
  domain::Document invoiced = document(PostingKind::sales_invoice, "invoice/1/1", {{"1", 2}});
  invoiced.depends_on = delivered.key;
  PostingRow invoice = put(invoiced, PostingState::planned);
  const auto number = [&] {
    auto body = read([invoice](store::Reader& reader) -> domain::Result<json::Value> {
      KnownCodes codes(reader, invoice.connection);
      return invoicing_body(reader, codes, invoice, {});
    });
    return value_of(body)["DeliveryNumber"];
  };
  EXPECT_EQ(number().integer(), 60'000'007);
  invoice.cause = Cause::business_refusal;
  EXPECT_TRUE(number().is_null()) << "Exact made nothing of it";
  invoice.cause = Cause::api_outage;
  EXPECT_FALSE(number().is_null());
  delivery.target_data.clear();
  set(delivery, PostingState::posted, false);
  EXPECT_TRUE(number().is_null()) << "a delivery of an older version";
}

}  // namespace sales_order_steps_test
}  // namespace connector::flows
