#include "flows/order_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::flows {
namespace order_json_test {

using domain::Decimal;

domain::PurchaseOrder full_order() {
  const domain::Charge charge{"PRODUCT", "ItemPrice", "USD", *Decimal::parse("9.99"), *Decimal::parse("0.85"), "Tax1"};
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "TEST-02";
  line.product_name = "Qwik Time QT5 Quartz Metronome";
  line.quantity = Decimal::from_integer(2);
  line.charges = {charge, {"SHIPPING", "Shipping", "USD", Decimal(), std::nullopt, ""}};
  line.statuses = {
      {domain::LineStatus::shipped, "Shipped", Decimal::from_integer(1), *domain::parse_iso8601("2019-08-27T19:12:49Z"),
       "USPS", "94001", ""},
      {domain::LineStatus::cancelled, "Cancelled", Decimal::from_integer(1), std::nullopt, "", "", "CUSTOMER"}};
  line.refunds = {{"R1", "BillingError", charge}};
  line.status_time = *domain::parse_iso8601("2019-08-27T19:24:49.123Z");
  line.retraction = {Decimal(), Decimal::from_integer(2), *line.status_time};
  domain::PurchaseOrder order{"3796050123784", "5061989889122",
                              "REPLACEMENT",   *domain::parse_iso8601("2019-08-23T22:50:00Z"),
                              "NODE-7",        "SellerFulfilled",
                              "USA",           "CA",
                              {line},          {}};
  return order;
}

TEST(OrderJson, ReadsBackWhatItWrites) {
  const auto text = json::write(to_json(full_order()));
  const auto read = order_from_json(*json::parse(text));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, full_order());
  EXPECT_THAT(text, testing::HasSubstr(R"("amount":9.99,"tax":0.85)"));
  EXPECT_THAT(text, testing::HasSubstr(R"("ship_time":"2019-08-27T19:12:49.000Z")"));
}

TEST(OrderJson, LeavesOutWhatIsEmpty) {
  domain::PurchaseOrder order;
  order.purchase_order_id = "1";
  EXPECT_EQ(json::write(to_json(order)), R"({"purchase_order_id":"1","order_time":"1970-01-01T00:00:00.000Z"})");
}

TEST(OrderJson, ReadsTolerantly) {
  const auto read = order_from_json(*json::parse(
      R"({"purchase_order_id":"1","later":true,"lines":[{"line_number":"1","quantity":"3","statuses":[{"status":"teleported","quantity":3}]}]})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->lines[0].quantity, Decimal::from_integer(3));
  EXPECT_EQ(read->lines[0].statuses[0].status, domain::LineStatus::unknown);
  EXPECT_EQ(read->lines[0].statuses[0].word, "teleported");
}

TEST(OrderJson, NamesWhatCannotBeRead) {
  const auto read = order_from_json(*json::parse(R"({"purchase_order_id":"17","lines":[{"quantity":"many"}]})"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().cause, domain::Cause::store_failure);
  EXPECT_THAT(read.error().message, testing::AllOf(testing::HasSubstr("17"), testing::HasSubstr("quantity")));
  EXPECT_FALSE(order_from_json(json::Value("text")));
}

}  // namespace order_json_test
}  // namespace connector::flows
