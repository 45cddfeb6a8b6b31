#include <algorithm>

#include "sandbox/exact/exact_test_client.h"
#include "sandbox/exact/query_execution.h"

namespace connector::sandbox::exact {
namespace odata_query_test {

constexpr const char* items = "logistics/Items";

/// Codes of the items that a filter finds, joined by blanks.
std::string codes(TestClient& client, const std::string& filter, const std::string& more = {}) {
  const json::Value found = client.query(items, filter, "&$select=Code" + more);
  std::string text;
  for (const json::Value& item : found.array()) text += (text.empty() ? "" : " ") + item["Code"].text_or("?");
  return text;
}

TEST(ODataQuery, OperatorsAndFunctions) {
  TestClient client({.minute_limit = 0});
  EXPECT_EQ(codes(client, "Code eq 'WM-0007'"), "WM-0007");
  EXPECT_EQ(codes(client, "Code eq 'WM-0007' or Code eq 'WM-0003'"), "WM-0003 WM-0007");
  EXPECT_EQ(codes(client, "Code gt 'WM-0048'"), "WM-0049 WM-0050");
  EXPECT_EQ(codes(client, "startswith(Code,'WM-000') and not (Code ge 'WM-0003')"), "WM-0001 WM-0002");
  EXPECT_EQ(codes(client, "startswith(Code,'WM-000') eq true and Code le 'WM-0002'"), "WM-0001 WM-0002");
  EXPECT_EQ(codes(client, "substringof('004', Code) and endswith(Code, '9')"), "WM-0049");
  EXPECT_EQ(codes(client, "tolower(Code) eq 'tax'"), "TAX");
  EXPECT_EQ(codes(client, "IsStockItem eq false and length(Code) eq 3"), "FEE TAX");
  EXPECT_EQ(codes(client, "IsSalesItem eq 0"), "BOX-01");
  EXPECT_EQ(codes(client, "Barcode eq null and Code ne 'FEE'"), "SHIPPING DISCOUNT TAX BOX-01");
  EXPECT_EQ(codes(client, "ID eq guid'" + client.item("WM-0011") + "'"), "WM-0011");
  EXPECT_EQ(codes(client, "Created ge datetime'2030-01-01'"), "");
  EXPECT_EQ(codes(client, "Code eq 'WM-0001' and Modified lt datetime'2025-01-01T00:00:00'"), "WM-0001");
}

TEST(ODataQuery, QuotesAreDoubledInText) {
  TestClient client;
  client.create(items, R"({"Code":"O'BRIEN","Description":"it's"})");
  EXPECT_EQ(codes(client, "Code eq 'O''BRIEN'"), "O'BRIEN");
}

TEST(ODataQuery, BadExpressionsAreBadRequests) {
  TestClient client({.errors_per_hour = 0});
  const auto error = [&](const std::string& filter) {
    const auto answer = client.get(std::string(items) + "?$filter=" + ports::percent_encode(filter));
    EXPECT_EQ(answer.status, 400) << filter;
    return TestClient::message(answer);
  };
  EXPECT_NE(error("Nonsense eq 1").find("No property 'Nonsense' exists"), std::string::npos);
  EXPECT_NE(error("ID eq 'x'").find("incompatible with operand types"), std::string::npos);
  EXPECT_NE(error("Code eq").find("Syntax error"), std::string::npos);
  EXPECT_NE(error("Code eq 'x").find("unterminated string literal"), std::string::npos);
  EXPECT_NE(error("Code eq 'x')").find("Syntax error"), std::string::npos);
  EXPECT_NE(error("ID eq guid'zzz'").find("Unrecognized 'guid' literal"), std::string::npos);
  EXPECT_NE(error(std::string(10'000, '(')).find("Recursion limit"), std::string::npos);
  EXPECT_EQ(client.get(std::string(items) + "?$filter=Code+eq+'a'&$select=Nope").status, 400);
  EXPECT_EQ(client.get(std::string(items) + "?$filter=Code+eq+'a'&$top=x").status, 400);
  EXPECT_EQ(client.get(std::string(items) + "?$filter=Code+eq+'a'&$wrong=1").status, 400);
}

TEST(ODataQuery, PagesOfSixtyFollowTheNextLink) {
  TestClient client;
  for (int i = 0; i < 130; ++i) {
    client.create("hrm/Costcenters", R"({"Code":"C)" + std::to_string(1000 + i) + R"(","Description":"d"})");
    client.pass(std::chrono::minutes{1});
    if (i % 9 == 8) client.pass(std::chrono::seconds{0});
    if (i % 9 == 8) client.sign_in();
  }
  std::string target = "/api/v1/499156/hrm/Costcenters?$select=Code&$filter=startswith(Code,'C1')";
  std::vector<std::string> seen;
  std::vector<std::size_t> pages;
  while (!target.empty()) {
    const auto answer = client.raw("GET", target, {}, client.headers());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::Value data = (*json::parse(answer.body))["d"];
    pages.push_back(data["results"].size());
    for (const json::Value& center : data["results"].array()) seen.push_back(center["Code"].text_or(""));
    const std::string next = data["__next"].text_or("");
    target = next.empty() ? "" : next.substr(next.find("/api/"));
  }
  EXPECT_EQ(pages, (std::vector<std::size_t>{60, 60, 10}));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.size(), 130U);
}

TEST(ODataQuery, OrderTopSkipAndCount) {
  TestClient client;
  EXPECT_EQ(codes(client, "startswith(Code,'WM-')", "&$orderby=Code%20desc&$top=2"), "WM-0050 WM-0049");
  EXPECT_EQ(codes(client, "startswith(Code,'WM-')", "&$orderby=Code&$top=2&$skip=3"), "WM-0004 WM-0005");
  const auto answer = client.get(std::string(items) + "?$filter=IsStockItem+eq+true&$top=1&$inlinecount=allpages");
  EXPECT_EQ((*json::parse(answer.body))["d"]["__count"].text_or(""), "51");
  EXPECT_EQ(client.get(std::string(items) + "/$count?$filter=IsStockItem+eq+true").body, "51");
}

TEST(ODataQuery, OrderedPagesContinueAfterTheToken) {
  TestClient client;
  std::string target =
      "/api/v1/499156/financial/FinancialPeriods?$select=FinYear,FinPeriod&$orderby=FinPeriod%20desc,FinYear";
  std::vector<std::int64_t> keys;
  while (!target.empty()) {
    const auto answer = client.raw("GET", target, {}, client.headers());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::Value data = (*json::parse(answer.body))["d"];
    for (const json::Value& period : data["results"].array()) {
      keys.push_back(-10'000 * period["FinPeriod"].integer().value_or(0) + period["FinYear"].integer().value_or(0));
    }
    const std::string next = data["__next"].text_or("");
    target = next.empty() ? "" : next.substr(next.find("/api/"));
  }
  EXPECT_EQ(keys.size(), 84U);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(ODataQuery, ExpandShowsLinesAndSelectsInThem) {
  TestClient client;
  const std::string id = client.create("salesinvoice/SalesInvoices", client.invoice_body("E"))["InvoiceID"].text_or("");
  const json::Value invoice = client
                                  .query("salesinvoice/SalesInvoices", "InvoiceID eq guid'" + id + "'",
                                         "&$select=YourRef,SalesInvoiceLines/AmountFC&$expand=SalesInvoiceLines")
                                  .at(0);
  EXPECT_EQ(invoice["SalesInvoiceLines"]["results"].size(), 2U);
  EXPECT_EQ(invoice["SalesInvoiceLines"]["results"].at(1)["AmountFC"].text_or(""), "4.99");
  EXPECT_FALSE(invoice["SalesInvoiceLines"]["results"].at(1).contains("ItemCode"));
  const auto lines = client.get("salesinvoice/SalesInvoices(guid'" + id + "')/SalesInvoiceLines?$select=ID");
  EXPECT_EQ((*json::parse(lines.body))["d"]["results"].size(), 2U);
}

TEST(ODataQuery, MandatoryOptionsHaveTheirExactTexts) {
  TestClient client({.errors_per_hour = 0});
  EXPECT_EQ(TestClient::message(client.get("logistics/SalesItemPrices")),
            "Please add a $select or a $top=1 statement to the query string.");
  EXPECT_EQ(client.get("logistics/SalesItemPrices?$top=1").status, 200);
  EXPECT_EQ(client.get("bulk/Financial/GLAccounts").status, 400);
  EXPECT_EQ(client.get("bulk/Financial/GLAccounts?$select=ID").status, 200);
  const std::string text = TestClient::message(client.get("crm/Accounts?$select=ID"));
  EXPECT_EQ(text.rfind("This endpoint has mandatory filtering applied. A GET request for this endpoint must have a "
                       "$filter parameter with one of the following fields in the url:Accountant,AccountManager,",
                       0),
            0U);
  EXPECT_EQ(client.get("crm/Accounts?$select=ID&$filter=Modified+ge+datetime'2020-01-01'").status, 200);
}

TEST(ODataQuery, CodesArePaddedOnTheWire) {
  TestClient client;
  EXPECT_EQ(client.query("crm/Accounts", "Code eq '1001'").size(), 0U);
  EXPECT_EQ(client.query("crm/Accounts", "Code eq '              1001'").at(0)["Code"].text_or(""),
            "              1001");
  EXPECT_EQ(client.query("crm/Accounts", "trim(Code) eq '1001'").at(0)["Country"].text_or(""), "US ");
}

TEST(ODataQuery, EqualityOnKeysAndReferencesNeedsNoScan) {
  TestClient client;
  for (int i = 0; i < 20; ++i)
    client.create("salesinvoice/SalesInvoices", client.invoice_body("R" + std::to_string(i)));
  const Resource* invoices = find_resource("salesinvoice/SalesInvoices");
  ASSERT_NE(invoices, nullptr);
  const auto narrowed = [&](const std::string& filter) {
    const FilterResult parsed = parse_filter(filter, *invoices->type, client.books());
    EXPECT_EQ(parsed.error, "");
    const auto rows = narrow(client.books(), *invoices, *parsed.expression);
    return rows ? static_cast<int>(rows->size()) : -1;
  };
  EXPECT_EQ(narrowed("YourRef eq 'R3'"), 1);
  EXPECT_EQ(narrowed("'R3' eq YourRef"), 1);
  EXPECT_EQ(narrowed("(YourRef eq 'R3' or YourRef eq 'R4') and Status eq 20"), 2);
  EXPECT_EQ(narrowed("OrderNumber eq 5"), 1);
  EXPECT_EQ(narrowed("YourRef eq 'R3' or Status eq 20"), -1);
  EXPECT_EQ(narrowed("YourRef ne 'R3'"), -1);
}

ports::HttpResponse without_accept(TestClient& client, std::string method, const std::string& path,
                                   std::string body = {}) {
  return client.raw(std::move(method), path, std::move(body),
                    {{"Authorization", "Bearer " + client.access_token}, {"Prefer", "return=representation"}});
}

std::string media_type(const ports::HttpResponse& answer) {
  return std::string(ports::find_header(answer.headers, "Content-Type").value_or(""));
}

TEST(ODataQuery, WithoutAnAcceptHeaderTheAnswerIsAtomWithTheSameContent) {
  TestClient client;
  const auto me = without_accept(client, "GET", "/api/v1/current/Me?$select=CurrentDivision");
  EXPECT_EQ(me.status, 200);
  EXPECT_EQ(media_type(me), "application/atom+xml;type=feed;charset=utf-8");
  EXPECT_EQ(me.body.rfind("<?xml", 0), 0U);
  EXPECT_NE(me.body.find("<d:CurrentDivision m:type=\"Edm.Int32\">499156</d:CurrentDivision>"), std::string::npos);
  const auto created = without_accept(client, "POST", "/api/v1/499156/crm/Accounts", R"({"Name":"A & B <C>"})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(media_type(created), "application/atom+xml;type=entry;charset=utf-8");
  EXPECT_NE(created.body.find("<d:Name>A &amp; B &lt;C&gt;</d:Name>"), std::string::npos);
  EXPECT_NE(created.body.find("<d:Created m:type=\"Edm.DateTime\">2026-11-23T10:00:00"), std::string::npos);
  EXPECT_NE(created.body.find("<d:Parent m:type=\"Edm.Guid\" m:null=\"true\" />"), std::string::npos);
  const auto feed = without_accept(client, "GET", "/api/v1/499156/crm/Accounts?$filter=Status+eq+'C'&$top=1");
  EXPECT_NE(feed.body.find("<entry><id>https://start.exactonline.nl/api/v1/499156/crm/Accounts(guid'"),
            std::string::npos);
}

TEST(ODataQuery, AtomHasErrorsNextPagesAndExpandedLinesToo) {
  TestClient client;
  const auto refused = without_accept(client, "GET", "/api/v1/499156/crm/Accounts?$top=1");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(media_type(refused), "application/xml;charset=utf-8");
  EXPECT_NE(refused.body.find("<message xml:lang=\"\">This endpoint has mandatory filtering"), std::string::npos);
  const auto page = without_accept(client, "GET", "/api/v1/499156/financial/FinancialPeriods?$inlinecount=allpages");
  EXPECT_NE(page.body.find("<m:count>"), std::string::npos);
  client.create("salesinvoice/SalesInvoices", client.invoice_body("ATOM"));
  const auto expanded = without_accept(
      client, "GET", "/api/v1/499156/salesinvoice/SalesInvoices?$filter=YourRef+eq+'ATOM'&$expand=SalesInvoiceLines");
  EXPECT_NE(expanded.body.find("<m:inline><feed"), std::string::npos);
  EXPECT_NE(expanded.body.find("<d:Quantity m:type=\"Edm.Double\">2</d:Quantity>"), std::string::npos);
}

}  // namespace odata_query_test
}  // namespace connector::sandbox::exact
