#include "flows/document_comparison.h"

#include <gtest/gtest.h>

#include "domain/period_calendar.h"
#include "flows/document_json.h"

namespace connector::flows {
namespace document_comparison_test {

MadeDocument made_invoice() {
  MadeDocument made;
  made.posting.kind = domain::PostingKind::sales_invoice;
  made.posting.reference = "WM-1";
  made.posting.total = *domain::Decimal::parse("13.50");
  made.posting.body = R"({"OrderedBy":"C0FFEE","YourRef":"WM-1","Description":"Order 1","Currency":"USD",
    "SalesInvoiceLines":[
      {"Item":"item-1","Quantity":2,"UnitPrice":5.00,"NetPrice":5.00,"VATCode":"1","GLAccount":"account-1"},
      {"Item":"item-2","Quantity":1,"UnitPrice":3.50,"NetPrice":3.50,"VATCode":"1","CostCenter":"WM"}]})";
  return made;
}

/// As Exact tells it: other order, padded codes, another case, floating-point numbers, what it filled in itself.
json::Value held() {
  return *json::parse(R"({"OrderedBy":"c0ffee","YourRef":"WM-1","Description":"Order 1","Currency":"USD ","Status":50,
    "AmountFC":14.0,"AmountFCExclVat":13.5,"Lines":[
      {"Item":"ITEM-2","Quantity":1.0,"NetPrice":3.5000001,"VATCode":"1  ","CostCenter":"WM ","GLAccount":"account-9"},
      {"Item":"item-1","Quantity":2.0,"NetPrice":5.0,"VATCode":"1","GLAccount":"account-1","CostCenter":"X"}]})");
}

json::Value with_line(std::size_t index, const char* name, json::Value value) {
  json::Value changed = held();
  json::Array lines = changed["Lines"].array();
  lines[index].set(name, std::move(value));
  changed.set("Lines", json::Value(std::move(lines)));
  return changed;
}

json::Value number(const char* text) { return json::Value(json::Number{text}); }

TEST(DocumentComparison, WhatExactWritesInItsOwnWayIsNoDifference) {
  EXPECT_EQ(difference_of(made_invoice(), held()), "");
  json::Value negative = with_line(0, "Quantity", number("-1.0"));
  EXPECT_EQ(difference_of(made_invoice(), negative), "") << "the sign of credit notes is Exact's choice";
  json::Value cut = held();
  cut.set("Description", "Order");
  EXPECT_EQ(difference_of(made_invoice(), cut), "") << "Exact may cut a text short";
}

TEST(DocumentComparison, EveryPropertyThatTheConnectorStatedCounts) {
  const auto expect = [](const json::Value& now, const char* part) {
    const std::string found = difference_of(made_invoice(), now);
    EXPECT_NE(found.find(part), std::string::npos) << part << " in: " << found;
  };
  expect(with_line(1, "Quantity", number("3.0")), "line 1 has quantity 3.0 instead of 2");
  expect(with_line(0, "NetPrice", number("3.49")), "line 2 has price 3.49 instead of 3.5");
  expect(with_line(1, "GLAccount", "account-2"), "line 1 has another G/L account");
  expect(with_line(0, "CostCenter", json::Value()), "line 2 has another cost center");
  expect(with_line(0, "VATCode", "2"), "line 2 has another VAT code");
  expect(with_line(0, "Item", "item-3"), "line 2 has another item");
  for (const auto& [name, part] :
       {std::pair("YourRef", "its reference is \"other\""), std::pair("OrderedBy", "another customer"),
        std::pair("Currency", "another currency"), std::pair("Description", "another description")}) {
    json::Value changed = held();
    changed.set(name, "other");
    expect(changed, part);
  }
  json::Value amount = held();
  amount.set("AmountFCExclVat", number("13.4"));
  expect(amount, "it amounts to 14.0 instead of 13.5");
  json::Value fewer = held();
  fewer.set("Lines", json::Value(json::Array{held()["Lines"].at(0)}));
  expect(fewer, "it has 1 lines instead of 2");
}

