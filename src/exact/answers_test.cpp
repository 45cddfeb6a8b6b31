#include "exact/answers.h"

#include <gtest/gtest.h>

namespace connector::exact {
namespace answers_test {

using domain::Cause;
using json::Value;

TEST(ExactAnswers, PagesComeInThreeShapes) {
  const auto page = read_page(R"({"d":{"results":[{"ID":"1"},{"ID":"2"}],"__next":"https://x/y?$skiptoken=guid'1'"}})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rows.size(), 2U);
  EXPECT_EQ(page->next, "https://x/y?$skiptoken=guid'1'");
  EXPECT_EQ(read_page(R"({"d":{"ID":"1"}})")->rows.size(), 1U);
  EXPECT_EQ(read_page(R"({"d":[{"ID":"1"}]})")->rows.size(), 1U);
  EXPECT_EQ(read_page(R"({"d":{"results":[]}})")->rows.size(), 0U);
  EXPECT_EQ(read_page("\xEF\xBB\xBF{\"d\":{\"results\":[]}}")->next, "");
}

TEST(ExactAnswers, GuidsAreReadInLowerCaseAndNothingElseIs) {
  const std::string upper = "9E4BE39B-0AA1-4F3A-8E1D-0DF3CCEC71B9";
  const std::string lower = "9e4be39b-0aa1-4f3a-8e1d-0df3ccec71b9";
  const auto page = read_page(R"({"d":{"results":[{"ID":")" + upper + R"(","YourRef":")" + upper + R"(","Code":")" +
                              upper + R"(","SalesInvoiceLines":{"results":[{"Item":")" + upper + R"("}]}}]}})");
  ASSERT_TRUE(page);
  const Value& row = page->rows.at(0);
  EXPECT_EQ(row["ID"].text_or(""), lower);
  EXPECT_EQ(row["SalesInvoiceLines"]["results"].at(0)["Item"].text_or(""), lower);
  EXPECT_EQ(row["YourRef"].text_or(""), upper);
  EXPECT_EQ(row["Code"].text_or(""), upper);
  EXPECT_EQ((*read_entity(R"({"d":{"InvoiceID":")" + upper + R"("}})"))["InvoiceID"].text_or(""), lower);
  EXPECT_EQ((*read_entity(R"({"d":{"ID":"9E4BE39B-0AA1"}})"))["ID"].text_or(""), "9E4BE39B-0AA1");
}

TEST(ExactAnswers, WhatIsNoAnswerIsMalformed) {
  for (const char* body : {"", " ", "{}", "[]", "null", "{\"d\":null}", "{\"d\":7}", "{\"d\":{\"results\":7}}",
                           "{\"d\":{\"results\":[{\"ID\"", "<feed xmlns=\"http://www.w3.org/2005/Atom\"/>"}) {
    const auto page = read_page(body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().cause, Cause::malformed_response);
  }
  EXPECT_NE(read_page("<feed/>").error().message.find("XML"), std::string::npos);
}

TEST(ExactAnswers, AnEntityStandsAloneOrAsTheOnlyRow) {
  EXPECT_EQ((*read_entity(R"({"d":{"ID":"1"}})"))["ID"].text_or(""), "1");
  EXPECT_EQ((*read_entity(R"({"d":{"results":[{"ID":"1"}]}})"))["ID"].text_or(""), "1");
  constexpr std::string_view members[] = {"ID"};
  EXPECT_EQ(json::write(*read_entity(R"({"d":{"results":[{"ID":"1","Other":2}],"x":1}})", members)), R"({"ID":"1"})");
  EXPECT_FALSE(read_entity(R"({"d":{"results":[]}})"));
  EXPECT_FALSE(read_entity(R"({"d":{"results":[{},{}]}})"));
  EXPECT_FALSE(read_entity(R"({"d":{"results":["x"]}})"));
}

TEST(ExactAnswers, ExpandedCollectionsAreUsedOnlyWhenWhole) {
  const auto value = [](const char* text) { return *json::parse(text); };
  const Value whole = value(R"({"results":[{"ID":"1"}]})");
  ASSERT_NE(expanded_rows(whole), nullptr);
  EXPECT_EQ(expanded_rows(whole)->size(), 1U);
  EXPECT_EQ(expanded_rows(value(R"({"__deferred":{"uri":"x"}})")), nullptr);
  EXPECT_EQ(expanded_rows(value(R"({"results":[{"ID":"1"}],"__next":"x"})")), nullptr);
  EXPECT_EQ(expanded_rows(Value()), nullptr);
}

TEST(ExactAnswers, DatesComeAsMillisecondsOrIso) {
  const auto text = [](const char* date) {
    const auto time = read_time(Value(date));
    return time ? domain::to_iso8601(*time) : "none";
  };
  EXPECT_EQ(text("/Date(1382667872203)/"), "2013-10-25T02:24:32.203Z");
  EXPECT_EQ(text("/Date(1382667872203+0100)/"), "2013-10-25T02:24:32.203Z");
  EXPECT_EQ(text("/Date(-86400000)/"), "1969-12-31T00:00:00.000Z");
  EXPECT_EQ(text("2026-11-23T00:00:00"), "2026-11-23T00:00:00.000Z");
  EXPECT_EQ(text("/Date(x)/"), "none");
  EXPECT_EQ(text("/Date()/"), "none");
  EXPECT_EQ(text("/Date(9223372036854775807)/"), "none");
  EXPECT_EQ(text("/Date(99999999999999999999)/"), "none");
  EXPECT_FALSE(read_time(Value()));
  EXPECT_EQ(domain::to_iso8601(*read_date(Value("/Date(1795392000000)/"))), "2026-11-23");
  EXPECT_EQ(date_text(*domain::parse_date("2026-11-23")), "2026-11-23T00:00:00");
}

TEST(ExactAnswers, CodesAreTrimmedAndFlagsMayBeBytes) {
  EXPECT_EQ(read_code(Value("                 8")), "8");
  EXPECT_EQ(read_code(Value("NL ")), "NL");
  EXPECT_EQ(read_code(Value(" ")), "");
  EXPECT_EQ(read_code(Value(70)), "70");
  EXPECT_EQ(read_flag(Value(true)), true);
  EXPECT_EQ(read_flag(Value(0)), false);
  EXPECT_EQ(read_flag(Value(1)), true);
  EXPECT_EQ(read_flag(Value("yes")), std::nullopt);
}

}  // namespace answers_test
}  // namespace connector::exact
