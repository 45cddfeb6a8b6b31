#include "domain/settlement_planning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connector::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

Decimal d(std::string_view text) { return *Decimal::parse(text); }
Date day(std::string_view text) { return *parse_date(text); }

const std::vector<MappingRow> kRows = {
    {"*", "", "8000", "HQ", "", "", ""},
    {"@settlement/payout", "", "1290", "", "", "", ""},
    {"@Settlement/Receivable", "", "1300", "", "", "", ""},
    {"@settlement/commission", "", "4500", "SALES", "WEB", "", ""},
    {"@settlement/fee", "", "4510", "", "", "", ""},
    {"@settlement/tax", "", "1500", "", "", "", ""},
    {"@settlement/reserve", "", "1295", "", "", "", ""},
    {"@settlement/suspense", "", "2999", "", "", "", ""},
};

Mapping mapping(std::vector<MappingRow> rows = kRows) { return {std::move(rows), {}, {}, {}}; }

Mapping without(std::string_view sku) {
  std::vector<MappingRow> rows = kRows;
  std::erase_if(rows, [sku](const MappingRow& row) { return row.sku == sku; });
  return mapping(std::move(rows));
}

SettlementAmount amount(std::string type, std::string description, std::string amount_type, std::string_view value,
                        std::string order = "1") {
  return {{std::move(type), std::move(description), std::move(amount_type)}, std::move(order), d(value)};
}

/// Two sales, a refund, fees, a reserve and a word that nobody knows: 100 + 20 - 30 - 13.5 + 4.5 - 5 - 3.45 - 10 + 0.07
Settlement sample() {
  Settlement settlement;
  settlement.payout_date = day("2026-07-28");
  settlement.period_start = day("2026-07-11");
  settlement.period_end = day("2026-07-25");
  settlement.currency = "USD";
  settlement.total_payable = d("62.62");
  settlement.amounts = {
      amount("Sale", "Purchase", "Product Price", "100"),
      amount("Sale", "Purchase", "Shipping", "20", "2"),
      amount("Sale", "Purchase", "Product tax", "8"),
      amount("Sale", "Purchase", "Product tax withheld", "-8"),
      amount("Sale", "Purchase", "Commission on Product", "-13.5"),
      amount("Refund", "Return Refund", "Product Price", "-30"),
      amount("Refund", "Return Refund", "Commission on Product", "4.5"),
      amount("Service Fee", "Walmart Product Advertising", "SEM Marketing Fee", "-5", ""),
      amount("Service Fee", "WFS Fulfillment fee", "WFS Fee/Reimbursement", "-3.45", "2"),
      amount("Reserve", "Funds withheld to cover future refunds", "Reserve", "-10", ""),
      amount("Adjustment", "Something", "Something New", "0.07", ""),
  };
  return settlement;
}

Plan plan(const Settlement& settlement, const Mapping& rows = mapping(), const ConnectionSettings& settings = {},
          const std::vector<PlannedPosting>& history = {}, const PeriodCalendar& calendar = {}) {
  return plan_settlement(settlement, rows, settings, history, calendar);
}

std::vector<std::string> lines_of(const Document& document) {
  std::vector<std::string> lines;
  for (const auto& line : document.lines) {
    lines.push_back(line.sku + " " + line.gl_account + " " + line.cost_center + " " + line.amount.to_string());
  }
  return lines;
}

TEST(SettlementPlanning, APayoutIsTakenFromAllThatItIsMadeOf) {
  const Plan planned = plan(sample());
  ASSERT_EQ(planned.documents.size(), 1U);
  EXPECT_THAT(planned.problems, IsEmpty());
  const Document& entry = planned.documents.front();
  EXPECT_EQ(entry.kind, PostingKind::journal_entry);
  EXPECT_EQ(entry.key, "settlement/payout-2026-07-28");
  EXPECT_EQ(entry.reference, "WM-payout-2026-07-28");
  EXPECT_EQ(entry.purchase_order_id, "payout-2026-07-28");
  EXPECT_EQ(entry.date, day("2026-07-28"));
  EXPECT_EQ(entry.currency, "USD");
  EXPECT_EQ(entry.total, d("62.62"));
  EXPECT_EQ(entry.description, "Walmart settlement 2026-07-11 to 2026-07-25");
  // Debits are positive. Tax and what Walmart withholds of it cancel out: there is no line for it.
  EXPECT_THAT(lines_of(entry), ElementsAre("@settlement/payout 1290  62.62", "@settlement/commission 4500 SALES 9",
                                           "@settlement/fee 4510  8.45", "@settlement/receivable 1300  -90",
                                           "@settlement/reserve 1295  10", "@settlement/suspense 2999  -0.07"));
  Decimal balance;
  for (const auto& line : entry.lines) balance += line.amount;
  EXPECT_TRUE(balance.is_zero());
  EXPECT_EQ(entry.lines[1].cost_unit, "WEB");
}

