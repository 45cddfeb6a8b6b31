#include "flows/reconciliation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flows/document_json.h"
#include "flows/reconciliation_json.h"

namespace connector::flows {
namespace reconciliation_test {

using domain::Decimal;
using domain::PostingKind;
using store::PostingRow;
using store::PostingState;

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }
domain::Date date(std::string_view text) { return *domain::parse_date(text); }

domain::PurchaseOrder order(const std::string& id, std::string_view price, std::string_view tax = "0.80") {
  domain::PurchaseOrder made;
  made.purchase_order_id = id;
  made.order_time = *domain::parse_iso8601("2026-11-10T08:00:00Z");
  domain::OrderLine line;
  line.line_number = "1";
  line.sku = "A";
  line.quantity = Decimal::from_integer(2);
  line.charges = {{"PRODUCT", "ItemPrice", "USD", decimal(price), decimal(tax), "Tax1"}};
  domain::QuantityStatus left;
  left.status = domain::LineStatus::shipped;
  left.quantity = line.quantity;
  left.ship_time = *domain::parse_iso8601("2026-11-12T08:00:00Z");
  line.statuses = {left};
  made.lines = {line};
  return made;
}

BookedDocument booked(const std::string& order, std::string_view price, std::string_view day = "2026-11-12") {
  BookedDocument document;
  document.id = "guid-" + order;
  document.number = "26000" + order;
  document.reference = "WM-" + order;
  document.currency = "USD";
  document.order_date = date(day);
  document.lines = {{"A", Decimal::from_integer(2), decimal(price)}};
  return document;
}

PostingRow posting(const std::string& order, std::string_view price, PostingState state) {
  domain::Document document;
  document.key = "invoice/" + order + "/1";
  document.reference = "WM-" + order;
  domain::DocumentLine line;
  line.exact_item = line.sku = "A";
  line.quantity = Decimal::from_integer(2);
  line.amount = decimal(price);
  document.lines = {line};
  PostingRow row;
  row.key = document.key;
  row.source_id = order;
  row.kind = PostingKind::sales_invoice;
  row.state = state;
  row.reference = document.reference;
  row.document = json::write(to_json(document));
  row.document_date = "2026-11-12";
  if (state == PostingState::posted) row.target_id = "guid-" + order;
  return row;
}

class ReconciliationTest : public ::testing::Test {
 protected:
  ReconciliationTest() {
    input.period = {date("2026-11-01"), date("2026-11-30")};
    input.orders = {order("101", "20.00"), order("102", "30.00")};
    input.documents = {booked("101", "20.00"), booked("102", "30.00")};
    for (const char* id : {"101", "102"}) {
      input.postings[id] = {posting(id, id[2] == '1' ? "20.00" : "30.00", PostingState::posted)};
      input.order_states[id] = "open";
    }
  }

  /// "source cause" of every line that differs.
  std::vector<std::string> differences() {
    result = reconcile(input);
    std::vector<std::string> found;
    for (const auto& line : result.lines) {
      if (line.differs()) found.push_back(line.source + " " + line.cause);
    }
    EXPECT_EQ(result.balances(), found.empty());
    return found;
  }
  std::string explanation() const {
    for (const auto& line : result.lines) {
      if (line.differs()) return line.explanation;
    }
    return "";
  }

  ReconciliationInput input;
  Reconciliation result;
};

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ReconciliationTest, EqualBooksBalanceAndShowTheTaxLeftOut) {
  EXPECT_THAT(differences(), IsEmpty());
  ASSERT_EQ(result.currencies.size(), 1U);
  EXPECT_EQ(result.currencies[0].walmart_charged.to_string(), "51.6");
  EXPECT_EQ(result.currencies[0].tax_left_out.to_string(), "1.6");
  EXPECT_EQ(result.currencies[0].walmart.to_string(), "50");
  EXPECT_EQ(result.currencies[0].exact.to_string(), "50");
  EXPECT_EQ(result.orders, 2U);
  EXPECT_EQ(result.documents, 2U);
}

