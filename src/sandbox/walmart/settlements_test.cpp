#include "sandbox/walmart/settlements_fixture.h"

namespace connector::sandbox::walmart {
namespace settlements_test {

using domain::Decimal;
using std::chrono::days;
using std::chrono::hours;

class SettlementsTest : public SettlementsFixture {};

TEST_F(SettlementsTest, BeforeTheFirstCycleHasClosedThereIsNone) {
  // Periods begin on 2026-11-19 and 2026-12-03.
  start_with(quiet_orders(3, now_, hours(1)));
  EXPECT_EQ(dates(), std::vector<std::string>{});
  pass(*domain::parse_iso8601("2026-12-05T23:59:59Z") - now_);
  EXPECT_EQ(dates(), std::vector<std::string>{});
  EXPECT_EQ(report("reportVersion=v1&reportDate=12062026").status, 404);
  pass(std::chrono::seconds(1));
  EXPECT_EQ(dates(), std::vector<std::string>{"12062026"});
  pass(days(28));
  EXPECT_EQ(dates(), (std::vector<std::string>{"01032027", "12202026", "12062026"}));
  const CsvRow summary = rows("12202026").at(0);
  EXPECT_EQ(summary.at("Transaction Type"), "PaymentSummary");
  EXPECT_EQ(summary.at("Transaction Description"), "Deposited in XXX account");
  EXPECT_EQ(summary.at("Period Start Date"), "12/03/2026");
  EXPECT_EQ(summary.at("Period End Date"), "12/17/2026");
  EXPECT_EQ(summary.at("Currency"), "USD");
  EXPECT_EQ(summary.at("Amount"), "");
}

TEST_F(SettlementsTest, NoOrdersMeansNoPeriods) {
  start(Config{});
  pass(days(40));
  EXPECT_EQ(dates(), std::vector<std::string>{});
  EXPECT_EQ(get("/sandbox/walmart/settlements").body["settlements"].size(), 0U);
}

TEST_F(SettlementsTest, TheFileHasTheDocumentedForm) {
  OrderGenerator generator = quiet_orders(1, now_, hours(1));
  generator.skus = {"ab-\"7\", x"};
  start_with(generator);
  pass(hours(2));
  drive(first_order_id(), "ship");
  pass(days(20));
  const auto files = unpacked(file("12062026"));
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.begin()->first, "100009_12062026.csv");
  const std::string& text = files.begin()->second;
  EXPECT_TRUE(
      text.starts_with("\xEF\xBB\xBFPeriod Start Date,Period End Date,Total Payable,Currency,Transaction Key,"));
  EXPECT_NE(text.find(",\"AB-\"\"7\"\", X\","), std::string::npos);
  const auto lines = csv_lines(text.substr(3));
  EXPECT_EQ(lines[0].size(), 43U);
  EXPECT_EQ(lines[0].back(), "Store Id");
  EXPECT_EQ(lines[1], std::vector<std::string>{"Number of Lines in file " + std::to_string(lines.size() - 2)});
  EXPECT_EQ(rows("12062026").at(1).at("Partner Item Id"), "AB-\"7\", X");
}

TEST_F(SettlementsTest, TheArchiveComesOnlyToWhoAsksForIt) {
  start_with(quiet_orders(1, now_ - days(30), hours(1)));
  const std::string query = "reportVersion=v1&reportDate=" + dates()[0];
  const Reply archive = report(query);
  EXPECT_EQ(archive.status, 200);
  EXPECT_EQ(ports::find_header(archive.headers, "Content-Type"), "application/octet-stream");
  EXPECT_NE(ports::find_header(archive.headers, "X-Current-Token-Count"), std::nullopt);
  EXPECT_TRUE(archive.text.starts_with("PK"));
  const Reply as_json = report(query, "application/json");
  EXPECT_EQ(as_json.status, 200);
  EXPECT_EQ(as_json.text, R"({"status":"ERROR","message":"No acceptable representation"})");
  for (const std::string accept : {"text/csv", "*/*", "application/xml", "application/zip", ""}) {
    const Reply refused = report(query, accept);
    EXPECT_EQ(refused.status, 406) << accept;
    EXPECT_EQ(refused.text, "") << accept;
  }
}

TEST_F(SettlementsTest, VersionsAndDatesAreChecked) {
  start_with(quiet_orders(1, now_ - days(30), hours(1)));
  const std::string date = dates()[0];
  for (const std::string version : {"reportVersion=v2", "reportVersion=", "x=1"}) {
    const Reply listed = get(path_ + "availableReconFiles?" + version);
    EXPECT_EQ(listed.status, 404);
    EXPECT_EQ(listed.body["errors"].at(0)["code"].string(), "INVALID_REPORT_VERSION");
    const Reply fetched = report(version + "&reportDate=" + date);
    EXPECT_EQ(fetched.status, 404);
    EXPECT_EQ(fetched.body["errors"].at(0)["code"].string(), "INVALID_REPORT_VERSION");
  }
  const Reply unknown = report("reportVersion=v1&reportDate=01012020");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body["errors"].at(0)["code"].string(), "CONTENT_NOT_FOUND");
  EXPECT_EQ(report("reportVersion=v1").status, 400);
}

