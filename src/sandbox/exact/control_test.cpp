#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace control_test {

json::Value control(TestClient& client, const std::string& method, const std::string& path,
                    const std::string& body = {}, int status = 200) {
  const auto answer = client.raw(method, "/sandbox/exact/" + path, body);
  EXPECT_EQ(answer.status, status) << answer.body;
  return json::parse(answer.body).value_or(json::Value{});
}

TEST(Control, BooksShowDocumentsAndTotals) {
  TestClient client;
  client.create("salesinvoice/SalesInvoices", client.invoice_body("A"));
  client.create("salesinvoice/SalesInvoices", client.invoice_body("B", R"(,"Type":8021)"));
  const json::Value books = control(client, "GET", "books");
  ASSERT_EQ(books["invoices"].size(), 1U);
  ASSERT_EQ(books["credit_notes"].size(), 1U);
  EXPECT_EQ(books["invoices"].at(0)["your_ref"].text_or(""), "A");
  EXPECT_EQ(books["invoices"].at(0)["lines"].at(0)["gl_account"].text_or(""), "8000");
  EXPECT_EQ(books["invoices"].at(0)["lines"].at(0)["amount"].text_or(""), "25");
  EXPECT_EQ(books["credit_notes"].at(0)["booked_amount"].text_or(""), "-29.99");
  EXPECT_EQ(books["journals"].at(0)["documents"].integer(), 2);
  EXPECT_EQ(books["journals"].at(0)["booked_amount"].text_or(""), "0");
  EXPECT_EQ(books["counters"]["requests"]["POST salesinvoice/SalesInvoices"]["201"].integer(), 2);
  EXPECT_FALSE(control(client, "GET", "books?summary=1").contains("invoices"));
}

TEST(Control, DocumentsHavePagesForAPerson) {
  TestClient client;
  const auto created = client.create("salesinvoice/SalesInvoices", client.invoice_body("A<&"));
  const auto document = client.raw("GET", "/sandbox/exact/documents/" + created["InvoiceID"].text_or(""));
  EXPECT_EQ(document.status, 200);
  EXPECT_NE(document.body.find("<h1>Sales invoice "), std::string::npos) << document.body;
  EXPECT_NE(document.body.find("<td>A&lt;&amp;</td>"), std::string::npos) << document.body;
  EXPECT_EQ(client.raw("GET", "/sandbox/exact/documents/none").status, 404);
  const auto division = std::to_string(client.service().divisions().front()->code());
  const auto menu = client.raw("GET", "/docs/MenuPortal.aspx?_Division_=" + division);
  EXPECT_EQ(menu.status, 200);
  EXPECT_NE(menu.body.find(created["InvoiceID"].text_or("?")), std::string::npos) << menu.body;
  EXPECT_EQ(client.raw("GET", "/docs/MenuPortal.aspx?_Division_=1").status, 404);
  EXPECT_EQ(client.raw("GET", "/docs/Other.aspx").status, 404);
}

TEST(Control, SwitchesChangeAllOrNothing) {
  TestClient client;
  control(client, "POST", "switches", R"({"language":"nl","nonsense":1})", 400);
  EXPECT_EQ(client.service().switches().language, Language::english);
  control(client, "POST", "switches", R"({"minute_limit":"many"})", 400);
  const json::Value all =
      control(client, "POST", "switches", R"({"language":"nl","minute_limit":300,"forbidden_scopes":["crm"]})");
  EXPECT_EQ(all["language"].text_or(""), "nl");
  EXPECT_EQ(client.service().switches().minute_limit, 300);
  EXPECT_EQ(control(client, "GET", "switches")["forbidden_scopes"].size(), 1U);
}

TEST(Control, APersonEdits) {
  TestClient client;
  const std::string id = client.create("salesinvoice/SalesInvoices", client.invoice_body("P"))["InvoiceID"].text_or("");
  control(client, "POST", "edit", R"({"action":"block_item","code":"WM-0001"})");
  EXPECT_EQ(client.refusal("salesinvoice/SalesInvoices", client.invoice_body("Q")), "Not allowed: Item (Sales)");
  control(client, "POST", "edit", R"({"action":"unblock_item","code":"WM-0001"})");
  control(client, "POST", "edit", R"({"action":"block_gl_account","code":"8000"})");
  EXPECT_EQ(client.refusal("salesinvoice/SalesInvoices", client.invoice_body("Q")), "Blocked: G/L account");
  control(client, "POST", "edit", R"({"action":"unblock_gl_account","code":"8000"})");
  control(client, "POST", "edit", R"({"action":"close_period","year":2026,"period":11})");
  EXPECT_EQ(client.refusal("salesinvoice/PrintedSalesInvoices", R"({"InvoiceID":")" + id + "\"}"),
            "Period is closed: 2026 - 11");
  const json::Value added =
      control(client, "POST", "edit", R"({"action":"add_item","code":"MUG-1","description":"Mug","price":"4.50"})");
  EXPECT_EQ(added["id"].text_or(""), client.item("MUG-1"));
  const json::Value line = client.query("salesinvoice/SalesInvoiceLines", "InvoiceID eq guid'" + id + "'").at(0);
  control(client, "POST", "edit",
          R"({"action":"change_invoice_line","id":")" + line["ID"].text_or("") + R"(","quantity":"3"})");
  EXPECT_EQ(client.query("salesinvoice/SalesInvoices", "YourRef eq 'P'").at(0)["AmountFC"].text_or(""), "42.49");
  control(client, "POST", "edit", R"({"action":"delete_invoice","id":")" + id + "\"}");
  EXPECT_EQ(client.query("salesinvoice/SalesInvoices", "YourRef eq 'P'").size(), 0U);
  control(client, "POST", "edit", R"({"action":"delete_invoice","id":")" + id + "\"}", 404);
  control(client, "POST", "edit", R"({"action":"dance"})", 400);
}

TEST(Control, CredentialsAreSeeded) {
  TestClient one;
  TestClient two;
  EXPECT_EQ(control(one, "GET", "credentials"), control(two, "GET", "credentials"));
  EXPECT_EQ(control(one, "GET", "credentials")["client_id"].text_or("").size(), 36U);
  EXPECT_EQ(one.access_token, two.access_token);
}

}  // namespace control_test
}  // namespace connector::sandbox::exact
