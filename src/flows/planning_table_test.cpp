// Every file of tests/data/planning is a case: an order, mapping, settings and history, and the documents, problems and
// withdrawn keys they must give, written by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "domain/period_calendar.h"
#include "domain/planning.h"
#include "flows/document_json.h"
#include "flows/order_json.h"
#include "flows/settings_json.h"

namespace connector::flows {
namespace {

using domain::Document;
using domain::Mapping;
using domain::PlannedPosting;
using json::Value;

const std::filesystem::path folder = std::filesystem::path(CONNECTOR_SOURCE_DIR) / "tests/data/planning";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

Value read_case(const std::string& name) {
  std::ifstream stream(folder / (name + ".json"));
  std::stringstream text;
  text << stream.rdbuf();
  auto value = json::parse(text.str());
  EXPECT_TRUE(value) << name << ": " << value.error().message;
  return value.value_or(Value());
}

std::map<std::string, std::string> pairs_from_json(const Value& object) {
  std::map<std::string, std::string> pairs;
  for (const auto& [name, value] : object.object()) pairs.emplace(name, value.string());
  return pairs;
}

Mapping mapping_from_json(const Value& value) {
  std::vector<domain::MappingRow> rows;
  for (const Value& row : value["rows"].array()) {
    rows.push_back({row["sku"].text_or(""), row["exact_item"].text_or(""), row["gl_account"].text_or(""),
                    row["cost_center"].text_or(""), row["cost_unit"].text_or(""), row["vat_code"].text_or(""),
                    row["warehouse"].text_or("")});
  }
  std::map<std::string, std::vector<domain::KitComponent>> kits;
  for (const auto& [sku, components] : value["kits"].object()) {
    for (const Value& part : components.array()) {
      kits[sku].push_back(
          {part["exact_item"].text_or(""), *part["quantity"].decimal(), *part["price_share"].decimal()});
    }
  }
  return Mapping(std::move(rows), std::move(kits), pairs_from_json(value["aliases"]),
                 pairs_from_json(value["ship_nodes"]));
}

struct Case {
  domain::PurchaseOrder order;
  Mapping mapping;
  domain::ConnectionSettings settings;
  std::vector<PlannedPosting> history;
  domain::PeriodCalendar calendar;
};

domain::Plan planned(const Case& input, const std::vector<PlannedPosting>& history) {
  return domain::plan_order_in_periods(input.order, input.mapping, input.settings, history, input.calendar);
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

/// Document by document and member by member, in the words of the files.
void expect_same(const Value& expected, const Value& actual, const std::string& where) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [name, member] : expected.object()) expect_same(member, actual[name], where + "." + name);
    for (const auto& [name, member] : actual.object()) {
      EXPECT_TRUE(expected.contains(name))
          << where << "." << name << " is " << json::write(member) << ", expected none";
    }
  } else if (expected.is_array() && actual.is_array()) {
    EXPECT_EQ(expected.size(), actual.size()) << where << ": " << json::write(actual);
    for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
      expect_same(expected.at(i), actual.at(i), where + "[" + std::to_string(i) + "]");
    }
  } else {
    EXPECT_EQ(json::write(expected), json::write(actual)) << where;
  }
}

std::vector<PlannedPosting> carried_out(std::vector<PlannedPosting> history, const domain::Plan& plan) {
  std::erase_if(history, [&plan](const PlannedPosting& posting) {
    const auto& key = posting.document.key;
    return std::count(plan.withdrawn.begin(), plan.withdrawn.end(), key) > 0 ||
           std::any_of(plan.documents.begin(), plan.documents.end(), [&](const Document& d) { return d.key == key; });
  });
  for (const Document& document : plan.documents) history.push_back({document, false});
  return history;
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

}  // namespace
}  // namespace connector::flows
