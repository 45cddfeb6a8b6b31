#include "domain/period_calendar.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace period_calendar_test {

Date day(std::string_view text) { return *parse_date(text); }
DateRange days(std::string_view first, std::string_view last) { return {day(first), day(last)}; }

TEST(PeriodCalendar, WithoutPeriodsAMonthIsClosed) {
  const PeriodCalendar calendar;
  EXPECT_TRUE(calendar.is_open(day("2026-02-14")));
  EXPECT_EQ(calendar.days_around(day("2024-02-14")), days("2024-02-01", "2024-02-29"));
  EXPECT_EQ(calendar.first_open_day(day("2026-02-14")), day("2026-02-14"));
}

TEST(PeriodCalendar, FindsTheFirstOpenDayOverSeveralClosedPeriods) {
  const PeriodCalendar calendar({}, {days("2026-12-01", "2026-12-31"), days("2026-11-01", "2026-11-30")});
  EXPECT_EQ(calendar.first_open_day(day("2026-11-23")), day("2027-01-01"));
  EXPECT_EQ(calendar.first_open_day(day("2026-10-31")), day("2026-10-31"));
}

TEST(PeriodCalendar, GivesUpWhenEverythingAheadIsClosed) {
  const PeriodCalendar calendar({}, {days("2026-01-01", "2035-12-31")});
  EXPECT_EQ(calendar.first_open_day(day("2026-11-23")), std::nullopt);
}

TEST(PeriodCalendar, BooksOnlyInPeriodsThatExactHas) {
  const PeriodCalendar calendar(
      {{2026, 11, days("2026-11-01", "2026-11-30")}, {2027, 2, days("2027-02-01", "2027-02-28")}},
      {days("2026-11-01", "2026-11-30")});
  EXPECT_EQ(calendar.first_open_day(day("2026-11-23")), day("2027-02-01"));
  EXPECT_EQ(calendar.period_of(day("2027-02-03"))->number, 2);
  EXPECT_EQ(calendar.period_of(day("2027-03-03")), nullptr);
}

TEST(PeriodCalendar, TheDocumentSaysWhyItsDateIsAnother) {
  Document document;
  document.description = "Walmart order 1";
  document.date = day("2026-11-23");
  EXPECT_EQ(description_in_exact(document), "Walmart order 1");
  EXPECT_EQ(date_in_exact(document), day("2026-11-23"));
  document.posting_date = day("2026-12-01");
  EXPECT_EQ(description_in_exact(document), "Walmart order 1 (of 2026-11-23, dated 2026-12-01: period closed)");
  EXPECT_EQ(date_in_exact(document), day("2026-12-01"));
}

TEST(PeriodCalendar, SalesOrdersAreNotBookedAndStay) {
  Document order;
  order.kind = PostingKind::sales_order;
  order.key = "order/1";
  order.date = day("2026-11-23");
  Plan plan;
  plan.documents = {order};
  const PeriodCalendar closed({}, {days("2026-11-01", "2026-11-30")});
  for (const auto policy : {ClosedPeriodPolicy::hold, ClosedPeriodPolicy::first_open_day}) {
    const Plan placed = in_periods(plan, {}, closed, policy);
    EXPECT_FALSE(placed.documents.front().posting_date);
    EXPECT_TRUE(placed.problems.empty());
  }
}

}  // namespace period_calendar_test
}  // namespace connector::domain
