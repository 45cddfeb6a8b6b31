#include "app/output.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/exit_code.h"
#include "app/progress.h"

namespace connector::app {
namespace output_test {

Table invoices() {
  return {{{"order", "ORDER"}, {"total", "TOTAL", true, true}, {"state", "STATE"}},
          {{"1796277083022", *domain::Decimal::parse("9.99"), "posted"},
           {"17", *domain::Decimal::parse("1234.5"), json::Value()}}};
}

TEST(Output, TablesForPeople) {
  EXPECT_EQ(text_of(invoices()),
            "ORDER            TOTAL  STATE\n"
            "1796277083022     9.99  posted\n"
            "17             1234.50  -\n");
  EXPECT_EQ(text_of({{{"a", "A"}}, {}}), "(none)\n");
}

TEST(Output, ColumnsStayInLineBehindLettersOfSeveralBytes) {
  EXPECT_EQ(text_of({{{"a", "A"}, {"b", "B"}}, {{"Zürich", "x"}, {"Berlin", "y"}}}),
            "A       B\nZürich  x\nBerlin  y\n");
}

TEST(Output, TheSameTableForPrograms) {
  std::ostringstream out;
  std::ostringstream error;
  Output output(out, error, OutputFormat::json);
  output.table("postings", invoices());
  auto parsed = json::parse(out.str());
  ASSERT_TRUE(parsed) << out.str();
  EXPECT_EQ((*parsed)["postings"].at(1)["total"].decimal(), domain::Decimal::parse("1234.5").value());
  EXPECT_TRUE((*parsed)["postings"].at(1)["state"].is_null());
  EXPECT_EQ((*parsed)["postings"].size(), 2U);
  EXPECT_EQ(error.str(), "");
}

TEST(Output, AnEmptyTableIsAnEmptyArray) {
  std::ostringstream out;
  std::ostringstream error;
  Output(out, error, OutputFormat::json).table("postings", {{{"a", "A"}}, {}});
  auto parsed = json::parse(out.str());
  ASSERT_TRUE(parsed);
  EXPECT_TRUE((*parsed)["postings"].is_array());
}

TEST(Output, ResultsThatComeOneByOneAreALineEachForPrograms) {
  std::ostringstream out;
  std::ostringstream error;
  Output output(out, error, OutputFormat::json);
  output.line(json::Object{{"a", 1}}, "one\n");
  output.line(json::Object{{"a", 2}}, "two\n");
  EXPECT_EQ(out.str(), "{\"a\":1}\n{\"a\":2}\n");
}

TEST(Output, WhatFailedWithoutAResultIsTheResultForPrograms) {
  std::ostringstream out;
  std::ostringstream error;
  Output failed(out, error, OutputFormat::json);
  failed.problem({domain::Cause::not_found, "there is no connection \"shop\""});
  failed.problem({domain::Cause::store_failure, "a later one"});
  failed.finish();
  const auto parsed = json::parse(out.str());
  ASSERT_TRUE(parsed) << out.str();
  EXPECT_EQ((*parsed)["error"]["cause"].text(), "not_found");
  EXPECT_EQ((*parsed)["error"]["message"].text(), "there is no connection \"shop\"");
  EXPECT_FALSE((*parsed)["error"]["advice"].text().value_or("").empty());

  std::ostringstream people;
  Output text(people, error, OutputFormat::text);
  text.problem({domain::Cause::not_found, "there is no connection \"shop\""});
  text.finish();
  EXPECT_EQ(people.str(), "");

  std::ostringstream both;
  Output partly(both, error, OutputFormat::json);
  partly.problem({domain::Cause::api_outage, "walmart"});
  partly.table("rows", {{{"a", "A"}}, {}});
  partly.finish();
  EXPECT_TRUE(json::parse(both.str())) << "one document: " << both.str();
}

TEST(Output, DiagnosticsKeepOffStandardOutput) {
  std::ostringstream out;
  std::ostringstream error;
  Output output(out, error, OutputFormat::json);
  output.note("one");
  output.problem({domain::Cause::api_outage, "no answer from exact"});
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(error.str(),
            "one\nerror: no answer from exact\napi_outage: The remote is unreachable or fails; serve tries again by "
            "itself, a command is to be run again.\n");
}

TEST(Output, ForeignTextCannotSteerTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\x7f\xc2\x9b"
                      "2Jc\nd"),
            "a?[31mb??2Jc\nd");
  EXPECT_EQ(text_of({{{"a", "A"}}, {{"one\ntwo\x1b]0;x\x07"}}}), "A\none two?]0;x?\n");
}

TEST(Output, ObjectsAsLines) {
  std::ostringstream out;
  std::ostringstream error;
  json::Value object;
  object.set("name", "shop");
  object.set("mapping_version", 3);
  Output(out, error, OutputFormat::text).object(object);
  EXPECT_EQ(out.str(), "name:            shop\nmapping version: 3\n");
}

TEST(Progress, SilentUnlessOnATerminal) {
  std::ostringstream error;
  {
    Progress progress(error, false, "orders", 10);
    progress.update(5);
  }
  EXPECT_EQ(error.str(), "");
  {
    Progress progress(error, true, "orders", 10);
    progress.update(5, "PO 7");
  }
  EXPECT_EQ(error.str(), "\r\x1b[Korders [###############...............] 5/10  PO 7\r\x1b[K");
}

TEST(ExitCode, FollowsTheCause) {
  EXPECT_EQ(exit_code_of(domain::Cause::bad_input), ExitCode::bad_usage);
  EXPECT_EQ(exit_code_of(domain::Cause::authentication_failed), ExitCode::credentials_refused);
  EXPECT_EQ(exit_code_of(domain::Cause::budget_spent), ExitCode::remote_unreachable);
  EXPECT_EQ(exit_code_of(domain::Cause::store_failure), ExitCode::store_unusable);
  EXPECT_EQ(exit_code_of(domain::Cause::missing_item), ExitCode::differences);
  EXPECT_EQ(graver(ExitCode::done, ExitCode::differences), ExitCode::differences);
}

}  // namespace output_test
}  // namespace connector::app
