#include "sandbox/walmart/order_writes.h"

#include <fmt/format.h>

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {
namespace order_writes_test {

/// One order, one line "1" of four units at 10.00 each with 0.80 tax, 2.00 shipping each and a discount of 0.50 each.
constexpr std::string_view four_units = R"({"order":{"purchaseOrderId":"P1","customerOrderId":"C1",
"customerEmailId":"a@relay.walmart.com","orderDate":1795000000000,"shippingInfo":{"phone":"0","methodCode":"Value",
"estimatedShipDate":1795300000000,"estimatedDeliveryDate":1795700000000,"postalAddress":{"name":"A","address1":"1",
"city":"X","state":"CA","postalCode":"1","country":"USA"}},"orderLines":{"orderLine":[{"lineNumber":"1",
"item":{"productName":"Thing","sku":"WM-0001"},"charges":{"charge":[
{"chargeType":"PRODUCT","chargeName":"ItemPrice","chargeAmount":{"currency":"USD","amount":40},
 "tax":{"taxName":"Tax1","taxAmount":{"currency":"USD","amount":3.2}}},
{"chargeType":"PRODUCT","chargeName":"SubscriptionDiscount","chargeAmount":{"currency":"USD","amount":-2},"tax":null},
{"chargeType":"SHIPPING","chargeName":"Shipping","chargeAmount":{"currency":"USD","amount":8}}]},
"orderLineQuantity":{"unitOfMeasurement":"EACH","amount":"4"},"statusDate":1795000000000,
"orderLineStatuses":{"orderLineStatus":[{"status":"Created","statusQuantity":{"unitOfMeasurement":"EACH",
"amount":"4"}}]}}]},"shipNode":{"type":"SellerFulfilled"}}})";

class OrderWritesTest : public MarketplaceFixture {
 protected:
  void SetUp() override {
    start(Config{});
    ASSERT_TRUE(market_->load_samples(four_units));
  }

  static std::string shipping(int units, const std::string& more = "", const std::string& tracking_number = "T1") {
    return fmt::format(
        R"({{"orderShipment":{{"orderLines":{{"orderLine":[{{"lineNumber":"1",{}"orderLineStatuses":{{"orderLineStatus":[
        {{"status":"Shipped","statusQuantity":{{"unitOfMeasurement":"EACH","amount":"{}"}},"trackingInfo":{{
        "shipDateTime":1795100000000,"carrierName":{{"carrier":"UPS"}},"methodCode":"Standard",
        "trackingNumber":"{}","trackingURL":"http://t"}}}}]}}}}]}}}}}})",
        more, units, tracking_number);
  }
  static std::string cancel(int units, const std::string& reason = "SELLER_CANCEL_OUT_OF_STOCK") {
    return fmt::format(
        R"({{"orderCancellation":{{"orderLines":{{"orderLine":[{{"lineNumber":"1","orderLineStatuses":{{"orderLineStatus":[
        {{"status":"Cancelled","cancellationReason":"{}","statusQuantity":{{"unitOfMeasurement":"EA","amount":"{}"}}}}]}}}}]}}}}}})",
        reason, units);
  }
  static std::string refund(const std::string& type, const std::string& amount, const std::string& tax = "",
                            const std::string& currency = "USD") {
    const std::string tax_text =
        tax.empty() ? "" : fmt::format(R"(,"tax":{{"taxName":"T","taxAmount":{{"currency":"USD","amount":{}}}}})", tax);
    return fmt::format(
        R"({{"orderRefund":{{"purchaseOrderId":"P1","orderLines":{{"orderLine":[{{"lineNumber":"1","isFullRefund":false,
        "refunds":{{"refund":[{{"refundComments":"c","refundCharges":{{"refundCharge":[{{"refundReason":"DamagedItem",
        "charge":{{"chargeType":"{}","chargeName":"Item Price","chargeAmount":{{"currency":"{}","amount":{}}}{}}}}}]}}}}]}}}}]}}}}}})",
        type, currency, amount, tax_text);
  }
  json::Value line() { return order("P1")["orderLines"]["orderLine"].at(0); }
  /// "Acknowledged 1, Shipped 3"
  std::string statuses() {
    std::string text;
    const json::Value current = line();
    for (const json::Value& entry : current["orderLineStatuses"]["orderLineStatus"].array()) {
      if (!text.empty()) text += ", ";
      text += entry["status"].text_or("") + " " + entry["statusQuantity"]["amount"].text_or("");
    }
    return text;
  }
  void expect_refused(const Reply& reply, const std::string& field) {
    EXPECT_EQ(reply.status, 400) << reply.text;
    const json::Value& error = reply.body["errors"]["error"].at(0);
    EXPECT_EQ(error["code"].string(), "INVALID_REQUEST_CONTENT.GMP_ORDER_API");
    EXPECT_EQ(error["field"].string(), field) << reply.text;
    EXPECT_TRUE(error["errorIdentifiers"]["entry"].is_array());
  }
};

