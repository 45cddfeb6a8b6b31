#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace sales_orders_test {

constexpr const char* orders = "salesorder/SalesOrders";

std::string order_body(TestClient& client, const std::string& your_ref, const std::string& extra = {}) {
  return R"({"OrderedBy":")" + client.customer() + R"(","YourRef":")" + your_ref + "\"" + extra +
         R"(,"SalesOrderLines":[{"Item":")" + client.item("WM-0001") + R"(","Quantity":4,"NetPrice":10},{"Item":")" +
         client.item("WM-0002") + R"(","Quantity":1,"NetPrice":2.5}]})";
}

json::Value lines_of(TestClient& client, const json::Value& order) {
  return client.query("salesorder/SalesOrderLines", "OrderID eq guid'" + order["OrderID"].text_or("") + "'");
}

std::string delivery_body(const std::string& line, const std::string& quantity) {
  return R"({"DeliveryDate":"2026-11-23","TrackingNumber":"1Z","GoodsDeliveryLines":[{"SalesOrderLineID":")" + line +
         R"(","QuantityDelivered":)" + quantity + "}]}";
}

json::Value stock_of(TestClient& client, const std::string& item) {
  return client.query("inventory/ItemWarehouses", "Item eq guid'" + client.item(item) + "'").at(0);
}

TEST(SalesOrders, DeliveriesMoveStatusAndStock) {
  TestClient client;
  const json::Value order = client.create(orders, order_body(client, "PO-1"));
  EXPECT_EQ(order["Status"].integer(), 12);
  EXPECT_EQ(order["AmountFC"].text_or(""), "42.5");
  EXPECT_EQ(stock_of(client, "WM-0001")["PlannedStockOut"].text_or(""), "4");
  const json::Value lines = lines_of(client, order);
  const std::string line = lines.at(0)["ID"].text_or("");
  client.create("salesorder/GoodsDeliveries", delivery_body(line, "3"));
  EXPECT_EQ(stock_of(client, "WM-0001")["CurrentStock"].text_or(""), "997");
  EXPECT_EQ(stock_of(client, "WM-0001")["PlannedStockOut"].text_or(""), "1");
  json::Value after = client.query(orders, "YourRef eq 'PO-1'").at(0);
  EXPECT_EQ(after["DeliveryStatus"].integer(), 20);
  EXPECT_EQ(after["StatusDescription"].text_or(""), "Partial");
  EXPECT_EQ(client.refusal("salesorder/GoodsDeliveries", delivery_body(line, "2")), "Invalid: Quantity");
  client.create("salesorder/GoodsDeliveries", delivery_body(line, "1"));
  client.create("salesorder/GoodsDeliveries", delivery_body(lines.at(1)["ID"].text_or(""), "1"));
  after = client.query(orders, "YourRef eq 'PO-1'").at(0);
  EXPECT_EQ(after["DeliveryStatus"].integer(), 21);
  EXPECT_EQ(after["InvoiceStatus"].integer(), 12);
  EXPECT_EQ(client.query("salesorder/GoodsDeliveryLines", "SalesOrderLineID eq guid'" + line + "'").size(), 2U);
}

TEST(SalesOrders, DeliveryNeedsDateAndKnownLines) {
  TestClient client;
  EXPECT_EQ(client.refusal("salesorder/GoodsDeliveries", "{}"), "Mandatory: Delivery date\r\nMandatory: Lines");
  EXPECT_EQ(client.refusal("salesorder/GoodsDeliveries", delivery_body(client.customer(), "1")),
            "Invalid reference: Sales order line");
}

TEST(SalesOrders, InvoicingRunsInTheBackground) {
  TestClient client;
  const json::Value order = client.create(orders, order_body(client, "PO-2"));
  const std::string id = order["OrderID"].text_or("");
  client.create("salesorder/GoodsDeliveries", delivery_body(lines_of(client, order).at(0)["ID"].text_or(""), "3"));
  const std::string body =
      R"({"CreateMode":1,"InvoiceMode":0,"JournalCode":"70","SalesOrderIDs":[{"ID":")" + id + "\"}]";
  EXPECT_EQ(client.refusal("salesinvoice/InvoiceSalesOrders", body + R"(,"Mode":0})"),
            "Only the asynchronous mode is supported. Use Mode = 1.");
  const json::Value job = client.create("salesinvoice/InvoiceSalesOrders", body + R"(,"Mode":1})");
  const auto result = [&] {
    const auto answer =
        client.get("read/salesinvoice/InvoiceSalesOrderResult?ProcessID=guid'" + job["ProcessID"].text_or("") + "'");
    return (*json::parse(answer.body))["d"]["results"].at(0);
  };
  EXPECT_EQ(result()["Status"].text_or(""), "InProgress");
  client.pass(std::chrono::seconds{5});
  EXPECT_EQ(result()["Status"].text_or(""), "Processed");
  EXPECT_EQ(result()["NumberOfCreatedInvoices"].integer(), 1);
  const json::Value invoices =
      client.query("salesinvoice/SalesInvoices", "OrderNumber eq " + order["OrderNumber"].text_or(""));
  ASSERT_EQ(invoices.size(), 1U);
  EXPECT_EQ(invoices.at(0)["YourRef"].text_or(""), "PO-2");
  EXPECT_EQ(invoices.at(0)["AmountFC"].text_or(""), "30");
  const json::Value lines = client.query("salesinvoice/SalesInvoiceLines", "SalesOrder eq guid'" + id + "'");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.at(0)["Quantity"].text_or(""), "3");
  // Nothing more is delivered: the next job fails and says so.
  const json::Value again = client.create("salesinvoice/InvoiceSalesOrders", body + "}");
  client.pass(std::chrono::seconds{5});
  const auto answer =
      client.get("read/salesinvoice/InvoiceSalesOrderResult?ProcessID=guid'" + again["ProcessID"].text_or("") + "'");
  EXPECT_EQ((*json::parse(answer.body))["d"]["results"].at(0)["NumberOfFailedInvoices"].integer(), 1);
}

