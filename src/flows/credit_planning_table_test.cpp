// Every file of tests/data/planning/credits is a case: an order with refunds and returns, and the credit memos they
// must give, written by hand. Its invoices are those of the order under `mapping` and `settings`, sent unless
// `invoices` says planned or skipped; `mapping_now` and `settings_now` are those in force when the refund comes, `now`
// is when it is planned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/credit_planning.h"
#include "flows/order_json.h"
#include "flows/planning_case_testing.h"
#include "flows/settings_json.h"

namespace connector::flows {
namespace credit_planning_table_test {

using namespace testing_cases;

struct Case {
  domain::PurchaseOrder order;
  Mapping mapping;
  domain::ConnectionSettings settings;
  std::vector<PlannedPosting> history;
  std::optional<domain::UtcTime> now;
};

domain::ConnectionSettings settings_of(const Value& value) {
  auto settings = settings_from_json(value);
  EXPECT_TRUE(settings) << settings.error().message;
  return settings.value_or(domain::ConnectionSettings());
}

Case input_of(const Value& file) {
  Case input;
  auto order = order_from_json(file["order"]);
  EXPECT_TRUE(order) << order.error().message;
  input.order = order.value_or(domain::PurchaseOrder());
  input.mapping = mapping_from_json(file["mapping"]);
  input.settings = settings_of(file["settings"]);
  const bool before_go_live = input.settings.go_live && input.order.order_time < *input.settings.go_live;
  if (!before_go_live) {
    const std::string invoices = file["invoices"].text_or("sent");
    for (Document& document : domain::plan_order(input.order, input.mapping, input.settings, {}).documents) {
      input.history.push_back({std::move(document), invoices != "planned", invoices == "skipped"});
    }
  }
  for (const Value& posting : file["history"].array()) {
    auto document = document_from_json(posting["document"]);
    EXPECT_TRUE(document) << document.error().message;
    input.history.push_back({document.value_or(Document()), posting["frozen"].boolean().value_or(false)});
  }
  if (file.contains("mapping_now")) input.mapping = mapping_from_json(file["mapping_now"]);
  if (file.contains("settings_now")) input.settings = settings_of(file["settings_now"]);
  if (file.contains("now")) input.now = *domain::parse_iso8601(file["now"].string());
  return input;
}

domain::Plan plan_of(const Case& input) {
  return domain::plan_credits(input.order, input.mapping, input.settings, input.history, input.now);
}

class CreditPlanningTable : public testing::TestWithParam<std::string> {};

TEST_P(CreditPlanningTable, GivesTheExpectedDocuments) {
  const Value file = read_case("credits/" + GetParam());
  const auto plan = plan_of(input_of(file));
  const Value& expected = file["expected"];
  json::Array documents;
  for (const Document& document : plan.documents) documents.push_back(to_json(document));
  expect_same(expected["documents"], Value(documents), "documents");
  ASSERT_EQ(plan.problems.size(), expected["problems"].size());
  for (std::size_t i = 0; i < plan.problems.size(); ++i) {
    EXPECT_EQ(domain::to_string(plan.problems[i].cause), expected["problems"].at(i)["cause"].string());
    EXPECT_EQ(plan.problems[i].key, expected["problems"].at(i)["key"].string());
    for (const Value& word : expected["problems"].at(i)["names"].array()) {
      EXPECT_THAT(plan.problems[i].message, testing::HasSubstr(std::string(word.string())));
    }
  }
  json::Array withdrawn;
  for (const std::string& key : plan.withdrawn) withdrawn.push_back(Value(key));
  EXPECT_EQ(json::write(Value(withdrawn)), json::write(expected["withdrawn"]));
}

TEST_P(CreditPlanningTable, PlansNothingTwice) {
  Case input = input_of(read_case("credits/" + GetParam()));
  const auto plan = plan_of(input);
  input.history = carried_out(input.history, plan);
  auto again = plan_of(input);
  EXPECT_TRUE(again.documents.empty()) << json::write(to_json(again.documents.front()));
  EXPECT_TRUE(again.withdrawn.empty());
  EXPECT_EQ(again.problems.size(), plan.problems.size());
  // Nor once everything was sent.
  for (PlannedPosting& posting : input.history) posting.frozen = true;
  again = plan_of(input);
  EXPECT_TRUE(again.documents.empty()) << json::write(to_json(again.documents.front()));
}

TEST_P(CreditPlanningTable, EveryDocumentAddsUpAndReadsBack) {
  const Case input = input_of(read_case("credits/" + GetParam()));
  for (const Document& document : plan_of(input).documents) {
    domain::Decimal total;
    for (const auto& line : document.lines) {
      EXPECT_EQ(line.amount, line.quantity * line.unit_price) << document.key << " " << line.sku;
      total += line.amount;
    }
    EXPECT_EQ(document.total, total) << document.key;
    const auto read = document_from_json(to_json(document));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, document);
  }
  const auto read = order_from_json(to_json(input.order));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, input.order);
}

TEST(CreditReversal, KeepsTheDayOnWhichItWasFirstPlanned) {
  Case input = input_of(read_case("credits/order_refund_taken_back_beside_a_return"));
  const auto plan = plan_of(input);
  ASSERT_EQ(plan.documents.size(), 1U);
  ASSERT_TRUE(plan.documents.front().date);
  EXPECT_EQ(domain::to_iso8601(*plan.documents.front().date), "2019-10-02");
  input.history = carried_out(input.history, plan);
  *input.now += std::chrono::hours(24 * 40);
  const auto again = plan_of(input);
  EXPECT_TRUE(again.documents.empty()) << json::write(to_json(again.documents.front()));
}

INSTANTIATE_TEST_SUITE_P(Cases, CreditPlanningTable, testing::ValuesIn(case_names("credits")),
                         [](const auto& info) { return info.param; });

}  // namespace credit_planning_table_test
}  // namespace connector::flows
