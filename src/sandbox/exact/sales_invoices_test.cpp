#include "sandbox/exact/exact_test_client.h"

namespace connector::sandbox::exact {
namespace sales_invoices_test {

constexpr const char* invoices = "salesinvoice/SalesInvoices";

TEST(SalesInvoices, PostEntersAnOpenInvoiceWithItsTotals) {
  TestClient client;
  const json::Value invoice = client.create(invoices, client.invoice_body("WM-1"));
  EXPECT_EQ(invoice["Status"].integer(), 20);
  EXPECT_EQ(invoice["AmountFC"].text_or(""), "29.99");
  EXPECT_EQ(invoice["Type"].integer(), 8020);
  EXPECT_EQ(invoice["JournalDescription"].text_or(""), "Sales");
  EXPECT_EQ(invoice["OrderedByName"].text_or(""), "Walmart.com");
  EXPECT_TRUE(invoice["InvoiceNumber"].is_null());
  EXPECT_TRUE(invoice["SalesInvoiceLines"].contains("__deferred"));
  const json::Value lines =
      client.query("salesinvoice/SalesInvoiceLines", "InvoiceID eq guid'" + invoice["InvoiceID"].text_or("") + "'");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines.at(0)["AmountFC"].text_or(""), "25");
  EXPECT_EQ(lines.at(0)["ItemCode"].text_or(""), "WM-0001");
  EXPECT_EQ(lines.at(0)["GLAccountDescription"].text_or(""), "Revenue");
  EXPECT_EQ(lines.at(1)["LineNumber"].integer(), 2);
}

TEST(SalesInvoices, AnswersHoldNoComputedFieldsWithoutPrefer) {
  TestClient client;
  ports::HttpHeaders headers = client.headers();
  std::erase_if(headers, [](const auto& header) { return header.first == "Prefer"; });
  const auto answer =
      client.raw("POST", "/api/v1/499156/salesinvoice/SalesInvoices", client.invoice_body("WM-1"), headers);
  ASSERT_EQ(answer.status, 201);
  const json::Value invoice = (*json::parse(answer.body))["d"];
  EXPECT_TRUE(invoice["AmountFC"].is_null());
  EXPECT_EQ(invoice["YourRef"].text_or(""), "WM-1");
  EXPECT_FALSE(invoice["InvoiceID"].is_null());
  const auto location = ports::find_header(answer.headers, "Location");
  EXPECT_EQ(location, "https://start.exactonline.nl/api/v1/499156/salesinvoice/SalesInvoices(guid'" +
                          invoice["InvoiceID"].text_or("") + "')");
}

TEST(SalesInvoices, VatIsOnTopForExcludingAndInsideForIncludingCodes) {
  TestClient client;
  const std::string line = R"({"Item":")" + client.item("WM-0001") + R"(","Quantity":3,"NetPrice":9.99,"VATCode":")";
  const json::Value invoice =
      client.create(invoices, R"({"OrderedBy":")" + client.customer() + R"(","SalesInvoiceLines":[)" + line + "2\"}," +
                                  line + "4\"}]}");
  // 29.97 + 6.29 on top; 29.97 with 5.20 inside.
  EXPECT_EQ(invoice["AmountFC"].text_or(""), "66.23");
  EXPECT_EQ(invoice["VATAmountFC"].text_or(""), "11.49");
  EXPECT_EQ(invoice["AmountFCExclVat"].text_or(""), "54.74");
}

TEST(SalesInvoices, RefusalsAreServerErrorsInTheUsersLanguage) {
  TestClient client;
  EXPECT_EQ(client.refusal(invoices, "{}"), "Mandatory: Invoice to\r\nMandatory: Ordered by\r\nMandatory: Lines");
  const std::string nobody = R"({"OrderedBy":"0df3ccec-1d8b-4ff5-a0a2-5a5a0e0c0ab0","SalesInvoiceLines":[{"Item":")" +
                             client.item("WM-0001") + "\"}]}";
  EXPECT_EQ(client.refusal(invoices, nobody),
            "Invalid reference: Deliver to\r\nInvalid reference: Ordered by\r\nInvalid reference: Invoice to");
  client.service().switches().language = Language::dutch;
  EXPECT_EQ(
      client.refusal(invoices, nobody),
      "Ongeldige referentie: Leveren aan\r\nOngeldige referentie: Besteld door\r\nOngeldige referentie: Factuur voor");
  EXPECT_EQ(client.books().table(TableId::sales_invoices).live(), 0U);
}