TEST(SalesOrders, InvoicingCanBeLimitedToTheEntryOfADelivery) {
  TestClient client({.synchronous_invoicing = SynchronousInvoicing::always});
  const json::Value order = client.create(orders, order_body(client, "PO-3"));
  const std::string line = lines_of(client, order).at(0)["ID"].text_or("");
  client.create("salesorder/GoodsDeliveries", delivery_body(line, "2"));
  client.create("salesorder/GoodsDeliveries", delivery_body(line, "1"));
  const json::Value deliveries = client.query("salesorder/GoodsDeliveries", "DeliveryNumber gt 0");
  ASSERT_EQ(deliveries.size(), 2U);
  const bool is_first_later =
      *deliveries.at(0)["DeliveryNumber"].integer() > *deliveries.at(1)["DeliveryNumber"].integer();
  const json::Value& later = deliveries.at(is_first_later ? 0 : 1);
  EXPECT_NE(later["EntryNumber"].integer(), later["DeliveryNumber"].integer());
  const auto invoiced_with = [&](const json::Value& number) {
    const json::Value job =
        client.create("salesinvoice/InvoiceSalesOrders",
                      R"({"CreateMode":1,"InvoiceMode":0,"Mode":1,"DeliveryNumber":)" + number.text_or("") +
                          R"(,"SalesOrderIDs":[{"ID":")" + order["OrderID"].text_or("") + "\"}]}");
    client.pass(std::chrono::seconds{5});
    const auto answer =
        client.get("read/salesinvoice/InvoiceSalesOrderResult?ProcessID=guid'" + job["ProcessID"].text_or("") + "'");
    const json::Value result = (*json::parse(answer.body))["d"]["results"].at(0);
    EXPECT_EQ(result["NumberOfFailedInvoices"].integer(), 0);
    return result["NumberOfCreatedInvoices"].integer();
  };
  EXPECT_EQ(invoiced_with(later["DeliveryNumber"]), 0) << "there is no such entry";
  EXPECT_EQ(invoiced_with(later["EntryNumber"]), 1);
  const json::Value lines =
      client.query("salesinvoice/SalesInvoiceLines", "SalesOrder eq guid'" + order["OrderID"].text_or("") + "'");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.at(0)["Quantity"].text_or(""), "1");
}

TEST(SalesOrders, OneInvoicePerCustomerSumsSeveralOrders) {
  TestClient client({.synchronous_invoicing = SynchronousInvoicing::always});
  const std::string first = client.create(orders, order_body(client, "A"))["OrderID"].text_or("");
  const std::string second = client.create(orders, order_body(client, "B"))["OrderID"].text_or("");
  const json::Value job = client.create("salesinvoice/InvoiceSalesOrders",
                                        R"({"CreateMode":0,"InvoiceMode":1,"Mode":0,"SalesOrderIDs":[{"ID":")" + first +
                                            R"("},{"ID":")" + second + "\"}]}");
  EXPECT_EQ(job["NumberOfCreatedInvoices"].integer(), 1);
  EXPECT_EQ(client.books().table(TableId::sales_invoices).live(), 1U);
  EXPECT_EQ(client.query(orders, "InvoiceStatus eq 21").size(), 2U);
}

TEST(SalesOrders, OrderNumbersAreUniqueAndOpenOrdersCanGo) {
  TestClient client;
  const json::Value order = client.create(orders, order_body(client, "N", R"(,"OrderNumber":777)"));
  EXPECT_EQ(client.refusal(orders, order_body(client, "M", R"(,"OrderNumber":777)")), "Already exists: Order number");
  const std::string address = std::string(orders) + "(guid'" + order["OrderID"].text_or("") + "')";
  EXPECT_EQ(client.call("DELETE", address).status, 204);
  EXPECT_EQ(stock_of(client, "WM-0001")["PlannedStockOut"].text_or(""), "0");
  EXPECT_EQ(client.get(address).status, 404);
  const json::Value deleted = client.query("sync/Deleted", "Timestamp gt 0L and EntityType eq 12");
  ASSERT_EQ(deleted.size(), 1U);
  EXPECT_EQ(deleted.at(0)["EntityKey"].text_or(""), order["OrderID"].text_or(""));
}

TEST(SalesOrders, AnEditionWithoutOrdersForbidsThem) {
  TestClient client({.edition = Edition::invoicing});
  EXPECT_EQ(client.refusal(orders, "{}", 403), "Forbidden");
  EXPECT_EQ(client.get("inventory/Warehouses").status, 403);
}

}  // namespace sales_orders_test
}  // namespace connector::sandbox::exact