TEST_F(OrderWritesTest, ShipsInPartsWithTheirOwnTracking) {
  EXPECT_EQ(post("/v3/orders/P1/acknowledge", "").status, 200);
  EXPECT_EQ(statuses(), "Acknowledged 4");
  EXPECT_EQ(post("/v3/orders/P1/shipping", shipping(1)).status, 200);
  EXPECT_EQ(statuses(), "Acknowledged 3, Shipped 1");
  const Reply reply = post("/v3/orders/P1/shipping", shipping(2, R"("sellerOrderId":"S9",)", "T2"));
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(statuses(), "Acknowledged 1, Shipped 1, Shipped 2");
  const json::Value second = line()["orderLineStatuses"]["orderLineStatus"].at(2);
  EXPECT_EQ(second["trackingInfo"]["trackingNumber"].string(), "T2");
  EXPECT_EQ(second["trackingInfo"]["shipDateTime"].integer(), 1795100000000);
  EXPECT_EQ(line()["sellerOrderId"].text_or(""), "S9");
  EXPECT_EQ(post("/v3/orders/P1/cancel", cancel(1)).status, 200);
  EXPECT_EQ(statuses(), "Shipped 1, Shipped 2, Cancelled 1");
}

TEST_F(OrderWritesTest, ChargesStayOrShrinkAfterAPartialCancellation) {
  post("/v3/orders/P1/shipping", shipping(3));
  post("/v3/orders/P1/cancel", cancel(1));
  EXPECT_EQ(line()["charges"]["charge"].at(0)["chargeAmount"]["amount"].text(), "40");
  set_switch("partial_cancel_charges", "reduce");
  EXPECT_EQ(line()["charges"]["charge"].at(0)["chargeAmount"]["amount"].text(), "30");
  EXPECT_EQ(line()["charges"]["charge"].at(0)["tax"]["taxAmount"]["amount"].text(), "2.4");
  EXPECT_EQ(line()["charges"]["charge"].at(1)["chargeAmount"]["amount"].text(), "-1.5");
  EXPECT_TRUE(line()["charges"]["charge"].at(1)["tax"].is_null());
  set_switch("subscription_discount_sign", "positive");
  EXPECT_EQ(line()["charges"]["charge"].at(1)["chargeAmount"]["amount"].text(), "1.5");
  set_switch("charge_amount", "per_unit");
  EXPECT_EQ(line()["charges"]["charge"].at(0)["chargeAmount"]["amount"].text(), "10");
  // The books know what was charged whatever the switches show.
  const json::Value charged = books_of("P1")["lines"].at(0)["charged"];
  EXPECT_EQ(charged["product"].string(), "30");
  EXPECT_EQ(charged["discount"].string(), "-1.5");
  EXPECT_EQ(charged["shipping"].string(), "6");
  EXPECT_EQ(charged["tax"].string(), "2.4");
  EXPECT_EQ(charged["withoutTax"].string(), "34.5");
}

TEST_F(OrderWritesTest, FullCancellationZeroesTheChargesAndChargesNothing) {
  post("/v3/orders/P1/cancel", cancel(4));
  EXPECT_EQ(statuses(), "Cancelled 4");
  const json::Value charged = line();
  for (const json::Value& charge : charged["charges"]["charge"].array()) {
    EXPECT_EQ(charge["chargeAmount"]["amount"].text(), "0");
  }
  EXPECT_EQ(books_of("P1")["lines"].at(0)["charged"]["withoutTax"].text_or(""), "0");
  expect_refused(post("/v3/orders/P1/shipping", shipping(1)), "statusQuantity");
  EXPECT_EQ(post("/v3/orders/P1/acknowledge", "").status, 400);
}

