#include <algorithm>
#include <map>
#include <string>

#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace sync_test {

TEST(Sync, ItemsComeByTimestampAndAgainAfterAChange) {
  TestClient client;
  const json::Value all = client.query("sync/Logistics/Items", "Timestamp gt 1L", "&$select=ID,Code,Timestamp");
  EXPECT_EQ(all.size(), 55U);
  std::int64_t last = 0;
  for (const json::Value& item : all.array()) {
    EXPECT_TRUE(item["Timestamp"].is_string());
    EXPECT_GT(item["Timestamp"].integer().value_or(0), last);
    last = item["Timestamp"].integer().value_or(0);
  }
  const std::string since = "Timestamp gt " + std::to_string(last);
  EXPECT_EQ(client.query("sync/Logistics/Items", since).size(), 0U);
  const std::string address = "logistics/Items(guid'" + client.item("WM-0003") + "')";
  EXPECT_EQ(client.call("PUT", address, R"({"Description":"New name"})").status, 204);
  const json::Value changed = client.query("sync/Logistics/Items", since);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed.at(0)["Description"].text_or(""), "New name");
  client.service().switches().timestamps_as_text = false;
  EXPECT_TRUE(client.query("sync/Logistics/Items", since).at(0)["Timestamp"].is_number());
}

TEST(Sync, ItemsTellTheirRevenueAccount) {
  TestClient client;
  const json::Value all = client.query("sync/Logistics/Items", "Timestamp gt 1L", "&$select=Code,GLRevenueCode");
  std::map<std::string, std::string> accounts;
  for (const json::Value& item : all.array()) accounts[item["Code"].text_or("")] = item["GLRevenueCode"].text_or("");
  EXPECT_EQ(accounts["WM-0001"], "8000");
  EXPECT_EQ(accounts["SHIPPING"], "8200");
  EXPECT_EQ(accounts["BOX-01"], "") << "it has that of its group";
}

TEST(Sync, PagesHoldAThousandAndContinue) {
  TestClient client({.minute_limit = 0, .day_limit = 0});
  for (int i = 0; i < 1'200; ++i) {
    Seed::Item item;
    item.code = "S" + std::to_string(i);
    item.stock_item = false;
    add_item(client.books(), item, client.now());
  }
  const auto first = client.get("sync/Logistics/Items?$select=Code&$filter=Timestamp+gt+1");
  const json::Value data = (*json::parse(first.body))["d"];
  EXPECT_EQ(data["results"].size(), 1'000U);
  const std::string next = data["__next"].text_or("");
  ASSERT_FALSE(next.empty());
  const auto second = client.raw("GET", next.substr(next.find("/api/")), {}, client.headers());
  EXPECT_EQ((*json::parse(second.body))["d"]["results"].size(), 255U);
}

TEST(Sync, OnlyTimestampCanBeFiltered) {
  TestClient client;
  const auto answer = client.get("sync/Logistics/Items?$filter=Code+eq+'a'");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(TestClient::message(answer), "Filtering on these fields is not supported: Code");
}

TEST(Sync, FlatInvoicesShowHeaderAndLineAndChangeWithTheHeader) {
  TestClient client;
  const std::string id = client.create("salesinvoice/SalesInvoices", client.invoice_body("F"))["InvoiceID"].text_or("");
  const json::Value rows = client.query("sync/SalesInvoice/SalesInvoices", "Timestamp gt 1");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.at(0)["YourRef"].text_or(""), "F");
  EXPECT_EQ(rows.at(0)["AmountFC"].text_or(""), "25");
  EXPECT_EQ(rows.at(0)["Status"].integer(), 20);
  const std::string since = "Timestamp gt " + rows.at(1)["Timestamp"].text_or("");
  client.create("salesinvoice/PrintedSalesInvoices", R"({"InvoiceID":")" + id + "\"}");
  const json::Value changed = client.query("sync/SalesInvoice/SalesInvoices", since);
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed.at(1)["Status"].integer(), 50);
}

TEST(Sync, StockPositionsFollowMovements) {
  TestClient client;
  const json::Value before = client.query("sync/Inventory/StockPositions", "Timestamp gt 1");
  EXPECT_EQ(before.size(), 51U);
  const std::string since = "Timestamp gt " + before.at(50)["Timestamp"].text_or("");
  client.create("salesinvoice/SalesInvoices",
                client.invoice_body("D", R"(,"Type":8023,"Warehouse":")" + client.id(TableId::warehouses, "1") + "\""));
  const json::Value after = client.query("sync/Inventory/StockPositions", since);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after.at(0)["ItemCode"].text_or(""), "WM-0001");
  EXPECT_EQ(after.at(0)["CurrentStock"].text_or(""), "998");
  EXPECT_EQ(after.at(0)["FreeStock"].text_or(""), "998");
  EXPECT_EQ(after.at(0)["WarehouseCode"].text_or(""), "1");
  const auto single = client.get("read/logistics/StockPosition?itemId=guid'" + client.item("WM-0001") + "'");
  EXPECT_EQ((*json::parse(single.body))["d"]["results"].at(0)["InStock"].text_or(""), "998");
}

TEST(Sync, TimestampForADate) {
  TestClient client;
  const auto at = [&](const std::string& date) {
    const auto answer = client.get("read/sync/Sync/SyncTimestamp?modified=datetime'" + date + "'&endPoint='Items'");
    return (*json::parse(answer.body))["d"]["results"].at(0)["TimeStampAsBigInt"].integer().value_or(-1);
  };
  const std::int64_t before = at("2026-11-23T00:00:00");
  client.create("hrm/Costcenters", R"({"Code":"NEW","Description":"d"})");
  EXPECT_EQ(at("2026-11-23T00:00:00"), before);
  EXPECT_LT(at("2020-01-01"), before);
}

}  // namespace sync_test
}  // namespace connector::sandbox::exact
