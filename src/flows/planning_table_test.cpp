// Every file of tests/data/planning is a case: an order, mapping, settings and history, and the documents, problems and
// withdrawn keys they must give, written by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/period_calendar.h"
#include "flows/document_json.h"
#include "flows/order_json.h"
#include "flows/order_plan.h"
#include "flows/planning_case_testing.h"
#include "flows/settings_json.h"

namespace connector::flows {
namespace planning_table_test {

using namespace testing_cases;

struct Case {
  domain::PurchaseOrder order;
  Mapping mapping;
  domain::ConnectionSettings settings;
  std::vector<PlannedPosting> history;
  domain::PeriodCalendar calendar;
};

domain::Plan planned(const Case& input, const std::vector<PlannedPosting>& history) {
  PlanningContext context;
  context.mapping = input.mapping;
  context.settings = input.settings;
  context.calendar = input.calendar;
  return plan_everything(input.order, context, history, std::nullopt);
}

domain::DateRange days_from_json(const Value& value) {
  return {*domain::parse_date(value["first"].string()), *domain::parse_date(value["last"].string())};
}

domain::PeriodCalendar calendar_from_json(const Value& value) {
  std::vector<domain::FinancialPeriod> periods;
  for (const Value& period : value["periods"].array()) {
    periods.push_back({static_cast<int>(*period["year"].integer()), static_cast<int>(*period["number"].integer()),
                       days_from_json(period)});
  }
  std::vector<domain::DateRange> closed;
  for (const Value& days : value["closed"].array()) closed.push_back(days_from_json(days));
  return domain::PeriodCalendar(std::move(periods), std::move(closed));
}

Case input_of(const Value& file) {
  Case input;
  auto order = order_from_json(file["order"]);
  EXPECT_TRUE(order) << order.error().message;
  input.order = order.value_or(domain::PurchaseOrder());
  input.mapping = mapping_from_json(file["mapping"]);
  auto settings = settings_from_json(file["settings"]);
  EXPECT_TRUE(settings) << settings.error().message;
  input.settings = settings.value_or(domain::ConnectionSettings());
  for (const Value& posting : file["history"].array()) {
    auto document = document_from_json(posting["document"]);
    EXPECT_TRUE(document) << document.error().message;
    input.history.push_back({document.value_or(Document()), posting["frozen"].boolean().value_or(false)});
  }
  input.calendar = calendar_from_json(file["calendar"]);
  return input;
}

class PlanningTable : public testing::TestWithParam<std::string> {};

TEST_P(PlanningTable, GivesTheExpectedDocuments) {
  const Value file = read_case(GetParam());
  const Case input = input_of(file);
  const auto plan = planned(input, input.history);

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

TEST_P(PlanningTable, PlansNothingTwice) {
  const Case input = input_of(read_case(GetParam()));
  const auto plan = planned(input, input.history);
  const auto history = carried_out(input.history, plan);
  const auto again = planned(input, history);
  EXPECT_TRUE(again.documents.empty()) << json::write(to_json(again.documents.front()));
  EXPECT_TRUE(again.withdrawn.empty());
  EXPECT_EQ(again.problems.size(), plan.problems.size());
}

TEST_P(PlanningTable, EveryDocumentAddsUpAndReadsBack) {
  const Case input = input_of(read_case(GetParam()));
  for (const Document& document : planned(input, input.history).documents) {
    domain::Decimal total;
    for (const auto& line : document.lines) {
      EXPECT_EQ(line.amount, line.quantity * line.unit_price) << document.key << " " << line.sku;
      total += line.amount;
    }
    EXPECT_EQ(document.total, total) << document.key;
    const auto text = json::parse(json::write(to_json(document)));
    ASSERT_TRUE(text);
    const auto read = document_from_json(*text);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, document);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, PlanningTable, testing::ValuesIn(case_names()),
                         [](const auto& info) { return info.param; });

TEST(PlanningWithBadSettings, AnUnknownZoneHoldsInsteadOfDatingWrongly) {
  Case input = input_of(read_case("tax_excluded"));
  input.settings.booking_zone = "Atlantis/Capital";
  const auto plan = planned(input, {});
  ASSERT_EQ(plan.documents.size(), 1U);
  EXPECT_FALSE(plan.documents.front().date);
  ASSERT_EQ(plan.problems.size(), 1U);
  EXPECT_EQ(plan.problems.front().cause, domain::Cause::bad_input);
  EXPECT_THAT(plan.problems.front().message, testing::HasSubstr("Atlantis/Capital"));
}

}  // namespace planning_table_test
}  // namespace connector::flows