/// Exact states the lines of an invoice that it makes of a sales order; what they must hold was planned.
TEST(DocumentComparison, AnInvoiceOfASalesOrderHoldsWhatWasPlannedHoweverItsLinesAreCut) {
  domain::Document planned;
  planned.kind = domain::PostingKind::sales_invoice;
  const auto add = [&planned](const char* item, std::int64_t quantity, const char* price) {
    domain::DocumentLine line;
    line.exact_item = item;
    line.quantity = domain::Decimal::from_integer(quantity);
    line.unit_price = *domain::Decimal::parse(price);
    planned.lines.push_back(line);
  };
  add("MUG", 2, "5.00");
  add("MUG", 1, "5.00");
  add("MUG", 1, "4.99");
  add("LAMP", 1, "3.50");
  MadeDocument made;
  made.posting.kind = domain::PostingKind::sales_invoice;
  made.posting.total = *domain::Decimal::parse("23.49");
  made.posting.body = R"({"SalesOrderIDs":[{"ID":"order-1"}]})";
  made.posting.document = json::write(to_json(planned));
  made.items = {{"MUG", "item-1"}, {"LAMP", "item-2"}};
  const auto found = [&made](const char* lines) {
    json::Value held = *json::parse(R"({"YourRef":"WM-1-O","Status":20,"AmountFC":23.49,"AmountFCExclVat":23.49})");
    held.set("Lines", *json::parse(lines));
    return difference_of(made, held);
  };
  EXPECT_EQ(found(R"([{"Item":"ITEM-2","Quantity":1.0,"NetPrice":3.5},{"Item":"item-1","Quantity":3.0,"NetPrice":5.0},
                      {"Item":"item-1","Quantity":1.0,"NetPrice":4.99}])"),
            "");
  EXPECT_EQ(
      found(R"([{"Item":"item-2","Quantity":1,"NetPrice":3.5},{"Item":"item-1","Quantity":4,"NetPrice":4.9975}])"),
      "item MUG has quantity 4 instead of 3");
  EXPECT_EQ(found(R"([{"Item":"item-2","Quantity":2,"NetPrice":1.75},{"Item":"item-1","Quantity":3,"NetPrice":5},
                      {"Item":"item-1","Quantity":1,"NetPrice":4.99}])"),
            "item LAMP has price 1.75 instead of 3.5");
  EXPECT_EQ(found(R"([{"Item":"item-9","Quantity":1,"NetPrice":3.5},{"Item":"item-1","Quantity":3,"NetPrice":5},
                      {"Item":"item-1","Quantity":1,"NetPrice":4.99}])"),
            "it has a line with another item");
  EXPECT_EQ(found(R"([{"Item":"item-1","Quantity":3,"NetPrice":5},{"Item":"item-1","Quantity":1,"NetPrice":4.99}])"),
            "item LAMP has quantity 0 instead of 1");
  made.items.erase("LAMP");
  EXPECT_EQ(found("[]"), "") << "without the ids of its items nothing is said of its lines";
}

TEST(DocumentComparison, VatOnTopOfThePricesIsSaid) {
  const auto found = [](const char* header, const char* planned) {
    return added_vat(*json::parse(header), *domain::Decimal::parse(planned)).message;
  };
  const std::string said = found(R"({"AmountFC":603.93,"AmountFCExclVat":499.11})", "499.11");
  EXPECT_NE(said.find("amounts to 603.93 instead of 499.11"), std::string::npos) << said;
  EXPECT_NE(found(R"({"AmountFC":-12.1,"AmountFCExclVat":-10})", "10"), "") << "a credit note";
  EXPECT_EQ(found(R"({"AmountFC":499.11,"AmountFCExclVat":412.49})", "499.11"), "") << "the prices include it";
  EXPECT_EQ(found(R"({"AmountFC":499.110000001,"AmountFCExclVat":499.11})", "499.11"), "");
  EXPECT_EQ(found(R"({"AmountFC":0,"AmountFCExclVat":499.11})", "499.11"), "") << "not reckoned yet";
  EXPECT_EQ(found(R"({"AmountFCExclVat":499.11})", "499.11"), "");
  EXPECT_EQ(found(R"({"AmountFC":500,"AmountFCExclVat":490})", "499.11"), "") << "another amount altogether";
}

TEST(DocumentComparison, TheReasonForAnotherDateIsTheConnectorsOwnText) {
  domain::Document processing;
  processing.kind = domain::PostingKind::invoice_processing;
  processing.description = "Order 1";
  processing.date = domain::Date{std::chrono::year{2026} / 10 / 31};
  processing.posting_date = domain::Date{std::chrono::year{2026} / 11 / 1};
  MadeDocument made = made_invoice();
  store::PostingRow row;
  row.kind = domain::PostingKind::invoice_processing;
  row.document = json::write(to_json(processing));
  json::Value told = held();
  told.set("Description", domain::description_in_exact(processing));
  ASSERT_NE(domain::description_in_exact(processing), "Order 1");
  EXPECT_NE(difference_of(made, told), "");
  made.since.push_back(row);
  EXPECT_EQ(difference_of(made, told), "");
}

}  // namespace document_comparison_test
}  // namespace connector::flows
