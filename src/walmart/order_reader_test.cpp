#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "walmart/client.h"

namespace connector::walmart {
namespace order_reader_test {

using domain::Cause;
using domain::LineStatus;
using json::Value;

std::string sample(const std::string& name) {
  std::ifstream file(std::string(CONNECTOR_SOURCE_DIR "/tests/data/walmart/") + name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Value order_with(std::string_view lines, std::string_view more = "") {
  const std::string text = R"({"purchaseOrderId":"P1","customerOrderId":"C1","orderDate":1568466571000,)" +
                           std::string(more) + R"("orderLines":{"orderLine":[)" + std::string(lines) + "]}}";
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Value();
}

std::string line(std::string_view members) {
  std::string text =
      R"({"lineNumber":"1","item":{"sku":"S","productName":"N"},"orderLineQuantity":{"unitOfMeasurement":"EACH","amount":"3"},)";
  return text + std::string(members) + "}";
}

const std::string created =
    R"("orderLineStatuses":{"orderLineStatus":[{"status":"Created","statusQuantity":{"amount":"3"}}]})";
const std::string price =
    R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeName":"ItemPrice","chargeAmount":{"currency":"USD","amount":10.10},"tax":null}]})";

TEST(WalmartOrderReader, ReadsTheFactsAndLeavesTheCustomerOut) {
  const auto read = read_single_order(sample("orders.getAnOrder.get.200.ORDER.json"));
  ASSERT_TRUE(read && read->order);
  const domain::PurchaseOrder& order = *read->order;
  EXPECT_EQ(order.purchase_order_id, "1815367951431");
  EXPECT_EQ(order.customer_order_id, "4372135469400");
  EXPECT_EQ(domain::to_iso8601(order.order_time), "2021-06-15T22:33:27.000Z");
  EXPECT_EQ(order.ship_node_type, "SellerFulfilled");
  EXPECT_EQ(order.ship_to_country, "USA");
  EXPECT_EQ(order.ship_to_state, "MO");
  ASSERT_EQ(order.lines.size(), 1U);
  const domain::OrderLine& line = order.lines[0];
  EXPECT_EQ(line.sku, "YHY-FN25200B2");
  EXPECT_EQ(line.quantity.to_string(), "1");
  EXPECT_EQ(line.charges.at(0).amount.to_string(), "5");
  EXPECT_EQ(line.charges.at(0).tax->to_string(), "0.34");
  EXPECT_EQ(line.statuses.at(0).status, LineStatus::shipped);
  EXPECT_EQ(line.statuses.at(0).carrier, "USPS");
  EXPECT_EQ(line.statuses.at(0).tracking_number, "435678956435467");
  EXPECT_EQ(domain::to_iso8601(*line.statuses.at(0).ship_time), "2021-06-16T09:30:55.000Z");
  EXPECT_TRUE(read->unknown_words.empty());
}

TEST(WalmartOrderReader, RefundsArePositiveWhateverTheirSign) {
  const auto negative = read_single_order(sample("orders.refundOrderLines.post.200.json"));
  ASSERT_EQ(negative->order->lines.at(0).refunds.size(), 2U);
  EXPECT_EQ(negative->order->lines[0].refunds[0].charge.amount.to_string(), "19.99");
  EXPECT_EQ(negative->order->lines[0].refunds[1].charge.type, "SHIPPING");
  const auto positive = read_single_order(sample("orders.getAnOrder.get.200.ATTRIBUTES.json"));
  const domain::OrderRefund& refund = positive->order->lines.at(0).refunds.at(0);
  EXPECT_EQ(refund.refund_id, "123");
  EXPECT_EQ(refund.charge.amount.to_string(), "798");
  EXPECT_EQ(refund.charge.tax->to_string(), "798");
  EXPECT_EQ(positive->order->ship_node, "123");
  EXPECT_EQ(positive->order->order_type, "REPLACEMENT");
}

TEST(WalmartOrderReader, ARefundOfTheOppositeSignIsTakenBack) {
  const auto charge = [](const char* amount, const char* tax) {
    return std::string(R"({"refundReason":"Others","charge":{"chargeType":"PRODUCT","chargeName":"Item Price",)") +
           R"("chargeAmount":{"currency":"USD","amount":)" + amount +
           R"(},"tax":{"taxName":"T","taxAmount":{"currency":"USD","amount":)" + tax + "}}}}";
  };
  for (const char* sign : {"-", ""}) {
    const std::string opposite = *sign == '-' ? "" : "-";
    const std::string refund = R"(,"refund":{"refundId":"R1","refundCharges":{"refundCharge":[)" +
                               charge((sign + std::string("5")).c_str(), (sign + std::string("0.4")).c_str()) + "," +
                               charge((opposite + "2").c_str(), (opposite + "0.1").c_str()) + "]}}";
    const auto read = read_order(order_with(line(price + "," + created + refund)));
    ASSERT_TRUE(read.order) << read.order.error().message;
    const auto& refunds = read.order->lines[0].refunds;
    ASSERT_EQ(refunds.size(), 2U);
    EXPECT_EQ(refunds[0].charge.amount.to_string(), "5");
    EXPECT_EQ(refunds[0].charge.tax->to_string(), "0.4");
    EXPECT_EQ(refunds[1].charge.amount.to_string(), "-2");
    EXPECT_EQ(refunds[1].charge.tax->to_string(), "-0.1");
  }
}

TEST(WalmartOrderReader, ADiscountOfARefundLessensItWhereverItStands) {
  const auto charge = [](const char* name, const std::string& amount) {
    return std::string(R"({"refundReason":"Others","charge":{"chargeType":"PRODUCT","chargeName":")") + name +
           R"(","chargeAmount":{"currency":"USD","amount":)" + amount + "}}}";
  };
  for (const char* sign : {"-", ""}) {
    const std::string opposite = *sign == '-' ? "" : "-";
    const std::string discount = charge("SubscriptionDiscount", opposite + "2");
    const std::string item = charge("ItemPrice", sign + std::string("20"));
    for (const bool discount_first : {true, false}) {
      const std::string charges = discount_first ? discount + "," + item : item + "," + discount;
      const auto read = read_order(
          order_with(line(price + "," + created + R"(,"refund":{"refundId":"R1","refundCharges":{"refundCharge":[)" +
                          charges + "]}}")));
      ASSERT_TRUE(read.order) << read.order.error().message;
      const auto& refunds = read.order->lines[0].refunds;
      ASSERT_EQ(refunds.size(), 2U);
      EXPECT_EQ(refunds[discount_first ? 0 : 1].charge.amount.to_string(), "-2");
      EXPECT_EQ(refunds[discount_first ? 1 : 0].charge.amount.to_string(), "20");
    }
  }
}

TEST(WalmartOrderReader, KeepsSeveralStatusesOfOneLine) {
  const auto read = read_order(order_with(line(price + R"(,"orderLineStatuses":{"orderLineStatus":[
      {"status":"SHIPPED","statusQuantity":{"amount":"2"},"trackingInfo":{"shipDateTime":"1568466571000","carrierName":{"otherCarrier":"Van"}}},
      {"status":"Cancelled","statusQuantity":{"amount":1},"cancellationReason":"R"}]})")));
  ASSERT_TRUE(read.order) << read.order.error().message;
  const auto& statuses = read.order->lines[0].statuses;
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].status, LineStatus::shipped);
  EXPECT_EQ(statuses[0].carrier, "Van");
  EXPECT_EQ(statuses[1].quantity.to_string(), "1");
  EXPECT_EQ(statuses[1].cancellation_reason, "R");
}