TEST_F(ReconciliationTest, ACentChangedInExactIsFoundAndNamed) {
  input.documents[1].lines[0].amount = decimal("29.99");
  EXPECT_THAT(differences(), ElementsAre("102 changed_in_exact"));
  EXPECT_THAT(explanation(), HasSubstr("26000102"));
  EXPECT_THAT(explanation(), HasSubstr("30.00, now 29.99"));
  EXPECT_EQ(result.currencies[0].explained.at("changed_in_exact").to_string(), "-0.01");
}

TEST_F(ReconciliationTest, OppositeChangesDoNotCancelEachOther) {
  input.documents[0].lines[0].amount = decimal("21.00");
  input.documents[1].lines[0].amount = decimal("29.00");
  EXPECT_EQ(differences().size(), 2U);
  EXPECT_TRUE(result.currencies[0].difference.is_zero());
}

TEST_F(ReconciliationTest, WhatIsMissingIsExplainedByTheConnectorsOwnBooks) {
  input.documents.pop_back();
  EXPECT_THAT(differences(), ElementsAre("102 deleted_in_exact"));
  input.postings["102"] = {posting("102", "30.00", PostingState::planned)};
  EXPECT_THAT(differences(), ElementsAre("102 not_posted_yet"));
  input.postings["102"].front().depends_on = "daily/2026-11-12/USD/1";
  EXPECT_THAT(differences(), ElementsAre("102 end_of_day"));
  input.postings["102"] = {posting("102", "30.00", PostingState::held)};
  input.postings["102"].front().cause = domain::Cause::missing_item;
  EXPECT_THAT(differences(), ElementsAre("102 held"));
  EXPECT_THAT(explanation(), HasSubstr("missing_item"));
  input.postings["102"] = {posting("102", "30.00", PostingState::skipped)};
  EXPECT_THAT(differences(), ElementsAre("102 skipped"));
  input.postings.erase("102");
  input.order_states.erase("102");
  EXPECT_THAT(differences(), ElementsAre("102 not_read_yet"));
}

TEST_F(ReconciliationTest, WhatIsOnItsWayIsNotBlamedOnWhatWasSkipped) {
  input.documents.pop_back();
  PostingRow first = posting("102", "30.00", PostingState::skipped);
  first.cause_detail = "made by hand in Exact";
  PostingRow second = posting("102", "30.00", PostingState::planned);
  second.key = "invoice/102/2";
  for (PostingRow* row : {&first, &second}) {
    row->currency = "USD";
    row->total = decimal("30.00");
  }
  input.postings["102"] = {first, second};
  EXPECT_THAT(differences(), ElementsAre("102 not_posted_yet")) << "Exact lacks just that";
  EXPECT_THAT(explanation(), HasSubstr("invoice/102/2"));
  input.postings["102"] = {second, first};
  EXPECT_THAT(differences(), ElementsAre("102 not_posted_yet"));
  second.total = decimal("12.00");
  input.postings["102"] = {first, second};
  EXPECT_THAT(differences(), ElementsAre("102 skipped"));
  first.document_date = "2026-10-31";
  input.postings["102"] = {first, second};
  EXPECT_THAT(differences(), ElementsAre("102 not_posted_yet")) << "what was skipped is of other days";
  PostingRow delivery = posting("102", "30.00", PostingState::skipped);
  delivery.kind = PostingKind::goods_delivery;
  input.postings["102"] = {delivery, second};
  EXPECT_THAT(differences(), ElementsAre("102 not_posted_yet")) << "deliveries are not compared";
}

TEST_F(ReconciliationTest, WhatExactHasTooMuchIsFound) {
  BookedDocument twin = booked("102", "30.00");
  twin.id = "guid-twin";
  input.documents.push_back(twin);
  EXPECT_THAT(differences(), ElementsAre("102 duplicate"));
  input.documents.back() = booked("999", "5.00");
  EXPECT_THAT(differences(), ElementsAre("999 unknown_order"));
}

