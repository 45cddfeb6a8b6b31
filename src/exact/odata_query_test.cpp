#include "exact/odata_query.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "ports/http.h"

namespace connector::exact {
namespace odata_query_test {

TEST(ODataFilter, LiteralsCannotBeBrokenOutOf) {
  EXPECT_EQ(ODataFilter::equals("YourRef", "O'Brien' or 1 eq 1").text(), "YourRef eq 'O''Brien'' or 1 eq 1'");
  EXPECT_EQ(ODataFilter::equals_guid("ID", "0df3ccec-5a6e-4b4f-8a7e-1a2b3c4d5e6f' or true").text(),
            "ID eq guid'0df3ccec-5a6e-4b4f-8a7e-1a2b3c4d5e6fe'");
  EXPECT_EQ(ODataFilter::starts_with("Code", "A'").text(), "startswith(Code,'A''') eq true");
}

TEST(ODataFilter, WritesEveryLiteralType) {
  const auto time = *domain::parse_iso8601("2026-11-01T10:00:00.250Z");
  EXPECT_EQ(ODataFilter::equals_number("OrderNumber", -7).text(), "OrderNumber eq -7");
  EXPECT_EQ(ODataFilter::between("OrderNumber", -7, 12).text(), "OrderNumber ge -7 and OrderNumber le 12");
  EXPECT_EQ(ODataFilter::at_least("Modified", time).text(), "Modified ge datetime'2026-11-01T10:00:00'");
  EXPECT_EQ(ODataFilter::greater_than_timestamp("Timestamp", 12).text(), "Timestamp gt 12L");
}

TEST(ODataFilter, AlternativesAreBracketedOnlyInsideConjunctions) {
  const auto a = ODataFilter::equals("A", "1");
  const auto b = ODataFilter::equals("B", "2");
  const auto c = ODataFilter::equals("C", "3");
  EXPECT_EQ((a || b || c).text(), "A eq '1' or B eq '2' or C eq '3'");
  EXPECT_EQ(((a || b) && c).text(), "(A eq '1' or B eq '2') and C eq '3'");
  EXPECT_EQ((c && (a || b)).text(), "C eq '3' and (A eq '1' or B eq '2')");
  EXPECT_EQ(((a && b) || c).text(), "A eq '1' and B eq '2' or C eq '3'");
}

TEST(ODataQuery, PercentEncodesItsOptions) {
  ODataQuery query("salesorder/SalesOrders");
  query.select({"OrderID", "YourRef"}).filter(ODataFilter::equals("YourRef", "WM-1&2")).expand("SalesOrderLines");
  query.order_by("OrderNumber", true).top(10).skip(20);
  EXPECT_EQ(query.path_and_query(),
            "salesorder/SalesOrders?$select=OrderID%2CYourRef&$filter=YourRef%20eq%20%27WM-1%262%27"
            "&$expand=SalesOrderLines&$orderby=OrderNumber%20desc&$top=10&$skip=20");
  EXPECT_EQ(ODataQuery("current/Me").path_and_query(), "current/Me");
  ODataQuery result("read/salesinvoice/InvoiceSalesOrderResult");
  EXPECT_EQ(result.guid_parameter("ProcessID", "ab-1").path_and_query(),
            "read/salesinvoice/InvoiceSalesOrderResult?ProcessID=guid%27ab-1%27");
  EXPECT_EQ(entity_address("salesorder/SalesOrders", "ab-1"), "salesorder/SalesOrders(guid'ab-1')");
}

TEST(ODataQuery, AnyTextArrivesAsItWasMeant) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    ODataQuery query("crm/Accounts");
    query.filter(ODataFilter::equals("Name", text)).top(1);
    const std::string path = query.path_and_query();
    RC_ASSERT(
        std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < 127 && c != '\'' && c != '#'; }));
    const auto options = ports::parse_query(std::string_view(path).substr(path.find('?') + 1));
    RC_ASSERT(options.size() == 2U);
    std::string literal = options.front().second;
    RC_ASSERT(literal.starts_with("Name eq '") && literal.ends_with('\''));
    // Read back by the rule of OData: a quote inside is doubled.
    literal = literal.substr(9, literal.size() - 10);
    std::string read;
    for (std::size_t at = 0; at < literal.size(); ++at) {
      if (literal[at] == '\'') RC_ASSERT(literal.at(++at) == '\'');
      read.push_back(literal[at]);
    }
    RC_ASSERT(read == text);
  }));
}

}  // namespace odata_query_test
}  // namespace connector::exact