TEST(SalesInvoices, ReferencesAreChecked) {
  TestClient client;
  const auto line = [&](const std::string& more, const std::string& item) {
    return R"({"OrderedBy":")" + client.customer() + R"(","SalesInvoiceLines":[{"Item":")" + item +
           R"(","Quantity":1,"NetPrice":1)" + more + "}]}";
  };
  const std::string item = client.item("WM-0001");
  EXPECT_EQ(client.refusal(invoices, line("", client.customer())), "Invalid reference: Item\r\nMandatory: G/L account");
  EXPECT_EQ(client.refusal(invoices, line("", client.item("BOX-01"))).substr(0, 25), "Not allowed: Item (Sales)");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"GLAccount":")" + client.id(TableId::gl_accounts, "8999") + "\"", item)),
            "Blocked: G/L account");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"GLAccount":")" + client.id(TableId::gl_accounts, "1300") + "\"", item)),
            "Invalid: G/L account type");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"GLAccount":")" + client.id(TableId::gl_accounts, "8500") + "\"", item)),
            "Mandatory: Cost center");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"CostCenter":"NONE")", item)), "Invalid reference: Cost center");
  EXPECT_EQ(
      client.refusal(
          invoices, line(R"(,"CostCenter":"WM","GLAccount":")" + client.id(TableId::gl_accounts, "8600") + "\"", item)),
      "Invalid: Cost center link");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"VATCode":"X")", item)), "Invalid reference: VAT code");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"VATCode":"9")", item)), "Not allowed: VAT code");
  EXPECT_EQ(client.refusal(invoices, line(R"(,"Quantity":0.5)", item)), "Invalid: Quantity");
  EXPECT_EQ(client.refusal(invoices, R"({"OrderedBy":")" + client.id(TableId::accounts, "1003") +
                                         R"(","SalesInvoiceLines":[{"Item":")" + item + "\"}]}"),
            "Invalid: Invoice to (Type)");
  EXPECT_EQ(client.refusal(invoices, client.invoice_body("X", R"(,"Currency":"XXX")")), "Invalid: Currency");
  std::string wrong_journal = client.invoice_body("X");
  wrong_journal.replace(wrong_journal.find("\"70\""), 4, "\"90\"");
  EXPECT_EQ(client.refusal(invoices, wrong_journal), "Invalid: Journal (type)");
  // All or nothing: a second, bad line keeps the first one out.
  EXPECT_EQ(client.books().table(TableId::sales_invoice_lines).live(), 0U);
  EXPECT_EQ(
      client
          .create(invoices, line(R"(,"CostCenter":"WM","GLAccount":")" + client.id(TableId::gl_accounts, "8500") + "\"",
                                 item))["AmountFC"]
          .text_or(""),
      "1");
}

TEST(SalesInvoices, MalformedBodiesAreBadRequests) {
  TestClient client({.errors_per_hour = 0});
  const std::string stream =
      "Error processing request stream. The request should be a valid top-level resource object.";
  EXPECT_EQ(client.refusal(invoices, "{", 400), stream);
  EXPECT_EQ(client.refusal(invoices, "[]", 400), stream);
  EXPECT_EQ(client.refusal(invoices, R"({"SalesInvoiceLines":{"Item":1}})", 400), stream);
  EXPECT_EQ(client.refusal(invoices, R"({"Nonsense":1})", 400),
            "Error processing request stream. The property name 'Nonsense' specified for type "
            "'Exact.Web.Api.Models.SalesInvoice' is not valid.");
  EXPECT_NE(client.refusal(invoices, R"({"OrderedBy":"abc"})", 400).find("'Edm.Guid'"), std::string::npos);
  // Read-only properties are ignored.
  EXPECT_EQ(client.create(invoices, client.invoice_body("R", R"(,"Status":50,"InvoiceNumber":7)"))["Status"].integer(),
            20);
}