TEST(WalmartOrderReader, ASubscriptionDiscountLessensThePriceWhateverItsSign) {
  for (const bool is_positive : {false, true}) {
    const std::string sign = is_positive ? "" : "-";
    const auto read = read_order(order_with(line(
        R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeName":"ItemPrice","chargeAmount":{"currency":"USD","amount":60}},
           {"chargeType":"PRODUCT","chargeName":"SubscriptionDiscount","chargeAmount":{"currency":"USD","amount":)" +
        sign + R"(6},"tax":{"taxName":"T","taxAmount":{"currency":"USD","amount":)" + sign + "0.5}}}]}," + created)));
    ASSERT_TRUE(read.order) << read.order.error().message;
    const auto& charges = read.order->lines[0].charges;
    EXPECT_EQ(charges.at(0).amount.to_string(), "60");
    EXPECT_EQ(charges.at(1).amount.to_string(), "-6");
    EXPECT_EQ(charges.at(1).tax->to_string(), "-0.5");
    const std::vector<std::string> words =
        is_positive ? std::vector<std::string>{"chargeAmount of SubscriptionDiscount=positive"}
                    : std::vector<std::string>();
    EXPECT_EQ(read.unknown_words, words);
  }
}

TEST(WalmartOrderReader, KeepsAndReportsUnknownWords) {
  const auto read = read_order(order_with(
      line(
          R"("charges":{"charge":[{"chargeType":"GIFTWRAP","chargeName":"x","chargeAmount":{"currency":"USD","amount":1}}]},
           "orderLineStatuses":{"orderLineStatus":[{"status":"OnHold","statusQuantity":{"amount":"3"}}]},"newMember":[1])"),
      R"("shipNode":{"type":"DroneFulfilled"},"anything":{"x":1},)"));
  ASSERT_TRUE(read.order) << read.order.error().message;
  EXPECT_EQ(read.order->lines[0].statuses[0].status, LineStatus::unknown);
  EXPECT_EQ(read.order->lines[0].statuses[0].word, "OnHold");
  EXPECT_EQ(read.order->lines[0].charges[0].type, "GIFTWRAP");
  EXPECT_EQ(read.order->ship_node_type, "DroneFulfilled");
  EXPECT_EQ(read.unknown_words, (std::vector<std::string>{"shipNode.type=DroneFulfilled",
                                                          "orderLineStatus.status=OnHold", "chargeType=GIFTWRAP"}));
}

TEST(WalmartOrderReader, ToleratesNullAndMissingOptionalMembers) {
  const auto read =
      read_order(order_with(line(price + "," + created + R"(,"refund":null,"fulfillment":null,"statusDate":null)"),
                            R"("shippingInfo":null,"shipNode":null,"orderType":null,)"));
  ASSERT_TRUE(read.order) << read.order.error().message;
  EXPECT_TRUE(read.order->lines[0].refunds.empty());
  EXPECT_FALSE(read.order->lines[0].charges[0].tax);
  EXPECT_FALSE(read.order->lines[0].status_time);
  EXPECT_EQ(read.order->order_type, "");
}

TEST(WalmartOrderReader, MoneyThatCannotBeReadIsNeverZero) {
  const auto cause_of = [](const ReadOrder& read) {
    EXPECT_EQ(read.purchase_order_id, "P1");
    return read.order ? std::optional<Cause>() : std::optional(read.order.error().cause);
  };
  const std::string no_amount = R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeAmount":{"currency":"USD"}}]},)";
  const std::string no_currency = R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeAmount":{"amount":1}}]},)";
  const std::string odd_tax =
      R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeAmount":{"currency":"USD","amount":1},
         "tax":{"taxAmount":{"currency":"CAD","amount":1}}}]},)";
  EXPECT_EQ(cause_of(read_order(order_with(line(no_amount + created)))), Cause::unexpected_source_data);
  EXPECT_EQ(cause_of(read_order(order_with(line(no_currency + created)))), Cause::unexpected_source_data);
  EXPECT_EQ(cause_of(read_order(order_with(line(odd_tax + created)))), Cause::unexpected_source_data);
  EXPECT_EQ(cause_of(read_order(order_with(line(created)))), Cause::unexpected_source_data);
  EXPECT_EQ(cause_of(read_order(order_with(line(created), R"("orderType":"REPLACEMENT",)"))), std::nullopt);
}