TEST_F(SettlementsTest, TokenScopeAndLimitHoldAsForOtherCalls) {
  start_with(quiet_orders(1, now_ - days(30), hours(1)));
  const std::string query = "reportVersion=v1&reportDate=" + dates()[0];
  const std::string token = std::exchange(token_, "nonsense");
  EXPECT_EQ(report(query).status, 401);
  token_ = token;
  set_switch("scope_reports", "no_access");
  EXPECT_EQ(report(query).status, 403);
  EXPECT_EQ(get(path_ + "availableReconFiles?reportVersion=v1").status, 403);
  set_switch("scope_reports", "view_only");
  for (int call = 0; call < 100; ++call) ASSERT_EQ(report(query).status, 200);
  const Reply limited = report(query);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.body["error"].at(0)["code"].string(), "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API");
  for (int call = 0; call < 99; ++call) ASSERT_EQ(get(path_ + "availableReconFiles?reportVersion=v1").status, 200);
  EXPECT_EQ(get(path_ + "availableReconFiles?reportVersion=v1").status, 429);
}

TEST_F(SettlementsTest, SwitchesMakeFilesThatAClientMustNotTrust) {
  start_with(orders(60, now_ - days(40), hours(6)));
  set_switch("unknown_settlement_amount", json::Value("-7.25"));
  EXPECT_FALSE(set_switches(market_->seller().switches, json::Object{{"unknown_settlement_amount", "much"}}));
  const std::string date = dates()[0];
  const auto all = checked_rows(date);
  EXPECT_EQ(sum_of(all, "Adjustment", "Something New"), *Decimal::parse("-7.25"));
  EXPECT_EQ(all.back().at("Purchase Order #"), "");
  set_switch("settlement_sum_is_off", true);
  Decimal sum = *Decimal::parse("0.01");
  for (const CsvRow& row : all) sum += amount(row);
  EXPECT_EQ(rows(date).at(0).at("Total Payable"), sum.to_fixed(2));
  set_switch("settlement_sum_is_off", false);
  set_switch("settlement_file_is_broken", true);
  EXPECT_TRUE(unpacked(file(date)).empty());
  set_switch("settlement_file_is_broken", false);
  EXPECT_EQ(checked_rows(date), all);
}

TEST_F(SettlementsTest, ControlTellsTheSameAsTheFiles) {
  OrderGenerator generator = orders(200, now_ - days(60), hours(6));
  generator.refunds = generator.returns = 200;
  start_with(generator);
  const json::Value all = get("/sandbox/walmart/settlements").body["settlements"];
  const auto listed = dates();
  ASSERT_EQ(all.size(), listed.size());
  std::size_t refunds = 0;
  for (std::size_t index = 0; index < all.size(); ++index) {
    const json::Value& settlement = all.at(index);
    const std::string& date = listed[listed.size() - 1 - index];
    EXPECT_EQ(settlement["payoutDate"].string(), date.substr(4) + "-" + date.substr(0, 2) + "-" + date.substr(2, 2));
    const auto in_file = checked_rows(date);
    EXPECT_EQ(settlement["totalPayable"].string(), rows(date).at(0).at("Total Payable"));
    std::map<std::string, Decimal> expected;
    std::map<std::string, Decimal> told;
    for (const CsvRow& row : in_file) {
      expected[row.at("Transaction Type") + row.at("Transaction Description") + row.at("Amount Type")] += amount(row);
    }
    for (const json::Value& entry : settlement["amounts"].array()) {
      told[entry["transactionType"].text_or("") + entry["description"].text_or("") + entry["amountType"].text_or("")] =
          *entry["amount"].decimal();
    }
    EXPECT_EQ(told, expected);
    for (const json::Value& order : settlement["orders"].array()) {
      const std::string id = order["purchaseOrderId"].text_or("");
      for (const auto& [type, name] : {std::pair("Sale", "sale"), std::pair("Refund", "refund")}) {
        const Decimal net = sum_of(in_file, type, "Product Price", id) + sum_of(in_file, type, "Shipping", id) +
                            sum_of(in_file, type, "Fee/Reimbursement", id);
        const Decimal tax = sum_of(in_file, type, "Product tax", id) + sum_of(in_file, type, "Shipping tax", id);
        EXPECT_EQ(order[name].decimal(), net);
        EXPECT_EQ(order[std::string(name) + "Tax"].decimal(), tax);
      }
      refunds += order["refund"].decimal()->is_negative() ? 1 : 0;
    }
  }
  EXPECT_GT(refunds, 10U);
}

}  // namespace settlements_test
}  // namespace connector::sandbox::walmart