TEST_F(ReconciliationTest, ADocumentOfAnotherPeriodIsNamed) {
  input.documents[1].processed = true;
  input.documents[1].invoice_date = date("2026-12-01");
  EXPECT_THAT(differences(), ElementsAre("102 other_period"));
  EXPECT_THAT(explanation(), HasSubstr("2026-12-01"));
}

TEST_F(ReconciliationTest, ARefundWithoutACreditMemoWaits) {
  input.orders[0].lines[0].refunds = {
      {"r1", "Damaged", {"PRODUCT", "ItemPrice", "USD", decimal("5.00"), std::nullopt, ""}}};
  EXPECT_THAT(differences(), ElementsAre("101 credit_waiting"));
  BookedDocument credit = booked("101", "5.00");
  credit.id = "guid-credit";
  credit.reference = "WM-101-C1";
  credit.credit = true;
  credit.lines[0].quantity = Decimal::from_integer(1);
  input.documents.push_back(credit);
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ReconciliationTest, ACentMayStandWithAnotherPartOfItsKit) {
  const Decimal three = Decimal::from_integer(3);
  input.mapping = domain::Mapping({},
                                  {{"KIT",
                                    {{"P", Decimal::from_integer(1), Decimal::from_integer(1)},
                                     {"Q", Decimal::from_integer(1), Decimal::from_integer(2)}}}},
                                  {}, {});
  input.orders[1].lines[0].sku = "KIT";
  input.orders[1].lines[0].quantity = input.orders[1].lines[0].statuses[0].quantity = three;
  input.documents[1].lines = {{"P", three, decimal("10.00")}, {"Q", three, decimal("20.00")}};
  PostingRow& row = input.postings["102"].front();
  const auto post = [&row](const char* p, const char* q) {
    auto document = *document_of(row);
    document.lines.resize(2, document.lines.front());
    document.lines[0].exact_item = "P";
    document.lines[0].amount = decimal(p);
    document.lines[1].exact_item = "Q";
    document.lines[1].amount = decimal(q);
    row.document = json::write(to_json(document));
  };
  post("10.00", "20.00");
  EXPECT_THAT(differences(), IsEmpty());
  // A sales order has three units at 3.33 and three at 6.67.
  input.documents[1].lines = {{"P", three, decimal("9.99")}, {"Q", three, decimal("20.01")}};
  EXPECT_EQ(differences().size(), 2U) << "a person changed what was posted otherwise";
  post("9.99", "20.01");
  EXPECT_THAT(differences(), IsEmpty());
  input.documents[1].lines[1].amount = decimal("20.02");
  post("9.99", "20.02");
  EXPECT_EQ(differences().size(), 2U) << "the sum is another";
  input.documents[1].lines = {{"P", three, decimal("9.90")}, {"Q", three, decimal("20.10")}};
  post("9.90", "20.10");
  EXPECT_EQ(differences().size(), 2U) << "more than cents";
}