TEST(SettlementPlanning, PlanningItsOwnResultGivesNothing) {
  const Plan first = plan(sample());
  EXPECT_THAT(plan(sample(), mapping(), {}, {{first.documents.front(), false, false}}).documents, IsEmpty());
  EXPECT_THAT(plan(sample(), without("@settlement/fee"), {}, {{first.documents.front(), true, false}}).problems,
              IsEmpty());
}

TEST(SettlementPlanning, DescriptionsAndAmountTypesMayHaveRowsOfTheirOwn) {
  std::vector<MappingRow> rows = kRows;
  rows.push_back({"@settlement/WFS Fulfillment fee", "", "4520", "", "", "", ""});
  rows.push_back({"@settlement/sem marketing fee", "", "4530", "", "", "", ""});
  const auto sums = settled_by_key(sample(), mapping(rows), TaxPolicy::exclude);
  EXPECT_THAT(
      sums, ElementsAre(Pair("@settlement/commission", d("-9")), Pair("@settlement/receivable", d("90")),
                        Pair("@settlement/reserve", d("-10")), Pair("@settlement/sem marketing fee", d("-5")),
                        Pair("@settlement/suspense", d("0.07")), Pair("@settlement/wfs fulfillment fee", d("-3.45"))));
}

TEST(SettlementPlanning, TaxThatInvoicesStateIsPartOfWhatCustomersOwe) {
  for (const TaxPolicy policy : {TaxPolicy::clearing_account, TaxPolicy::include}) {
    const auto sums = settled_by_key(sample(), mapping(), policy);
    EXPECT_EQ(sums.at("@settlement/receivable"), d("98"));
    EXPECT_EQ(sums.at("@settlement/tax"), d("-8"));
  }
  // Without a row of its own it goes where the invoices' tax went.
  std::vector<MappingRow> rows = kRows;
  std::erase_if(rows, [](const MappingRow& row) { return row.sku == "@settlement/tax"; });
  rows.push_back({"@TAX", "", "1510", "", "", "", ""});
  const auto sums = settled_by_key(sample(), mapping(rows), TaxPolicy::clearing_account);
  EXPECT_EQ(sums.at("@tax"), d("-8"));
}

TEST(SettlementPlanning, TaxIsNotBookedByARowOfInvoicesWithAVatCode) {
  std::vector<MappingRow> rows = kRows;
  std::erase_if(rows, [](const MappingRow& row) { return row.sku == "@settlement/tax"; });
  rows.push_back({"@tax", "", "1510", "", "", "2", ""});
  ConnectionSettings settings;
  settings.tax_policy = TaxPolicy::include;
  const Plan held = plan(sample(), mapping(rows), settings);
  ASSERT_EQ(held.problems.size(), 1U);
  EXPECT_THAT(held.problems.front().message, HasSubstr("@settlement/tax (8.00)"));
}

TEST(SettlementPlanning, FeesOfASaleAreTheCustomersOnlyWhereTheCustomerWasCharged) {
  Settlement settlement = sample();
  settlement.amounts = {amount("Sale", "Purchase", "Fee/Reimbursement", "3"),
                        amount("Sale", "Walmart Shipping Label Service Charge", "Fee/Reimbursement", "-7"),
                        amount("Adjustment", "Purchase", "Fee/Reimbursement", "1")};
  EXPECT_THAT(settled_by_key(settlement, mapping(), TaxPolicy::exclude),
              ElementsAre(Pair("@settlement/fee", d("-6")), Pair("@settlement/receivable", d("3"))));
}

TEST(SettlementPlanning, TaxThatIsNotWithheldIsBooked) {
  Settlement settlement = sample();
  settlement.amounts.push_back(amount("Sale", "Purchase", "Shipping tax", "1.25"));
  settlement.total_payable += d("1.25");
  EXPECT_EQ(settled_by_key(settlement, mapping(), TaxPolicy::exclude).at("@settlement/tax"), d("1.25"));
}

TEST(SettlementPlanning, WhatNoRowIsMappedForHoldsItAndNothingFallsBackToTheCatchAll) {
  const Plan held = plan(sample(), without("@settlement/commission"));
  // Commission falls back to fees.
  EXPECT_THAT(held.problems, IsEmpty());
  const Plan suspense = plan(sample(), without("@settlement/suspense"));
  ASSERT_EQ(suspense.problems.size(), 1U);
  EXPECT_EQ(suspense.problems.front().cause, Cause::mapping_error);
  EXPECT_EQ(suspense.problems.front().key, "settlement/payout-2026-07-28");
  EXPECT_THAT(suspense.problems.front().message, HasSubstr("@settlement/suspense (0.07)"));
  ASSERT_EQ(suspense.documents.size(), 1U);
  EXPECT_EQ(suspense.documents.front().lines.back().gl_account, "");
  // Of one that is not mapped but comes to nothing no one asks for a row.
  EXPECT_THAT(plan(sample(), without("@settlement/tax")).problems, IsEmpty());
}