TEST(WalmartOrderReader, NumbersBeyondAllReasonAreNotRead) {
  const auto with = [](const std::string& amount, const std::string& shipped) {
    const std::string charges =
        R"("charges":{"charge":[{"chargeType":"PRODUCT","chargeAmount":{"currency":"USD","amount":)" + amount + "}}]},";
    return read_order(order_with(line(charges +
                                      R"("orderLineStatuses":{"orderLineStatus":[{"status":"Shipped",)"
                                      R"("statusQuantity":{"amount":")" +
                                      shipped + R"("}}]})")))
        .order.has_value();
  };
  EXPECT_TRUE(with("1000000000", "3"));
  EXPECT_FALSE(with("1000000000.01", "3"));
  EXPECT_FALSE(with("10", "9000000000000")) << "two such would overflow where an order is read a second time";
}

TEST(WalmartOrderReader, NamesTheOrderThatCannotBeRead) {
  const auto twice = read_order(order_with(line(price + "," + created) + "," + line(price + "," + created)));
  ASSERT_FALSE(twice.order);
  EXPECT_EQ(twice.order.error().message, "order P1: line 1 occurs twice");
  EXPECT_FALSE(read_order(order_with("")).order);
  EXPECT_FALSE(read_order(order_with(line(price))).order) << "a line without status would never be posted, unseen";
  EXPECT_FALSE(read_order(Value()).order);
  EXPECT_FALSE(read_order(order_with(line(price + "," + created), R"("orderDate":"soon",)")).order);
}

TEST(WalmartOrderReader, OneUnreadableOrderHidesNoOther) {
  const std::string good = json::write(order_with(line(price + "," + created)));
  const auto page = read_orders_page(R"({"list":{"meta":{"totalCount":3},"elements":{"order":[{"purchaseOrderId":7},)" +
                                     good + ",null]}}}");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->orders.size(), 3U);
  EXPECT_EQ(page->orders[0].purchase_order_id, "7");
  EXPECT_FALSE(page->orders[0].order);
  EXPECT_TRUE(page->orders[1].order);
  EXPECT_FALSE(page->orders[2].order);
}

TEST(WalmartOrderReader, AListThatIsNoneIsMalformed) {
  EXPECT_EQ(read_orders_page("{}").error().cause, Cause::malformed_response);
  EXPECT_EQ(read_orders_page("<html>").error().cause, Cause::malformed_response);
  EXPECT_EQ(read_orders_page("").error().cause, Cause::malformed_response);
  EXPECT_EQ(read_orders_page(R"({"list":{"errors":[{"code":"SYSTEM_ERROR","description":"x"}]}})").error().cause,
            Cause::malformed_response);
  EXPECT_TRUE(read_orders_page(R"({"list":{"meta":null,"elements":null}})")->orders.empty());
}

}  // namespace order_reader_test
}  // namespace connector::walmart
