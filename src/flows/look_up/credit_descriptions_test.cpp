#include "flows/look_up/credit_descriptions.h"

#include <gtest/gtest.h>

#include "flows/document_json.h"

namespace connector::flows {
namespace credit_descriptions_test {

store::PostingRow planned(const std::string& description) {
  domain::Document document;
  document.kind = domain::PostingKind::credit_memo;
  document.description = description;
  store::PostingRow row;
  row.document = json::write(to_json(document));
  return row;
}

json::Value held(const std::string& description) {
  json::Value invoice{json::Object{}};
  invoice.set("Description", description);
  return invoice;
}

TEST(CreditDescriptions, AMovedDateIsTheSameRefundAndALongerReferenceIsNot) {
  const auto row = planned("Walmart return R1 of order 1, corrects WM-1-1");
  EXPECT_TRUE(has_description_of(held("Walmart return R1 of order 1, corrects WM-1-1"), row));
  EXPECT_TRUE(
      has_description_of(held("Walmart return R1 of order 1, corrects WM-1-1 (of 2026-11-23, dated ...)"), row));
  EXPECT_FALSE(has_description_of(held("Walmart return R1 of order 1, corrects WM-1-10"), row));
  EXPECT_FALSE(has_description_of(held(""), planned(""))) << "two without words are not known to be one";
}

TEST(CreditDescriptions, OnlyTwoNamedReturnsCanDiffer) {
  const auto row = planned("Walmart return R1 of order 1, corrects WM-1-1");
  EXPECT_TRUE(names_another_return(held("Walmart return R2 of order 1, corrects WM-1-1"), row));
  EXPECT_TRUE(names_another_return(held("Walmart return R10 of order 1"), row));
  EXPECT_FALSE(names_another_return(held("Walmart return R1 of order 1, corrects WM-1-2"), row));
  EXPECT_FALSE(names_another_return(held("Walmart refund of order 1"), row));
  EXPECT_FALSE(names_another_return(held("Walmart return of a broken cup"), row)) << "a person's words";
  EXPECT_FALSE(names_another_return(held("Walmart return R2 of order 1"), planned("Walmart refund of order 1")));
}

store::PostingRow with_body(store::PostingRow row, const char* body) {
  row.source_id = "1";
  row.body = body;
  return row;
}

json::Value of_type(json::Value invoice, int type) {
  invoice.set("Type", type);
  return invoice;
}

TEST(CreditDescriptions, MoneyThatTheOrderToldIsItsReturnOnlyOfOneUnitThatStaysAway) {
  const auto one_unit = with_body(planned("Walmart return R1 of order 1, corrects WM-1-1"),
                                  R"({"Type":8021,"SalesInvoiceLines":[{"Quantity":1},{"Quantity":-1}]})");
  const auto two_units = with_body(planned("Walmart return R1 of order 1, corrects WM-1-1"),
                                   R"({"Type":8021,"SalesInvoiceLines":[{"Quantity":1},{"Quantity":2}]})");
  const auto told = of_type(held("Walmart refund of order 1, corrects WM-1-1"), 8021);
  EXPECT_FALSE(may_differ_in_units(told, one_unit));
  EXPECT_TRUE(may_differ_in_units(told, two_units));
  EXPECT_TRUE(may_differ_in_units(of_type(told, 8024), one_unit)) << "one of them moves stock";
  EXPECT_FALSE(may_differ_in_units(of_type(held("Walmart return R1 of order 1"), 8021), two_units));
  EXPECT_FALSE(may_differ_in_units(of_type(held("Reworded by a person"), 8021), two_units));
  const auto of_order = with_body(planned("Walmart refund of order 1"), "{}");
  EXPECT_TRUE(may_differ_in_units(of_type(held("Walmart return R1 of order 1"), 8021), of_order));
  EXPECT_FALSE(may_differ_in_units(told, of_order));
}

}  // namespace credit_descriptions_test
}  // namespace connector::flows
