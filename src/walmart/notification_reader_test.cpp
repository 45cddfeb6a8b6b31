#include "walmart/notification_reader.h"

#include <gtest/gtest.h>

namespace connector::walmart {
namespace notification_reader_test {

TEST(WalmartNotification, NamesTheOrderToFetch) {
  const auto read = read_notification(
      R"({"source":{"eventType":"PO_CREATED","eventTime":"2023-07-03T14:12:42.913Z","eventId":"e-1"},
          "payload":{"partnerId":"1","purchaseOrderId":"1796277083022","orderLines":[]}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->event_id, "e-1");
  EXPECT_EQ(read->event_type, "PO_CREATED");
  EXPECT_EQ(read->purchase_order_ids, std::vector<std::string>{"1796277083022"});
  EXPECT_EQ(domain::to_iso8601(*read->event_time), "2023-07-03T14:12:42.913Z");
}

TEST(WalmartNotification, OrderUpdatesTellWhatHappenedInside) {
  const auto read = read_notification(
      R"({"source":{"eventType":"ORDER_UPDATES","eventId":"e-2","eventFilters":null},
          "payload":{"meta":{"subEventType":"INTENT_TO_CANCEL"},"order":{"purchaseOrderId":"P9"}}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->event_type, "INTENT_TO_CANCEL");
  EXPECT_EQ(read->purchase_order_ids, std::vector<std::string>{"P9"});
}

TEST(WalmartNotification, ReturnsComeWithAndWithoutAnEnvelope) {
  const std::string orders =
      R"("returnOrders":[{"purchaseOrderId":"P1","returnOrderId":"R1"},{"purchaseOrderId":"P1","returnOrderId":"R2"}])";
  for (const std::string& body :
       {R"({"source":{"eventType":"RETURN_CREATED","eventId":"e"},"payload":{)" + orders + "}}",
        "{\"partnerId\":\"1\"," + orders + "}"}) {
    const auto read = read_notification(body);
    ASSERT_TRUE(read) << body;
    EXPECT_EQ(read->event_type, "RETURN_CREATED");
    EXPECT_EQ(read->return_order_ids, (std::vector<std::string>{"R1", "R2"}));
    EXPECT_EQ(read->purchase_order_ids, (std::vector<std::string>{"P1"}));
  }
}

/// As documented on developer.walmart.com (us-marketplace/docs: inventory-oos-event, offer-published-event,
/// buy-box-changed-event, report-status-notification).
TEST(WalmartNotification, ItemsAreNamedByTheirSkuAndReportsByTheirRequest) {
  const auto skus = [](const std::string& body) { return read_notification(body)->skus; };
  EXPECT_EQ(skus(R"({"source":{"eventType":"INVENTORY_OOS","eventId":"e"},"payload":{"partnerId":"1","itemId":"2",
                     "sku":"MUG/1 ","shipNodes":[{"availToSellQty":0,"shipNode":"633591","shipNodeName":"x"}]}})"),
            std::vector<std::string>{"MUG/1"});
  EXPECT_EQ(skus(R"({"source":{"eventType":"OFFER_PUBLISHED","eventId":"e"},"payload":{"sku":"MUG","itemId":"2"}})"),
            std::vector<std::string>{"MUG"});
  EXPECT_EQ(skus(R"({"source":{"eventType":"BUY_BOX_CHANGED","eventId":"e"},
                     "payload":{"itemInfo":{"itemId":"2","sku":"LAMP"},"offer":{"currentOffer":{"sellerName":"x"}}}})"),
            std::vector<std::string>{"LAMP"});
  const auto report = read_notification(
      R"({"source":{"eventType":"REPORT_STATUS","eventId":"e"},
          "payload":{"requestId":"6da7357b","requestStatus":"READY","reportType":"ITEM","reportVersion":"v1"}})");
  EXPECT_EQ(report->report_request_ids, std::vector<std::string>{"6da7357b"});
  EXPECT_TRUE(report->skus.empty());
}

TEST(WalmartNotification, WhatNamesNoEventIsRefused) {
  EXPECT_FALSE(read_notification("{}"));
  EXPECT_FALSE(read_notification("[]"));
  EXPECT_FALSE(read_notification(R"({"source":7,"payload":[1]})"));
  EXPECT_FALSE(read_notification(""));
}

}  // namespace notification_reader_test
}  // namespace connector::walmart
