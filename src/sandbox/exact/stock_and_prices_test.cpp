#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace stock_and_prices_test {

TEST(StockCounts, ProcessingSetsTheStock) {
  TestClient client;
  const std::string warehouse = client.id(TableId::warehouses, "2");
  const json::Value count =
      client.create("inventory/StockCounts", R"({"StockCountDate":"2026-11-23","Warehouse":")" + warehouse +
                                                 R"(","Description":"count 1","StockCountLines":[{"Item":")" +
                                                 client.item("WM-0004") + R"(","QuantityNew":7}]})");
  EXPECT_EQ(count["Status"].integer(), 12);
  const std::string id = count["StockCountID"].text_or("");
  const json::Value answer = client.create("inventory/ProcessStockCount", R"({"StockCountID":")" + id + "\"}");
  EXPECT_EQ(answer["SuccessMessage"].text_or(""), "Stock count is processed");
  const json::Value stock = client.query("inventory/ItemWarehouses", "Item eq guid'" + client.item("WM-0004") +
                                                                         "' and Warehouse eq guid'" + warehouse + "'");
  EXPECT_EQ(stock.at(0)["CurrentStock"].text_or(""), "7");
  EXPECT_EQ(client.query("logistics/Items", "Code eq 'WM-0004'").at(0)["Stock"].text_or(""), "1007");
  EXPECT_EQ(client.query("inventory/StockCounts", "Description eq 'count 1'").at(0)["Status"].integer(), 21);
  EXPECT_EQ(client.refusal("inventory/ProcessStockCount", R"({"StockCountID":")" + id + "\"}"), "Already processed");
}

TEST(StockCounts, OnlyStockItemsInKnownWarehouses) {
  TestClient client;
  EXPECT_EQ(client.refusal("inventory/StockCounts",
                           R"({"StockCountLines":[{"Item":")" + client.item("FEE") + R"(","QuantityNew":1}]})"),
            "Mandatory: Stock count date\r\nMandatory: Warehouse\r\nNot allowed: Item (Stock)");
}

TEST(SalesItemPrices, ThePriceListPricesALineWithoutPrice) {
  TestClient client;
  const std::string item = client.item("WM-0005");
  const json::Value price = client.create("logistics/SalesItemPrices", R"({"Item":")" + item + R"(","Price":19.95})");
  EXPECT_EQ(price["ItemCode"].text_or(""), "WM-0005");
  const json::Value invoice = client.create(
      "salesinvoice/SalesInvoices",
      R"({"OrderedBy":")" + client.customer() + R"(","SalesInvoiceLines":[{"Item":")" + item + R"(","Quantity":2}]})");
  EXPECT_EQ(invoice["AmountFC"].text_or(""), "39.9");
  EXPECT_EQ(client.query("sync/Logistics/SalesItemPrices", "Timestamp gt 1").size(), 1U);
}

TEST(ReferenceData, WritersCheckWhatExactChecks) {
  TestClient client;
  EXPECT_EQ(client.refusal("hrm/Costcenters", R"({"Code":"WM"})"), "Already exists: Code\r\nMandatory: Description");
  EXPECT_EQ(client.refusal("crm/Accounts", "{}"), "Mandatory: Name");
  const json::Value account = client.create("crm/Accounts", R"({"Name":"New","Status":"C","Country":"BE"})");
  EXPECT_EQ(account["Code"].text_or("").size(), 18U);
  EXPECT_EQ(account["Country"].text_or(""), "BE ");
  const json::Value item = client.create("logistics/Items", R"({"Code":"NEW","Description":"New","IsSalesItem":true})");
  EXPECT_EQ(client.call("DELETE", "logistics/Items(guid'" + item["ID"].text_or("") + "')").status, 204);
  EXPECT_EQ(client.query("sync/Deleted", "Timestamp gt 1 and EntityType eq 9").at(0)["EntityKey"].text_or(""),
            item["ID"].text_or(""));
  client.create("salesinvoice/SalesInvoices", client.invoice_body("U"));
  const auto used = client.call("DELETE", "logistics/Items(guid'" + client.item("WM-0001") + "')");
  EXPECT_EQ(TestClient::message(used), "In use: Item");
}

TEST(SalesEntries, BookWithoutAnInvoice) {
  TestClient client;
  const std::string revenue = client.id(TableId::gl_accounts, "8000");
  const std::string body = R"({"Journal":"70","Customer":")" + client.customer() +
                           R"(","EntryNumber":4711,"YourRef":"E","SalesEntryLines":[{"GLAccount":")" + revenue +
                           R"(","AmountFC":-10,"VATCode":"2"}]})";
  const json::Value entry = client.create("salesentry/SalesEntries", body);
  EXPECT_EQ(entry["AmountFC"].text_or(""), "-12.1");
  EXPECT_EQ(entry["Type"].integer(), 21);
  EXPECT_EQ(client.refusal("salesentry/SalesEntries", body), "Already exists: Entry number");
}

}  // namespace stock_and_prices_test
}  // namespace connector::sandbox::exact
