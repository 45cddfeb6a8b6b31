#include "domain/schedule.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace schedule_test {

std::string next(std::string_view text, std::string_view after) {
  const auto schedule = parse_schedule(text);
  if (!schedule) return schedule.error().message;
  const auto time = schedule->next_after(*parse_iso8601(after));
  return time ? to_iso8601_seconds(*time) : "never";
}

TEST(Schedule, IntervalsCountFromTheLastRun) {
  EXPECT_EQ(next("15m", "2026-11-23T10:01:02Z"), "2026-11-23T10:16:02Z");
  EXPECT_EQ(next("off", "2026-11-23T10:01:02Z"), "never");
}

TEST(Schedule, CronIsUtcUnlessItNamesAZone) {
  EXPECT_EQ(next("30 2 * * *", "2026-11-23T10:00:00Z"), "2026-11-24T02:30:00Z");
  EXPECT_EQ(next("30 2 * * * Europe/Amsterdam", "2026-11-23T10:00:00Z"), "2026-11-24T01:30:00Z");
  EXPECT_EQ(next("30 2 * * * Europe/Amsterdam", "2026-07-23T10:00:00Z"), "2026-07-24T00:30:00Z");
  EXPECT_EQ(next("0 18 * * 1-5 America/New_York", "2026-11-20T23:30:00Z"), "2026-11-23T23:00:00Z");
}

TEST(Schedule, AWeekdayAtTheEndIsNoZone) {
  EXPECT_EQ(next("30 2 * * MON", "2026-11-24T10:00:00Z"), "2026-11-30T02:30:00Z");
  EXPECT_EQ(next("30 2 * * MON Europe/Amsterdam", "2026-11-24T10:00:00Z"), "2026-11-30T01:30:00Z");
  EXPECT_NE(next("30 25 * * MON", "2026-01-01").find("hour"), std::string::npos);
  EXPECT_NE(next("30 2 * * Europe/Amsterdam", "2026-01-01").find("day of week"), std::string::npos);
}

TEST(Schedule, ASkippedWallTimeComesAtTheChangeAndARepeatedOneOnce) {
  // Clocks in Amsterdam skip 02:00 to 03:00 on 2026-03-29 and repeat it on 2026-10-25.
  EXPECT_EQ(next("30 2 * * * Europe/Amsterdam", "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(next("30 2 * * * Europe/Amsterdam", "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(next("30 2 * * * Europe/Amsterdam", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
}

TEST(Schedule, WhatFitsInEveryHourGoesOnThroughChangesOfTheClock) {
  EXPECT_EQ(next("*/20 * * * * Europe/Amsterdam", "2026-10-25T00:40:00Z"), "2026-10-25T01:00:00Z");
  EXPECT_EQ(next("*/20 * * * * Europe/Amsterdam", "2026-10-25T01:00:00Z"), "2026-10-25T01:20:00Z");
  EXPECT_EQ(next("*/20 * * * * Europe/Amsterdam", "2026-03-29T00:40:00Z"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(next("*/20 * * * * Europe/Amsterdam", "2026-03-29T01:00:00Z"), "2026-03-29T01:20:00Z");
}

TEST(Schedule, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(next("30 2 * * * Europe/Atlantis", "2026-01-01"), "unknown time zone \"Europe/Atlantis\"");
  EXPECT_NE(next("sometimes", "2026-01-01").find("neither an interval"), std::string::npos);
  EXPECT_NE(next("30 25 * * * UTC", "2026-01-01").find("hour"), std::string::npos);
  EXPECT_NE(next("0 3 31 2 *", "2026-01-01").find("never comes"), std::string::npos);
  EXPECT_EQ(next("0 3 29 2 *", "2026-01-01"), "2028-02-29T03:00:00Z");
}

TEST(Schedule, AConnectionsOwnGoesBeforeTheInstallations) {
  const FlowSchedules installation{{"orders", *parse_schedule("2m")}, {"prices", *parse_schedule("1h")}};
  const std::map<std::string, std::string, std::less<>> own{{"orders", "off"}, {"returns", "5m"}, {"prices", "often"}};
  EXPECT_EQ(schedule_in_force("orders", own, installation).text, "off");
  EXPECT_EQ(schedule_in_force("returns", own, installation).text, "5m");
  EXPECT_EQ(schedule_in_force("prices", own, installation).text, "1h");
  EXPECT_EQ(schedule_in_force("orders", {}, installation).text, "2m");
  EXPECT_TRUE(schedule_in_force("inventory", own, installation).is_off());
}

TEST(Schedule, PeriodIsTheDistanceOfTwoRuns) {
  const auto now = *parse_iso8601("2026-11-23T10:01:02Z");
  EXPECT_EQ(parse_schedule("0 */6 * * *")->period(now), Milliseconds(6L * 3'600'000));
  EXPECT_EQ(parse_schedule("10m")->period(now), Milliseconds(600'000));
  EXPECT_FALSE(parse_schedule("off")->period(now));
}

}  // namespace schedule_test
}  // namespace connector::domain