TEST_F(OrderWritesTest, ShippingNamesWhatIsWrong) {
  const auto changed = [](std::string text, const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const std::string good = shipping(1);
  expect_refused(post("/v3/orders/P1/shipping", shipping(5)), "statusQuantity");
  expect_refused(post("/v3/orders/P1/shipping", shipping(0)), "amount");
  const Reply reply = post("/v3/orders/P1/shipping", changed(good, "Standard", "Slow"));
  expect_refused(reply, "methodCode");
  EXPECT_EQ(reply.body["errors"]["error"].at(0)["description"].string(),
            "Method code is not supported in line number 1");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "\"UPS\"", "\"Pigeon\"")), "carrier");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "\"T1\"", "\"\"")), "trackingNumber");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "1795100000000", "\"soon\"")), "shipDateTime");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "EACH", "BOX")), "unitOfMeasurement");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "\"lineNumber\":\"1\"", "\"lineNumber\":\"7\"")),
                 "lineNumber");
  expect_refused(post("/v3/orders/P1/shipping", changed(good, "\"Shipped\"", "\"Sent\"")), "status");
  std::string other = changed(good, R"("carrier":"UPS")", R"("otherCarrier":"Mule")");
  EXPECT_EQ(post("/v3/orders/P1/shipping", changed(other, "http://t", "")).status, 400);
  EXPECT_EQ(statuses(), "Created 4");
  EXPECT_EQ(post("/v3/orders/P1/shipping", other).status, 200);
  EXPECT_EQ(post("/v3/orders/P1/shipping", "{").status, 400);
  EXPECT_EQ(post("/v3/orders/P2/shipping", good).status, 404);
}

TEST_F(OrderWritesTest, AllOrNothing) {
  std::string two = shipping(1);
  const std::string mark = R"({"lineNumber":"1")";
  const std::size_t begin = two.find(mark);
  const std::size_t end = two.rfind("]}}");
  const std::string entry = two.substr(begin, end - begin);
  std::string wrong = entry;
  wrong.replace(wrong.find("\"1\""), 3, "\"9\"");
  two.insert(end, "," + wrong);
  EXPECT_EQ(post("/v3/orders/P1/shipping", two).status, 400);
  EXPECT_EQ(statuses(), "Created 4");
}

TEST_F(OrderWritesTest, TrackingMayChangeForFourHours) {
  post("/v3/orders/P1/shipping", shipping(4));
  std::string update = shipping(4, "", "T9");
  update.replace(update.find("\"orderLines\""), 12, "\"processMode\":\"PARTIAL_UPDATE\",\"orderLines\"");
  now_ += std::chrono::minutes(239);
  sign_in();
  EXPECT_EQ(post("/v3/orders/P1/shipping", update).status, 200);
  EXPECT_EQ(line()["orderLineStatuses"]["orderLineStatus"].at(0)["trackingInfo"]["trackingNumber"].text_or(""), "T9");
  now_ += std::chrono::minutes(2);
  EXPECT_EQ(post("/v3/orders/P1/shipping", update).status, 400);
}

TEST_F(OrderWritesTest, ACustomersWishToCancelBindsBothWrites) {
  expect_refused(post("/v3/orders/P1/cancel", cancel(1, "CUSTOMER_REQUESTED_SELLER_TO_CANCEL")), "cancellationReason");
  expect_refused(post("/v3/orders/P1/cancel", cancel(1, "BORED")), "cancellationReason");
  post("/sandbox/walmart/orders", R"({"purchaseOrderId":"P1","action":"askToCancel"})");
  EXPECT_TRUE(line().contains("intentToCancel"));
  expect_refused(post("/v3/orders/P1/shipping", shipping(1)), "intentToCancelOverride");
  EXPECT_EQ(post("/v3/orders/P1/shipping", shipping(1, R"("intentToCancelOverride":true,)")).status, 200);
  EXPECT_EQ(post("/v3/orders/P1/cancel", cancel(3, "CUSTOMER_REQUESTED_SELLER_TO_CANCEL")).status, 200);
}

