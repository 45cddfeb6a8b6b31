#include <algorithm>
#include <set>

#include "sandbox/walmart/settlements_fixture.h"

namespace connector::sandbox::walmart {
namespace settlement_rows_test {

using domain::Decimal;
using std::chrono::days;
using std::chrono::hours;

/// The payout date of the period in which something happened, by default switches.
std::string payout_of(const std::string& time) {
  const days day = std::chrono::floor<days>(*domain::parse_iso8601(time)).time_since_epoch();
  const domain::Date payout{std::chrono::sys_days(days(day.count() / 14 * 14 + 14 + 3))};
  const std::string text = domain::to_iso8601(payout);
  return text.substr(5, 2) + text.substr(8) + text.substr(0, 4);
}

class SettlementRowsTest : public SettlementsFixture {};

TEST_F(SettlementRowsTest, TogetherTheyAreTheBooks) {
  OrderGenerator generator = orders(700, now_ - days(70), hours(2));
  generator.currencies = {{"USD", 9}, {"CAD", 1}};
  generator.refunds = generator.returns = 200;
  generator.fees = generator.walmart_fulfilled = 100;
  start_with(generator);
  set_switch("restocking_fee_per_mille", std::int64_t{100});
  set_switch("settlement_reserve_per_mille", std::int64_t{50});
  pass(days(90));
  const auto all = dates();
  ASSERT_GT(all.size(), 8U);
  std::map<std::string, std::map<std::string, Decimal>> settled;
  std::map<std::string, std::set<std::string>> sold_in;
  std::map<std::string, std::size_t> seen;
  std::int64_t fulfilled = 0;
  Decimal withheld;
  for (auto date = all.rbegin(); date != all.rend(); ++date) {
    const auto in_file = checked_rows(*date);
    EXPECT_EQ(sum_of(in_file, "Release Reserve", "Reserve"), withheld) << *date;
    withheld = -sum_of(in_file, "Reserve", "Reserve");
    for (const CsvRow& row : in_file) {
      ++seen[row.at("Transaction Type") + "/" + row.at("Transaction Description") + "/" + row.at("Amount Type")];
      EXPECT_FALSE(amount(row).is_zero());
      EXPECT_EQ(amount(row).to_fixed(2), row.at("Amount"));
      auto& order = settled[row.at("Purchase Order #")];
      if (row.at("Transaction Type") == "Sale") sold_in[row.at("Purchase Order #")].insert(*date);
      if (row.at("Amount Type") == "WFS Fee/Reimbursement") {
        fulfilled += std::stoll(row.at("Ship Qty"));
        EXPECT_EQ(amount(row), *Decimal::parse("-3.45") * *Decimal::parse(row.at("Ship Qty")));
        continue;
      }
      order[row.at("Transaction Type") + "/" + row.at("Amount Type")] += amount(row);
    }
  }
  for (const std::string type : {"Sale/Purchase", "Refund/Return Refund"}) {
    for (const std::string amount_type :
         {"Product Price", "Product tax", "Product tax withheld", "Commission on Product", "Shipping", "Shipping tax",
          "Shipping tax withheld", "Commission on Shipping", "Fee/Reimbursement"}) {
      EXPECT_GT(seen[type + "/" + amount_type], 0U) << type << amount_type;
    }
  }
  for (const std::string other :
       {"Refund/Seller Triggered Refund/Product Price", "Service Fee/Walmart Product Advertising/SEM Marketing Fee",
        "Service Fee/WFS Fulfillment fee/WFS Fee/Reimbursement",
        "Reserve/Funds withheld to cover future refunds/Reserve", "Release Reserve/Reserve credited back/Reserve"}) {
    EXPECT_GT(seen[other], 0U) << other;
  }
  std::int64_t shipped_by_walmart = 0;
  std::size_t orders_seen = 0;
  const json::Value books = get("/sandbox/walmart/books").body;
  for (const json::Value& order : books["orders"].array()) {
    Decimal charged;
    Decimal charged_tax;
    Decimal refunded;
    Decimal refunded_tax;
    std::set<std::string> shipped_in;
    for (const json::Value& line : order["lines"].array()) {
      if (line["currency"].string() != "USD") continue;
      for (const json::Value& shipment : line["shipments"].array()) {
        shipped_in.insert(payout_of(shipment["shipTime"].text_or("")));
      }
      charged += *line["charged"]["withoutTax"].decimal();
      charged_tax += *line["charged"]["tax"].decimal();
      refunded += *line["refunded"]["withoutTax"].decimal();
      refunded_tax += *line["refunded"]["tax"].decimal();
      if (order["shipNodeType"].string() == "WFSFulfilled") shipped_by_walmart += *line["shipped"].integer();
    }
    auto& sums = settled[order["purchaseOrderId"].text_or("")];
    const auto net = [&](const std::string& type) {
      return sums[type + "/Product Price"] + sums[type + "/Shipping"] + sums[type + "/Fee/Reimbursement"];
    };
    const auto tax = [&](const std::string& type) {
      return sums[type + "/Product tax"] + sums[type + "/Shipping tax"];
    };
    EXPECT_EQ(net("Sale"), charged) << order["purchaseOrderId"].text_or("");
    EXPECT_EQ(tax("Sale"), charged_tax);
    EXPECT_EQ(net("Refund"), -refunded);
    EXPECT_EQ(tax("Refund"), -refunded_tax);
    if (charged.is_zero()) continue;
    ++orders_seen;
    EXPECT_EQ(sold_in[order["purchaseOrderId"].text_or("")], shipped_in);
  }
  EXPECT_EQ(fulfilled, shipped_by_walmart);
  EXPECT_GT(orders_seen, 400U);
}

TEST_F(SettlementRowsTest, AnOrderStandsInThePeriodsOfItsShipmentAndItsRefund) {
  start_with(quiet_orders(1, now_, hours(1)));
  set_switch("auto_cancel", false);
  pass(hours(2));
  const std::string id = first_order_id();
  pass(days(12));  // 2026-12-02: the last day of the first period
  drive(id, "ship");
  pass(days(1));
  drive(id, "refund");
  const Decimal price = book(id, "charged", "product") + book(id, "charged", "discount");
  ASSERT_FALSE(price.is_zero());
  pass(days(20));
  const auto first = checked_rows("12062026");
  EXPECT_EQ(sum_of(first, "Sale", "Product Price", id), price);
  EXPECT_EQ(sum_of(first, "Sale", "Product tax", id) + sum_of(first, "Sale", "Shipping tax", id),
            book(id, "charged", "tax"));
  EXPECT_EQ(sum_of(first, "Refund", "Product Price"), Decimal{});
  const auto second = checked_rows("12202026");
  EXPECT_EQ(sum_of(second, "Sale", "Product Price"), Decimal{});
  EXPECT_EQ(sum_of(second, "Refund", "Product Price", id), -price);
  EXPECT_EQ(second.at(0).at("Transaction Description"), "Seller Triggered Refund");
  EXPECT_EQ(sum_of(second, "Refund", "Commission on Product"), -sum_of(first, "Sale", "Commission on Product"));
  EXPECT_EQ(sum_of(second, "Service Fee", "SEM Marketing Fee"), Decimal{});
  const Order order = *market_->seller().orders.order_before(0, market_->seller().catalogue, now_);
  for (const CsvRow& row : second) {
    EXPECT_EQ(row.at("Transaction Posted Timestamp"), "12/03/2026");
    EXPECT_EQ(row.at("Customer Order #"), order.customer_order_id);
    EXPECT_EQ(order.line_index(row.at("Purchase Order line #")), order.lines.size());
    EXPECT_EQ(row.at("Ship to State"), order.address.state);
    EXPECT_EQ(row.at("Fulfillment Type"), "Seller Fulfilled");
    EXPECT_EQ(row.at("Commission Rate"), "0.15");
  }
}

TEST_F(SettlementRowsTest, CommissionIsRoundedAwayFromZero) {
  start_with(quiet_orders(200, now_, std::chrono::minutes(5)));
  set_switch("commission_per_mille", std::int64_t{500});
  pass(days(1));
  const json::Value books = get("/sandbox/walmart/books").body;
  for (const json::Value& order : books["orders"].array()) drive(order["purchaseOrderId"].text_or(""), "ship");
  pass(days(20));
  std::map<std::pair<std::string, std::string>, std::map<std::string, Decimal>> lines;
  for (const CsvRow& row : checked_rows("12062026")) {
    lines[{row.at("Purchase Order #"), row.at("Purchase Order line #")}][row.at("Amount Type")] += amount(row);
  }
  std::size_t halves = 0;
  for (auto& [line, amounts] : lines) {
    if (line.first.empty()) continue;
    for (const auto& [price, commission] :
         {std::pair("Product Price", "Commission on Product"), std::pair("Shipping", "Commission on Shipping")}) {
      const std::int64_t exact = amounts[price].units() / 10'000 * 500;  // in thousandths of a cent
      halves += exact % 1000 == 500 ? 1 : 0;
      EXPECT_EQ(amounts[commission].units(), -((exact + 500) / 1000 * 10'000));
    }
  }
  EXPECT_GT(lines.size(), 200U);
  EXPECT_GT(halves, 0U);
}

TEST_F(SettlementRowsTest, WhatIsKeptBackLessensTheRefundAndATakenBackRefundComesAgain) {
  start_with(quiet_orders(1, now_, hours(1)));
  set_switch("restocking_fee_per_mille", std::int64_t{100});
  pass(hours(2));
  const std::string id = first_order_id();
  drive(id, "ship");
  const std::string returned = open_return_of(id);
  drive_return(returned, "refund");
  const Decimal kept = book(id, "refunded", "kept");
  ASSERT_TRUE(kept.is_negative());
  const Decimal price = book(id, "charged", "product") + book(id, "charged", "discount");
  pass(days(17));
  EXPECT_EQ(sum_of(checked_rows("12062026"), "Refund", "Product Price"), -(price + kept));
  drive_return(returned, "reverseRefund");
  pass(days(14));
  const auto second = checked_rows("12202026");
  EXPECT_EQ(sum_of(second, "Refund", "Product Price"), price + kept);
  EXPECT_TRUE(sum_of(second, "Refund", "Commission on Product").is_negative());
  EXPECT_EQ(second.at(0).at("Transaction Description"), "Return Refund");
}

TEST_F(SettlementRowsTest, AClosedPeriodNeverChanges) {
  now_ += days(2);  // the last period was closed today, and its orders are still on their way
  OrderGenerator generator = orders(300, now_ - days(60), hours(5));
  generator.refunds = generator.returns = 300;
  start_with(generator);
  const auto closed = dates();
  ASSERT_GT(closed.size(), 2U);
  std::map<std::string, std::string> files;
  for (const std::string& date : closed) files[date] = file(date);
  // Switches, refunds of what is settled, orders with earlier dates, and time.
  for (const char* name : {"commission_per_mille", "advertising_per_mille", "settlement_reserve_per_mille"}) {
    set_switch(name, std::int64_t{77});
  }
  set_switch("settlement_cycle_days", std::int64_t{5});
  set_switch("settlement_delay_days", std::int64_t{1});
  set_switch("unknown_settlement_amount", "1.00");
  drive(first_order_id(), "refund");
  OrderGenerator late = orders(100, now_ - days(100), hours(20));
  late.seed = 7;
  market_->add_orders(late);
  ASSERT_TRUE(market_->load_samples(sample("orders.getAnOrder.get.200.ORDER.json")));
  for (int step = 0; step < 12; ++step) {
    pass(days(5));
    const auto now_available = dates();
    EXPECT_TRUE(std::equal(closed.rbegin(), closed.rend(), now_available.rbegin()));
    for (const std::string& date : closed) EXPECT_EQ(file(date), files[date]) << date;
  }
  // What came too late stands in the first period that was open then, so that nothing is lost.
  std::map<std::string, Decimal> settled;
  for (const std::string& date : dates()) {
    for (const CsvRow& row : checked_rows(date)) {
      if (row.at("Transaction Type") == "Sale" && row.at("Amount Type") == "Product Price") {
        settled[row.at("Purchase Order #")] += amount(row);
      }
    }
  }
  for (OrderNumber number = 0; number < market_->seller().orders.size(); ++number) {
    const std::string id = market_->seller().orders.order(number, market_->seller().catalogue).purchase_order_id;
    EXPECT_EQ(settled[id], book(id, "charged", "product") + book(id, "charged", "discount")) << id;
  }
}

TEST_F(SettlementRowsTest, ALoadedOrderCountsFromWhenItsPayloadLastChanged) {
  now_ = *domain::parse_iso8601("2021-07-20T00:00:00Z");
  start(Config{});
  ASSERT_TRUE(market_->load_samples(sample("orders.getAnOrder.get.200.ORDER.json")));
  const auto changed = market_->seller().orders.settles_from(0);
  ASSERT_EQ(dates().size(), 2U);
  std::size_t with_rows = 0;
  for (const json::Value& settlement : get("/sandbox/walmart/settlements").body["settlements"].array()) {
    if (settlement["orders"].size() == 0) continue;
    ++with_rows;
    EXPECT_LE(settlement["periodStart"].string(), domain::to_iso8601(changed));
    EXPECT_GT(settlement["periodEnd"].string(), domain::to_iso8601(changed).substr(0, 10));
    EXPECT_EQ(settlement["orders"].at(0)["sale"].string(), "5.00");
    EXPECT_EQ(settlement["orders"].at(0)["saleTax"].string(), "0.34");
  }
  EXPECT_EQ(with_rows, 1U);
}

TEST_F(SettlementRowsTest, TheTaxOfAFeeIsWithheldWithTheProducts) {
  now_ = *domain::parse_iso8601("2021-07-20T00:00:00Z");
  start(Config{});
  json::Value payload = parsed(sample("orders.getAnOrder.get.200.ORDER.json"));
  json::Value order = payload["order"];
  json::Value line = order["orderLines"]["orderLine"].at(0);
  json::Array charges = line["charges"]["charge"].array();
  charges.push_back(parsed(R"({"chargeType":"FEE","chargeName":"RecyclingFee","chargeAmount":{"currency":"USD",
      "amount":0.75},"tax":{"taxName":"Tax1","taxAmount":{"currency":"USD","amount":0.06}}})"));
  line.set("charges", json::Object{{"charge", std::move(charges)}});
  order.set("orderLines", json::Object{{"orderLine", json::Array{std::move(line)}}});
  ASSERT_TRUE(market_->load_samples(json::write(json::Object{{"order", std::move(order)}})));
  std::vector<CsvRow> all;
  for (const std::string& date : dates()) {
    for (CsvRow& row : checked_rows(date)) all.push_back(std::move(row));
  }
  EXPECT_EQ(sum_of(all, "Sale", "Fee/Reimbursement"), *Decimal::parse("0.75"));
  EXPECT_EQ(sum_of(all, "Sale", "Other tax (Fees)"), *Decimal::parse("0.06"));
  EXPECT_EQ(sum_of(all, "Sale", "Product tax withheld"), *Decimal::parse("-0.40"));
}

}  // namespace settlement_rows_test
}  // namespace connector::sandbox::walmart