/// One of the two pieces back, less a fee kept: 10.00 + 2.99 shipping - 1.50.
class ReconciledReturnTest : public ReconciliationTest {
 protected:
  ReconciledReturnTest() {
    input.mapping = domain::Mapping({mapped("@shipping", "SHIP"), mapped("@restocking_fee", "FEE")}, {}, {}, {});
    domain::OrderLine& line = input.orders[0].lines[0];
    line.charges.push_back({"SHIPPING", "Shipping", "USD", decimal("2.99"), std::nullopt, ""});
    input.documents[0].lines.push_back({"SHIP", Decimal::from_integer(1), decimal("2.99")});
    auto posted = document_of(input.postings["101"].front());
    posted->lines.push_back(posted->lines.front());
    posted->lines.back().exact_item = "SHIP";
    posted->lines.back().amount = decimal("2.99");
    input.postings["101"].front().document = json::write(to_json(*posted));
    domain::ReturnedLine returned;
    returned.return_id = "R1";
    returned.line_number = "1";
    returned.order_line_number = "1";
    returned.sku = "A";
    returned.currency = "USD";
    returned.quantity = returned.refunded = Decimal::from_integer(1);
    returned.charges = {{"PRODUCT", "ItemPrice", decimal("10.00"), decimal("0.40")},
                        {"SHIPPING", "Shipping", decimal("2.99"), Decimal()}};
    returned.totals = {{"lineRestockingFee", decimal("1.50")}};
    returned.status = "COMPLETED";
    returned.refund_time = domain::parse_iso8601("2026-11-20T08:00:00Z").value();
    input.orders[0].returns = {returned};
  }

  static domain::MappingRow mapped(const char* sku, const char* item) {
    domain::MappingRow row;
    row.sku = sku;
    row.exact_item = item;
    return row;
  }

  /// As posted; `sign` is that of the lines that give money back.
  void credit(int sign) {
    BookedDocument made = booked("101", "10.00");
    made.id = "guid-credit";
    made.reference = "WM-101-C1";
    made.credit = true;
    made.lines = {{"A", Decimal::from_integer(sign), decimal("10.00")},
                  {"SHIP", Decimal::from_integer(sign), decimal("2.99")},
                  {"FEE", Decimal::from_integer(1), decimal("-1.50")}};
    for (BookedLine& line : made.lines) line.amount = line.amount * Decimal::from_integer(sign);
    input.documents.push_back(made);
  }
};

TEST_F(ReconciledReturnTest, IsMatchedWithItsCreditMemo) {
  EXPECT_THAT(differences(), testing::Each("101 credit_waiting"));
  EXPECT_EQ(result.currencies[0].difference.to_string(), "11.49");
  credit(1);
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(result.currencies[0].walmart_charged.to_string(), "42.7");
  EXPECT_EQ(result.currencies[0].tax_left_out.to_string(), "1.2");
  EXPECT_EQ(result.currencies[0].walmart.to_string(), "41.5");
}

TEST_F(ReconciledReturnTest, IsMatchedWhicheverSignTheCreditMemoIsToldWith) {
  credit(-1);
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ReconciledReturnTest, ACentMoreIsFound) {
  credit(1);
  input.documents.back().lines[2].amount = decimal("-1.49");
  EXPECT_THAT(differences(), testing::SizeIs(1));
  EXPECT_EQ(result.currencies[0].difference.to_string(), "-0.01");
}