TEST(SalesInvoices, PrintingBooksNumberEntryAndReceivable) {
  TestClient client;
  const json::Value invoice = client.create(invoices, client.invoice_body("WM-7"));
  const std::string id = invoice["InvoiceID"].text_or("");
  const json::Value printed = client.create("salesinvoice/PrintedSalesInvoices",
                                            R"({"InvoiceID":")" + id + R"(","InvoiceDate":"2026-11-20T00:00:00"})");
  EXPECT_EQ(printed["DocumentCreationSuccess"].text_or(""), "Document created");
  const json::Value after = client.query(invoices, "InvoiceID eq guid'" + id + "'").at(0);
  EXPECT_EQ(after["Status"].integer(), 50);
  EXPECT_EQ(after["InvoiceNumber"].integer(), 260000001);
  EXPECT_EQ(after["InvoiceDate"].text_or(""), "/Date(1795132800000)/");
  const json::Value entries = client.query("salesentry/SalesEntries", "InvoiceNumber eq 260000001");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.at(0)["AmountFC"].text_or(""), "29.99");
  EXPECT_EQ(entries.at(0)["ReportingPeriod"].integer(), 11);
  EXPECT_EQ(client.query("cashflow/Receivables", "YourRef eq 'WM-7'").at(0)["AmountFC"].text_or(""), "29.99");
  EXPECT_EQ(client.refusal("salesinvoice/PrintedSalesInvoices", R"({"InvoiceID":")" + id + "\"}"), "Already processed");
  EXPECT_EQ(client.call("PUT", std::string(invoices) + "(guid'" + id + "')", R"({"YourRef":"x"})").status, 500);
  EXPECT_EQ(client.call("DELETE", std::string(invoices) + "(guid'" + id + "')").status, 500);
}

TEST(SalesInvoices, ClosedAndUnknownPeriodsRefuseToPrint) {
  TestClient client;
  const std::string id = client.create(invoices, client.invoice_body("WM-8"))["InvoiceID"].text_or("");
  client.books().set_closed(2026, 11, true);
  const std::string printed = "salesinvoice/PrintedSalesInvoices";
  EXPECT_EQ(client.refusal(printed, R"({"InvoiceID":")" + id + R"(","InvoiceDate":"2026-11-20"})"),
            "Period is closed: 2026 - 11");
  EXPECT_EQ(client.refusal(printed, R"({"InvoiceID":")" + id + R"(","InvoiceDate":"2035-01-01"})"),
            "Unknown: Financial year (Period-date table)");
  EXPECT_EQ(
      client.create(printed, R"({"InvoiceID":")" + id + R"(","InvoiceDate":"2026-12-01"})")["InvoiceID"].text_or(""),
      id);
}

