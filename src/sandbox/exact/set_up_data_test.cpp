#include <set>

#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace set_up_data_test {

TEST(SetUpData, CustomerNumbersPassOverTheOnesInUse) {
  TestClient client;
  std::set<std::string> codes;
  for (int i = 0; i < 8; ++i) {
    codes.insert(client.create("crm/Accounts", R"({"Name":"New","Status":"C"})")["Code"].text_or(""));
  }
  EXPECT_EQ(codes.size(), 8U);
  for (const std::string& code : codes) {
    EXPECT_EQ(client.query("crm/Accounts", "Code eq '" + code + "'").size(), 1U) << code;
  }
}

TEST(SetUpData, WhatARecordNamesMustExist) {
  TestClient client;
  const std::string group = client.item("WM-0001");  // an item is no item group
  EXPECT_EQ(client.refusal("logistics/Items", R"({"Code":"N","Description":"n","ItemGroup":")" + group + "\"}"),
            "Invalid reference: Item group");
  EXPECT_EQ(client.refusal("logistics/Items", R"({"Code":"N","Description":"n","SalesVatCode":"ZZ"})"),
            "Invalid reference: VAT code");
  EXPECT_EQ(client.refusal("crm/Addresses", R"({"Type":4,"Account":")" + group + "\"}"), "Invalid reference: Account");
  const std::string address = "logistics/Items(guid'" + client.item("WM-0002") + "')";
  const auto changed = client.call("PUT", address, R"({"GLRevenue":")" + group + "\"}");
  EXPECT_EQ(changed.status, 500);
  EXPECT_EQ(TestClient::message(changed), "Invalid reference: G/L account");
  EXPECT_EQ(client.call("PUT", address, R"({"SalesVatCode":"2","GLRevenue":null})").status, 204);
}

TEST(SetUpData, ContactsBelongToAnAccountAndAreNoCustomers) {
  TestClient client;
  EXPECT_EQ(client.refusal("crm/Contacts", R"({"LastName":"B"})"), "Mandatory: Account");
  const json::Value contact =
      client.create("crm/Contacts", R"({"FirstName":"Ann","LastName":"Bell","Account":")" + client.customer() + "\"}");
  EXPECT_EQ(contact["FullName"].text_or(""), "Ann Bell");
  EXPECT_EQ(contact["AccountName"].text_or(""), "Walmart.com");
  const std::string id = contact["ID"].text_or("");
  EXPECT_NE(client
                .refusal("salesinvoice/SalesInvoices", R"({"Journal":"70","OrderedBy":")" + id +
                                                           R"(","SalesInvoiceLines":[{"Item":")" +
                                                           client.item("WM-0001") + R"(","Quantity":1}]})")
                .find("Invalid reference: Ordered by"),
            std::string::npos);
  EXPECT_EQ(client.query("sync/CRM/Contacts", "Timestamp gt 1").size(), 1U);
  EXPECT_EQ(client.call("DELETE", "crm/Contacts(guid'" + id + "')").status, 204);
  EXPECT_EQ(client.query("sync/Deleted", "Timestamp gt 1 and EntityType eq 5").size(), 1U);
}

TEST(SetUpData, UsersStandOutsideDivisions) {
  TestClient client;
  const auto answer = client.raw("GET", "/api/v1/system/Users", {}, client.headers());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ((*json::parse(answer.body))["d"]["results"].at(0)["UserName"].text_or(""), "simulated.user");
  EXPECT_EQ(client.get("system/Users").status, 404);
  EXPECT_EQ(client.raw("GET", "/api/v1/system/Divisions", {}, client.headers()).status, 404);
}

std::string journal_entry(TestClient& client, const std::string& journal, const std::string& debit,
                          const std::string& credit) {
  const std::string account = client.id(TableId::gl_accounts, "8000");
  return R"({"JournalCode":")" + journal + R"(","GeneralJournalEntryLines":[{"GLAccount":")" + account +
         R"(","AmountFC":)" + debit + R"(},{"GLAccount":")" + account + R"(","AmountFC":)" + credit + "}]}";
}

TEST(GeneralJournal, LinesBalanceInAGeneralJournal) {
  TestClient client;
  const std::string path = "generaljournalentry/GeneralJournalEntries";
  EXPECT_EQ(client.refusal(path, "{}"), "Mandatory: Journal\r\nMandatory: Lines");
  EXPECT_EQ(client.refusal(path, journal_entry(client, "70", "5", "-5")), "Invalid: Journal");
  EXPECT_EQ(client.refusal(path, journal_entry(client, "90", "5", "-4.99")), "Invalid: Balance");
  const json::Value entry = client.create(path, journal_entry(client, "90", "5.25", "-5.25"));
  EXPECT_EQ(entry["Type"].integer(), 90);
  EXPECT_EQ(entry["FinancialPeriod"].integer(), 11);
  EXPECT_EQ(TestClient::message(client.get(path)), "Please add a $select or a $top=1 statement to the query string.");
  const std::string id = entry["EntryID"].text_or("");
  EXPECT_EQ(client.query("generaljournalentry/GeneralJournalEntryLines", "EntryID eq guid'" + id + "'").size(), 2U);
  client.books().set_closed(2026, 11, true);
  EXPECT_EQ(client.refusal(path, journal_entry(client, "90", "5", "-5")), "Period is closed: 2026 - 11");
}

TEST(GeneralJournal, LinesAreArraysAndReceivablesNameTheirParty) {
  TestClient client;
  const std::string path = "generaljournalentry/GeneralJournalEntries";
  EXPECT_EQ(client.refusal(path, R"({"JournalCode":"90","GeneralJournalEntryLines":{"AmountFC":1}})", 400),
            "Error processing request stream. The request should be a valid top-level resource object.");
  const json::Value receivable = client.query("financial/GLAccounts", "Type eq 20").at(0);
  const std::string line = R"({"AmountFC":0,"GLAccount":")" + receivable["ID"].text_or("") + "\"";
  const auto body = [&](const std::string& more) {
    return R"({"JournalCode":"90","GeneralJournalEntryLines":[)" + line + more + "}]}";
  };
  EXPECT_EQ(client.refusal(path, body("")), "Mandatory: Account");
  client.create(path, body(R"(,"Account":")" + client.customer() + "\""));
}

}  // namespace set_up_data_test
}  // namespace connector::sandbox::exact