TEST_F(ReconciledReturnTest, AFeeThatKeepsAllLeavesTheSignToTheFirstLine) {
  input.orders[0].returns[0].totals = {{"lineRestockingFee", decimal("12.99")}};
  credit(1);
  input.documents.back().lines[2].amount = decimal("-12.99");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(ReconciledReturnTest, WhatExceedsTheInvoicesIsDueAllTheSame) {
  input.orders[0].lines[0].refunds = {
      {"r1", "Goodwill", {"PRODUCT", "ItemPrice", "USD", decimal("19.00"), std::nullopt, ""}}};
  EXPECT_FALSE(differences().empty());
  EXPECT_EQ(result.currencies[0].difference, result.currencies[0].exact - result.currencies[0].walmart);
  EXPECT_EQ(result.currencies[0].walmart_charged - result.currencies[0].tax_left_out, result.currencies[0].walmart);
}

/// One unit of the line came back and was refunded: half of the price and of the discount, less a fee.
domain::ReturnedLine returned(std::string_view price, std::string_view discount, std::string_view fee,
                              std::string_view refunded_at) {
  domain::ReturnedLine line;
  line.return_id = "r-1";
  line.line_number = line.order_line_number = "1";
  line.sku = "A";
  line.quantity = line.refunded = Decimal::from_integer(1);
  line.currency = "USD";
  line.charges = {{"PRODUCT", "ItemPrice", decimal(price), decimal("0.40")},
                  {"PRODUCT", "Discount", -decimal(discount), Decimal()},
                  {"FEE", "Restocking fee", decimal(fee), Decimal()}};
  line.goods_back = true;
  line.status = "COMPLETED";
  line.refund_time = line.as_of = *domain::parse_iso8601(refunded_at);
  return line;
}

BookedDocument credited(const std::string& order, std::string_view day, std::vector<BookedLine> lines) {
  BookedDocument credit = booked(order, "0.00", day);
  credit.id = "guid-credit-" + order;
  credit.reference = "WM-" + order + "-C1";
  credit.credit = true;
  credit.lines = std::move(lines);
  return credit;
}

TEST_F(ReconciliationTest, WhatReturnsTellIsComparedWithTheirCreditMemos) {
  const Decimal one = Decimal::from_integer(1);
  input.mapping = domain::Mapping(
      {{"@discount", "DISCOUNT", "", "", "", "", ""}, {"@restocking_fee", "FEE", "", "", "", "", ""}}, {}, {}, {});
  input.orders[0].lines[0].charges.push_back({"PRODUCT", "Discount", "USD", decimal("-4.00"), std::nullopt, ""});
  input.documents[0].lines.push_back({"DISCOUNT", one, decimal("-4.00")});
  domain::Document invoice = *document_of(input.postings["101"].front());
  invoice.lines.push_back(invoice.lines.front());
  invoice.lines.back().exact_item = "DISCOUNT";
  invoice.lines.back().amount = decimal("-4.00");
  input.postings["101"].front().document = json::write(to_json(invoice));
  EXPECT_THAT(differences(), IsEmpty());
  input.orders[0].returns = {returned("10.00", "2.00", "1.00", "2026-11-20T08:00:00Z")};
  EXPECT_THAT(differences(), ElementsAre("101 credit_waiting", "101 credit_waiting", "101 credit_waiting"));
  input.documents.push_back(
      credited("101", "2026-11-20",
               {{"A", one, decimal("10.00")}, {"DISCOUNT", one, decimal("-2.00")}, {"FEE", one, decimal("-1.00")}}));
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(result.currencies[0].exact.to_string(), "39");
  EXPECT_EQ((result.currencies[0].walmart_charged - result.currencies[0].tax_left_out).to_string(), "39");
  // Credited as money alone before the return told more: the same sum, shared otherwise.
  input.documents.back().lines = {{"A", one, decimal("8.00")}, {"FEE", one, decimal("-1.00")}};
  EXPECT_THAT(differences(), IsEmpty());
  input.documents.back().lines[0].amount = decimal("8.01");
  EXPECT_EQ(differences().size(), 2U);
}

TEST_F(ReconciliationTest, ARefundOfAnOrderOfEarlierDaysCountsWhereItIsDated) {
  input.orders.push_back(order("103", "7.00"));
  input.orders.back().lines[0].statuses[0].ship_time = *domain::parse_iso8601("2026-10-12T08:00:00Z");
  input.order_states["103"] = "open";
  input.orders.back().returns = {returned("3.50", "0", "0", "2026-11-20T08:00:00Z")};
  EXPECT_THAT(differences(), ElementsAre("103 credit_waiting"));
  input.documents.push_back(credited("103", "2026-11-20", {{"A", Decimal::from_integer(1), decimal("3.50")}}));
  EXPECT_THAT(differences(), IsEmpty());
  input.orders.back().returns = {returned("3.50", "0", "0", "2026-10-20T08:00:00Z")};
  input.documents.back().order_date = date("2026-10-20");
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(result.currencies[0].exact.to_string(), "50");
}

/// Both units of an order of September came back; one was refunded in October, the other in November.
class RefundInPartsTest : public ReconciliationTest {
 protected:
  RefundInPartsTest() {
    input.mapping = domain::Mapping({{"@tax", "TAX", "", "", "", "", ""}}, {}, {}, {});
    input.orders.push_back(order("103", "7.00"));
    input.orders.back().lines[0].statuses[0].ship_time = *domain::parse_iso8601("2026-09-20T08:00:00Z");
    input.order_states["103"] = "open";
    input.orders.back().returns = {returned("3.50", "0", "0", "2026-11-26T08:00:00Z")};
    input.orders.back().returns[0].quantity = input.orders.back().returns[0].refunded = Decimal::from_integer(2);
    credit(1, "2026-10-22");
    credit(2, "2026-11-26");
  }

  void credit(int number, const std::string& day) {
    const std::string ordinal = std::to_string(number);
    BookedDocument made = credited("103", day, {{"A", Decimal::from_integer(1), decimal("3.50")}});
    made.id += ordinal;
    made.reference = "WM-103-C" + ordinal;
    input.documents.push_back(made);
    PostingRow row = posting("103", "3.50", PostingState::posted);
    auto document = *document_of(row);
    document.kind = row.kind = PostingKind::credit_memo;
    document.key = row.key = "credit/103/" + ordinal;
    document.reference = row.reference = made.reference;
    document.date = date(day);
    document.description = "Walmart return r-1 of order 103, corrects WM-103";
    document.lines[0].line_number = "1";
    document.lines[0].quantity = Decimal::from_integer(1);
    document.covers = {{"1", Decimal::from_integer(number - 1), Decimal::from_integer(number)}};
    row.document = json::write(to_json(document));
    row.document_date = day;
    row.target_id = made.id;
    input.postings["103"].push_back(row);
  }

  void look_at(const char* first, const char* last) { input.period = {date(first), date(last)}; }
};

TEST_F(RefundInPartsTest, EachPartCountsInTheMonthOfItsCreditMemo) {
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(result.currencies[0].walmart_charged.to_string(), "47.7") << "51.60 less 3.50 and its tax";
  look_at("2026-10-01", "2026-10-31");
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(result.currencies[0].walmart_charged.to_string(), "-3.9");
  EXPECT_EQ(result.currencies[0].tax_left_out.to_string(), "-0.4");
  look_at("2026-10-01", "2026-11-30");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(RefundInPartsTest, ACreditMemoThatIsMissingIsMissed) {
  input.documents.pop_back();
  EXPECT_THAT(differences(), ElementsAre("103 deleted_in_exact"));
  input.postings["103"].pop_back();
  EXPECT_THAT(differences(), ElementsAre("103 credit_waiting"));
  EXPECT_EQ(result.currencies[0].difference.to_string(), "3.5");
  look_at("2026-10-01", "2026-10-31");
  EXPECT_THAT(differences(), IsEmpty());
  input.documents.pop_back();
  EXPECT_THAT(differences(), ElementsAre("103 deleted_in_exact"));
}

TEST_F(RefundInPartsTest, ACreditMemoAfterTheRefundIsOfTheWrongMonth) {
  input.orders.back().returns[0].refund_time = *domain::parse_iso8601("2026-10-22T08:00:00Z");
  EXPECT_THAT(differences(), ElementsAre("103 changed_since"));
  look_at("2026-10-01", "2026-10-31");
  EXPECT_EQ(differences().size(), 1U);
}

TEST_F(ReconciliationTest, ARefundThatWasNotReadYetIsNamedSo) {
  input.orders.push_back(order("103", "7.00"));
  input.orders.back().lines[0].statuses[0].ship_time = *domain::parse_iso8601("2026-10-12T08:00:00Z");
  input.order_states["103"] = "open";
  input.documents.push_back(booked("103", "7.00", "2026-10-12"));
  input.postings["103"] = {posting("103", "7.00", PostingState::posted)};
  input.postings["103"].front().document_date = "2026-10-12";
  domain::OrderRefund refund{"r1", "Damaged", {"PRODUCT", "ItemPrice", "USD", decimal("5.00"), std::nullopt, ""}};
  refund.seen_at = *domain::parse_iso8601("2026-11-20T08:00:00Z");
  input.orders.back().lines[0].refunds = {refund};
  input.unread_refunds = {"103"};
  EXPECT_THAT(differences(), ElementsAre("103 refund_not_read_yet"));
  EXPECT_THAT(explanation(), HasSubstr("5.00 was refunded at Walmart"));
  input.postings["103"].push_back(posting("103", "5.00", PostingState::held));
  input.postings["103"].back().kind = PostingKind::credit_memo;
  EXPECT_THAT(differences(), ElementsAre("103 held")) << "what a person must do comes first";
}

TEST_F(ReconciliationTest, ADaysInvoiceIsComparedWithTheOrdersItLists) {
  BookedDocument day = booked("x", "50.00");
  day.reference = "WM-D20261112-USD";
  day.remarks = "Orders: 101 20.00, 102 30.00";
  day.lines[0].quantity = Decimal::from_integer(4);
  input.documents = {day};
  EXPECT_THAT(differences(), IsEmpty());
  input.orders.push_back(order("103", "7.00"));
  input.postings["103"] = {posting("103", "7.00", PostingState::planned)};
  input.postings["103"].front().depends_on = "daily/2026-11-12/USD/2";
  input.order_states["103"] = "open";
  EXPECT_THAT(differences(), ElementsAre("103 end_of_day"));
}

/// Orders 101 and 102 in one day's invoice, as it was sent.
class ReconciledDayTest : public ReconciliationTest {
 protected:
  void put_in_day(const std::string& day) {
    const std::string key = "daily/" + day + "/USD/1";
    domain::Document invoice;
    invoice.key = key;
    invoice.members = {{"invoice/101/1", "101", decimal("20.00")}, {"invoice/102/1", "102", decimal("30.00")}};
    invoice.lines = {domain::DocumentLine{}};
    invoice.lines[0].exact_item = "A";
    invoice.lines[0].amount = decimal("50.00");
    PostingRow row = posting("day", "50.00", PostingState::posted);
    row.key = key;
    row.source_id = day;
    row.kind = PostingKind::daily_invoice;
    row.reference = "WM-D" + day.substr(0, 4) + day.substr(5, 2) + day.substr(8) + "-USD";
    row.document_date = day;
    row.document = json::write(to_json(invoice));
    input.postings[day] = {row};
    BookedDocument booked_day = booked("day", "50.00", day);
    booked_day.reference = row.reference;
    booked_day.lines[0].quantity = Decimal::from_integer(4);
    input.documents = {booked_day};
    for (const domain::PurchaseOrder& order : input.orders) {
      PostingRow& share = input.postings[order.purchase_order_id].front();
      share.depends_on = key;
      auto document = document_of(share);
      document->date = domain::date_in_zone(*order.lines[0].statuses[0].ship_time, "UTC").value();
      share.document = json::write(to_json(*document));
      share.target_id = "guid-day";
    }
  }
};

TEST_F(ReconciledDayTest, AnOrderOfAClosedPeriodIsSoughtInTheInvoiceThatHoldsIt) {
  input.orders[0].lines[0].statuses[0].ship_time = *domain::parse_iso8601("2026-10-27T08:00:00Z");
  input.orders[1].lines[0].statuses[0].ship_time = *domain::parse_iso8601("2026-11-01T08:00:00Z");
  put_in_day("2026-11-01");
  input.period = {date("2026-10-01"), date("2026-11-30")};
  EXPECT_THAT(differences(), IsEmpty());
  input.period = {date("2026-10-01"), date("2026-10-31")};
  EXPECT_THAT(differences(), ElementsAre("WM-D20261101-USD other_period"));
  EXPECT_EQ(result.currencies[0].difference.to_string(), "-20");
  input.period = {date("2026-11-01"), date("2026-11-30")};
  EXPECT_THAT(differences(), ElementsAre("WM-D20261101-USD other_period"));
  EXPECT_EQ(result.currencies[0].difference.to_string(), "20");
  input.documents[0].lines[0].amount = decimal("50.01");
  EXPECT_THAT(differences(), ElementsAre("WM-D20261101-USD changed_in_exact")) << "more than the order of October";
}

TEST_F(ReconciledDayTest, ACreditMemoOfOneOfItsOrdersStandsElsewhere) {
  put_in_day("2026-11-12");
  EXPECT_THAT(differences(), IsEmpty());
  input.orders[0].lines[0].refunds = {
      {"r1", "Damaged", {"PRODUCT", "ItemPrice", "USD", decimal("5.00"), std::nullopt, ""}}};
  BookedDocument credit = booked("101", "5.00");
  credit.id = "guid-credit";
  credit.reference = "WM-101-C1";
  credit.credit = true;
  input.documents.push_back(credit);
  PostingRow memo = posting("101", "5.00", PostingState::posted);
  memo.key = "credit/101/1";
  memo.kind = PostingKind::credit_memo;
  memo.reference = credit.reference;
  memo.target_id = credit.id;
  input.postings["101"].push_back(memo);
  EXPECT_THAT(differences(), IsEmpty());
  input.orders[1].lines[0].charges[0].amount = decimal("31.00");
  EXPECT_THAT(differences(), ElementsAre("WM-D20261112-USD changed_since"));
  input.postings["101"].back().state = PostingState::held;
  EXPECT_THAT(differences(), ElementsAre("WM-D20261112-USD changed_since"))
      << "it would not stand in the day's invoice";
  input.postings["101"].back().state = PostingState::posted;
  input.documents.pop_back();
  EXPECT_THAT(differences(), ElementsAre("101 deleted_in_exact", "WM-D20261112-USD changed_since"));
}

TEST_F(ReconciliationTest, ADocumentOfTheOtherCurrencyIsNotDeleted) {
  PostingRow other = posting("102", "8.00", PostingState::posted);
  other.key = "invoice/102/2";
  other.target_id = "guid-cad";
  input.postings["102"].push_back(other);
  BookedDocument cad = booked("102", "8.00");
  cad.id = "guid-cad";
  cad.reference = "WM-102-2";
  cad.currency = "CAD";
  input.documents.push_back(cad);
  input.orders[1].lines[0].charges[0].amount = decimal("31.00");
  EXPECT_THAT(differences(), testing::Contains("102 changed_since")) << "of the dollars";
}

TEST_F(ReconciliationTest, ItsJsonHoldsBothSidesAndAloneOfWhatDiffersACause) {
  input.documents[1].lines[0].amount = decimal("29.99");
  input.notes = {"read as empty"};
  const json::Value told = to_json(reconcile(input));
  EXPECT_EQ(told["from"].text_or(""), "2026-11-01");
  EXPECT_EQ(told["to"].text_or(""), "2026-11-30");
  EXPECT_EQ(told["balances"].boolean(), false);
  EXPECT_EQ(told["differences"].integer(), 1);
  ASSERT_EQ(told["lines"].array().size(), 2U);
  EXPECT_TRUE(told["lines"].array()[0]["cause"].is_null());
  EXPECT_EQ(told["lines"].array()[1]["cause"].text_or(""), "changed_in_exact");
  EXPECT_EQ(told["lines"].array()[1]["difference"].decimal()->to_string(), "-0.01");
  EXPECT_EQ(told["currencies"].array()[0]["explained"]["changed_in_exact"].decimal()->to_string(), "-0.01");
  EXPECT_EQ(told["notes"].array()[0].text_or(""), "read as empty");
}

}  // namespace reconciliation_test
}  // namespace connector::flows