TEST(SalesInvoices, DirectInvoicesNeedAWarehouseAndMoveStock) {
  TestClient client;
  const std::string warehouse = client.id(TableId::warehouses, "1");
  EXPECT_EQ(client.refusal(invoices, client.invoice_body("D", R"(,"Type":8023)")), "Mandatory: Warehouse");
  EXPECT_EQ(client.refusal(invoices, client.invoice_body("D", R"(,"Warehouse":")" + warehouse + "\"")),
            "Not allowed: Warehouse");
  const auto stock = [&client] {
    return client.query("inventory/ItemWarehouses", "Item eq guid'" + client.item("WM-0001") + "'")
        .at(0)["CurrentStock"]
        .text_or("");
  };
  const std::string body = client.invoice_body("D", R"(,"Type":8023,"Warehouse":")" + warehouse + "\"");
  const std::string id = client.create(invoices, body)["InvoiceID"].text_or("");
  EXPECT_EQ(stock(), "998");
  client.create(invoices, client.invoice_body("D", R"(,"Type":8024,"Warehouse":")" + warehouse + "\""));
  EXPECT_EQ(stock(), "1000");
  EXPECT_EQ(client.call("DELETE", std::string(invoices) + "(guid'" + id + "')").status, 204);
  EXPECT_EQ(stock(), "1002");
  client.service().switches().negative_stock = false;
  std::string greedy = body;
  greedy.replace(greedy.find("\"Quantity\":2"), 12, "\"Quantity\":2000");
  EXPECT_EQ(client.refusal(invoices, greedy), "Not enough stock: Item");
  client.service().switches().edition = Edition::sales_orders;
  EXPECT_EQ(client.refusal(invoices, body), "Invalid: Type");
}

TEST(SalesInvoices, CreditNotesAreBookedReversed) {
  TestClient client;
  const std::string id = client.create(invoices, client.invoice_body("C", R"(,"Type":8021)"))["InvoiceID"].text_or("");
  client.create("salesinvoice/PrintedSalesInvoices", R"({"InvoiceID":")" + id + "\"}");
  EXPECT_EQ(client.query("salesentry/SalesEntries", "YourRef eq 'C'").at(0)["AmountFC"].text_or(""), "-29.99");
  EXPECT_EQ(client.query("salesentry/SalesEntries", "YourRef eq 'C'").at(0)["Type"].integer(), 21);
}

TEST(SalesInvoices, LinesCanBeAddedChangedAndRemovedWhileOpen) {
  TestClient client;
  const std::string id = client.create(invoices, client.invoice_body("L"))["InvoiceID"].text_or("");
  const json::Value line =
      client.create("salesinvoice/SalesInvoiceLines", R"({"InvoiceID":")" + id + R"(","Item":")" +
                                                          client.item("SHIPPING") + R"(","Quantity":1,"NetPrice":5})");
  const auto total = [&] {
    return client.query(invoices, "InvoiceID eq guid'" + id + "'").at(0)["AmountFC"].text_or("");
  };
  EXPECT_EQ(line["LineNumber"].integer(), 3);
  EXPECT_EQ(total(), "34.99");
  const std::string address = "salesinvoice/SalesInvoiceLines(guid'" + line["ID"].text_or("") + "')";
  EXPECT_EQ(client.call("PUT", address, R"({"NetPrice":6.5})").status, 204);
  EXPECT_EQ(total(), "36.49");
  EXPECT_EQ(client.call("DELETE", address).status, 204);
  EXPECT_EQ(total(), "29.99");
  EXPECT_EQ(client.call("PUT", std::string(invoices) + "(guid'" + id + "')", R"({"YourRef":"L2"})").status, 204);
  EXPECT_EQ(client.query(invoices, "YourRef eq 'L2'").size(), 1U);
  EXPECT_EQ(client.query(invoices, "YourRef eq 'L'").size(), 0U);
}

TEST(SalesInvoices, ForeignCurrencyIsConverted) {
  TestClient client;
  const json::Value invoice = client.create(invoices, client.invoice_body("U", R"(,"Currency":"USD")"));
  EXPECT_EQ(invoice["AmountFC"].text_or(""), "29.99");
  EXPECT_EQ(invoice["AmountDC"].text_or(""), "27.59");
}

TEST(SalesInvoices, AbsurdAmountsAreRefused) {
  TestClient client;
  std::string body = client.invoice_body("A");
  body.replace(body.find("12.5"), 4, "999999999");
  body.replace(body.find("\"Quantity\":2"), 12, "\"Quantity\":99999999");
  EXPECT_EQ(client.refusal(invoices, body), "Invalid: Amount");
  EXPECT_EQ(client.books().table(TableId::sales_invoices).live(), 0U);
}

}  // namespace sales_invoices_test
}  // namespace connector::sandbox::exact