TEST(SettlementPlanning, ARowWithoutAccountOrWithVatHoldsIt) {
  std::vector<MappingRow> rows = kRows;
  rows[5].gl_account = "";
  rows[6].gl_account = "";
  rows[4].vat_code = "1";
  const Plan held = plan(sample(), mapping(rows));
  ASSERT_EQ(held.problems.size(), 1U);
  EXPECT_THAT(held.problems.front().message, HasSubstr("no G/L account is mapped for @settlement/reserve (10.00)"));
  EXPECT_THAT(held.problems.front().message, HasSubstr("@settlement/fee (8.45) names a vat_code"));
}

TEST(SettlementPlanning, AFileThatContradictsItselfIsHeld) {
  Settlement settlement = sample();
  settlement.total_payable += d("0.01");
  const Plan held = plan(settlement);
  ASSERT_EQ(held.problems.size(), 1U);
  EXPECT_EQ(held.problems.front().cause, Cause::unexpected_source_data);
  EXPECT_THAT(held.problems.front().message, HasSubstr("add up to 62.62, and Walmart pays 62.63"));

  settlement = sample();
  settlement.amounts.push_back(amount("Sale", "Purchase", "Product Price", "0.005"));
  settlement.amounts.push_back(amount("Sale", "Purchase", "Commission on Product", "-0.005"));
  EXPECT_THAT(plan(settlement).problems.front().message, HasSubstr("whole number of cents"));

  settlement = sample();
  settlement.period_end = day("2026-07-29");
  EXPECT_THAT(plan(settlement).problems.front().message, HasSubstr("ends on 2026-07-29, after the payout"));

  settlement = sample();
  settlement.currency = "";
  EXPECT_THAT(plan(settlement).problems.front().message, HasSubstr("no currency"));
}

TEST(SettlementPlanning, NothingIsPlannedWhereSettlementsAreOnlyReported) {
  ConnectionSettings settings;
  settings.settlements = Settlements::report;
  EXPECT_THAT(plan(sample(), mapping(), settings).documents, IsEmpty());
  const Document planned = plan(sample()).documents.front();
  EXPECT_THAT(plan(sample(), mapping(), settings, {{planned, false, false}}).withdrawn, ElementsAre(planned.key));
  EXPECT_THAT(plan(sample(), mapping(), settings, {{planned, true, false}}).withdrawn, IsEmpty());
  Settlement nothing = sample();
  nothing.amounts.clear();
  nothing.total_payable = {};
  EXPECT_THAT(plan(nothing).documents, IsEmpty());
}

TEST(SettlementPlanning, ASellerWhoOwesHasThePayoutOnTheOtherSide) {
  Settlement settlement = sample();
  settlement.amounts = {amount("Service Fee", "", "SEM Marketing Fee", "-5", "")};
  settlement.total_payable = d("-5");
  EXPECT_THAT(lines_of(plan(settlement).documents.front()),
              ElementsAre("@settlement/payout 1290  -5", "@settlement/fee 4510  5"));
}

TEST(SettlementPlanning, AClosedPeriodHoldsItOrMovesIt) {
  const PeriodCalendar calendar({}, {{day("2026-07-01"), day("2026-07-31")}});
  const Plan held = plan(sample(), mapping(), {}, {}, calendar);
  ASSERT_EQ(held.problems.size(), 1U);
  EXPECT_EQ(held.problems.front().cause, Cause::closed_period);
  ConnectionSettings settings;
  settings.closed_period = ClosedPeriodPolicy::first_open_day;
  const Plan moved = plan(sample(), mapping(), settings, {}, calendar);
  ASSERT_EQ(moved.documents.size(), 1U);
  EXPECT_EQ(moved.documents.front().posting_date, day("2026-08-01"));
  EXPECT_THAT(plan(sample(), mapping(), settings, {{moved.documents.front(), false, false}}, calendar).documents,
              IsEmpty());
}

TEST(SettlementPlanning, OrdersAreComparedByWhatTheReceivableTakes) {
  const auto orders = settled_orders(sample());
  EXPECT_EQ(orders.size(), 2U);
  EXPECT_EQ(receivable_of(orders.at("1"), mapping(), TaxPolicy::exclude), (SettledReceivable{d("100"), d("-30")}));
  EXPECT_EQ(receivable_of(orders.at("1"), mapping(), TaxPolicy::include), (SettledReceivable{d("108"), d("-30")}));
  EXPECT_EQ(receivable_of(orders.at("2"), mapping(), TaxPolicy::exclude), (SettledReceivable{d("20"), d("0")}));
  EXPECT_EQ(summed(sample()).amounts.size(), 11U);
}

TEST(SettlementPlanning, SourcesAreKnownByTheirPayoutDate) {
  EXPECT_EQ(payout_date_of(settlement_source(day("2026-07-28"))), day("2026-07-28"));
  EXPECT_FALSE(payout_date_of("2026-07-28"));
  EXPECT_FALSE(payout_date_of("payout-x"));
  EXPECT_TRUE(is_settlement_key(settlement_key(day("2026-07-28"))));
}

}  // namespace
}  // namespace connector::domain