TEST_F(OrderWritesTest, RefundsAreNegativeAndNeverMoreThanWasCharged) {
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "-1")), "lineNumber");  // not shipped
  post("/v3/orders/P1/shipping", shipping(2));  // charged: 20 - 1 product, 4 shipping, 1.6 tax
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "1")), "chargeAmount");
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "-19.01")), "chargeAmount");
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "-0.001")), "chargeAmount");
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "-1", "", "EUR")), "currency");
  expect_refused(post("/v3/orders/P1/refund", refund("FEE", "-1")), "chargeType");
  const Reply reply = post("/v3/orders/P1/refund", refund("PRODUCT", "-10", "-0.8"));
  ASSERT_EQ(reply.status, 200) << reply.text;
  const json::Value shown = reply.body["order"]["orderLines"]["orderLine"].at(0)["refund"];
  EXPECT_EQ(shown["refundCharges"]["refundCharge"].at(0)["charge"]["chargeAmount"]["amount"].text(), "-10");
  set_switch("refund_sign_in_orders", "positive");
  EXPECT_EQ(line()["refund"]["refundCharges"]["refundCharge"].at(0)["charge"]["chargeAmount"]["amount"].text(), "10");
  expect_refused(post("/v3/orders/P1/refund", refund("PRODUCT", "-9.01")), "chargeAmount");
  EXPECT_EQ(post("/v3/orders/P1/refund", refund("PRODUCT", "-9", "-0.8")).status, 200);
  EXPECT_EQ(post("/v3/orders/P1/refund", refund("SHIPPING", "-4")).status, 200);
  EXPECT_EQ(post("/v3/orders/P1/refund", refund("SHIPPING", "-0.01")).status, 400);
  const json::Value truth = books_of("P1")["lines"].at(0);
  EXPECT_EQ(truth["refunded"]["withoutTax"], truth["charged"]["withoutTax"]);
  EXPECT_EQ(truth["refunded"]["tax"].string(), "1.6");
  EXPECT_EQ(line()["refund"]["refundCharges"]["refundCharge"].size(), 3U);
}

TEST_F(OrderWritesTest, AFullRefundGivesBackAllThatIsLeft) {
  post("/v3/orders/P1/shipping", shipping(4));
  post("/v3/orders/P1/refund", refund("PRODUCT", "-0.37"));
  const std::string full =
      R"({"orderRefund":{"purchaseOrderId":"P1","orderLines":{"orderLine":[{"lineNumber":"1","isFullRefund":true}]}}})";
  EXPECT_EQ(post("/v3/orders/P1/refund", full).status, 200);
  const json::Value truth = books_of("P1")["lines"].at(0);
  EXPECT_EQ(truth["refunded"]["withoutTax"].string(), "46");
  EXPECT_EQ(truth["refunded"]["tax"].string(), "3.2");
  EXPECT_EQ(truth["refundedQuantity"].integer(), 4);
  EXPECT_EQ(post("/v3/orders/P1/refund", full).status, 400);
}

TEST_F(OrderWritesTest, AcknowledgeTwiceIsFineUnlessSwitched) {
  EXPECT_EQ(post("/v3/orders/P1/acknowledge", "").status, 200);
  EXPECT_EQ(post("/v3/orders/P1/acknowledge", "").status, 200);
  set_switch("acknowledge_again_is_error", true);
  EXPECT_EQ(post("/v3/orders/P1/acknowledge", "").status, 400);
}

TEST_F(OrderWritesTest, ShippingMayNeedTheAcknowledgementFirst) {
  set_switch("ship_requires_acknowledge", true);
  expect_refused(post("/v3/orders/P1/shipping", shipping(1)), "statusQuantity");
  post("/v3/orders/P1/acknowledge", "");
  EXPECT_EQ(post("/v3/orders/P1/shipping", shipping(1)).status, 200);
}

TEST_F(OrderWritesTest, OrdersFulfilledByWalmartAreNotTheSellersToChange) {
  std::string payload(four_units);
  payload.replace(payload.find("SellerFulfilled"), 15, "WFSFulfilled");
  payload.replace(payload.find("\"P1\""), 4, "\"P3\"");
  ASSERT_TRUE(market_->load_samples(payload));
  EXPECT_EQ(post("/v3/orders/P3/acknowledge", "").status, 400);
  EXPECT_EQ(post("/v3/orders/P3/shipping", shipping(1)).status, 400);
}

TEST_F(OrderWritesTest, WhatIsShippedArrivesSomeDaysLater) {
  post("/v3/orders/P1/shipping", shipping(1));
  post("/v3/orders/P1/shipping", shipping(2));
  now_ += std::chrono::days(6);
  sign_in();
  EXPECT_EQ(statuses(), "Created 1, Delivered 1, Delivered 2");
}

}  // namespace order_writes_test
}  // namespace connector::sandbox::walmart
