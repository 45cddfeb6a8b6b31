#include "domain/cron.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace cron_test {

std::string next(std::string_view expression, std::string_view after) {
  auto cron = Cron::parse(expression);
  if (!cron) return cron.error().message;
  auto time = cron->next_after(*parse_iso8601(after));
  return time ? to_iso8601_seconds(*time) : "never";
}

TEST(Cron, EveryFifteenMinutes) {
  EXPECT_EQ(next("*/15 * * * *", "2026-11-23T10:14:59.999Z"), "2026-11-23T10:15:00Z");
  EXPECT_EQ(next("*/15 * * * *", "2026-11-23T10:15:00Z"), "2026-11-23T10:30:00Z");
  EXPECT_EQ(next("*/15 * * * *", "2026-12-31T23:50:00Z"), "2027-01-01T00:00:00Z");
}

TEST(Cron, ListsRangesAndWeekdays) {
  EXPECT_EQ(next("30 2,14 * * *", "2026-11-23T03:00:00Z"), "2026-11-23T14:30:00Z");
  EXPECT_EQ(next("0 9-17/4 * * *", "2026-11-23T10:00:00Z"), "2026-11-23T13:00:00Z");
  EXPECT_EQ(next("0 6 * * 1-5", "2026-11-27T06:00:00Z"), "2026-11-30T06:00:00Z");
  EXPECT_EQ(next("0 6 * * 7", "2026-11-23T06:00:00Z"), "2026-11-29T06:00:00Z");
}

TEST(Cron, MonthsAndWeekdaysByName) {
  EXPECT_EQ(next("0 6 * * MON-FRI", "2026-11-27T06:00:00Z"), "2026-11-30T06:00:00Z");
  EXPECT_EQ(next("0 6 * * sun", "2026-11-23T06:00:00Z"), "2026-11-29T06:00:00Z");
  EXPECT_EQ(next("0 6 1 Jan,DEC *", "2026-11-23T06:00:00Z"), "2026-12-01T06:00:00Z");
  EXPECT_NE(next("0 6 * * JAN", "2026-01-01").find("day of week"), std::string::npos);
  EXPECT_NE(next("0 MON * * *", "2026-01-01").find("hour"), std::string::npos);
}

TEST(Cron, TwoRestrictedDayFieldsMeanEither) {
  EXPECT_EQ(next("0 0 1 * 5", "2026-11-23T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 1 * 5", "2026-11-27T00:00:00Z"), "2026-12-01T00:00:00Z");
}

TEST(Cron, RareAndImpossibleDates) {
  EXPECT_EQ(next("0 0 29 2 *", "2026-11-23T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 30 2 *", "2026-11-23T00:00:00Z"), "never");
}

TEST(Cron, MalformedExpressionsAreNamed) {
  EXPECT_NE(next("* * * *", "2026-01-01").find("five fields"), std::string::npos);
  EXPECT_NE(next("60 * * * *", "2026-01-01").find("minute (0 to 59)"), std::string::npos);
  EXPECT_NE(next("0 5-3 * * *", "2026-01-01").find("hour"), std::string::npos);
  EXPECT_NE(next("0 , * * *", "2026-01-01").find("hour"), std::string::npos);
  EXPECT_NE(next("*/0 * * * *", "2026-01-01").find("minute"), std::string::npos);
}

}  // namespace cron_test
}  // namespace connector::domain
