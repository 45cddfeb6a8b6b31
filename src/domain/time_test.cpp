#include "domain/time.h"

#include <gtest/gtest.h>

namespace connector::domain {
namespace time_test {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

constexpr std::int64_t sample = 1'795'428'672'345;  // 2026-11-23T10:11:12.345Z

Date date(int y, unsigned m, unsigned d) { return Date{year{y}, month{m}, day{d}}; }

TEST(Time, WritesIso8601) {
  EXPECT_EQ(to_iso8601(from_epoch_milliseconds(sample)), "2026-11-23T10:11:12.345Z");
  EXPECT_EQ(to_iso8601_seconds(from_epoch_milliseconds(sample)), "2026-11-23T10:11:12Z");
  EXPECT_EQ(to_iso8601(from_epoch_milliseconds(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso8601(date(2026, 1, 9)), "2026-01-09");
}

TEST(Time, ReadsIso8601) {
  for (const std::string_view text :
       {"2026-11-23T10:11:12.345Z", "2026-11-23T10:11:12.3459999Z", "2026-11-23T11:11:12.345+01:00",
        "2026-11-23T05:11:12.345-0500", "2026-11-23 10:11:12.345", "2026-11-23t12:11:12,345+02"}) {
    const auto time = parse_iso8601(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(to_epoch_milliseconds(*time), sample) << text;
  }
  EXPECT_EQ(parse_iso8601("2026-11-23"), start_of_day(date(2026, 11, 23)));
  EXPECT_EQ(parse_iso8601("2026-11-23T00:00Z"), start_of_day(date(2026, 11, 23)));
  EXPECT_EQ(parse_iso8601("2026-11-23T00:00:00.5Z"), start_of_day(date(2026, 11, 23)) + Milliseconds(500));
  EXPECT_EQ(parse_iso8601("2024-02-29T23:59:60Z"), start_of_day(date(2024, 3, 1)));
}

TEST(Time, RefusesOtherText) {
  for (const std::string_view text :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-11-23T", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
        "2026-11-23T10:11:61Z", "2026-11-23T10:11:12.Z", "2026-11-23T10:11:12Zz", "2026-11-23T10:11:12+1",
        "2026-11-23T10:11:12+01:0", "26-11-23", "2026/11/23", "2026-11-23T-1:00:00Z", "\xff\xff\xff\xff"}) {
    EXPECT_FALSE(parse_iso8601(text).has_value()) << text;
  }
  EXPECT_EQ(parse_date("2026-11-23"), date(2026, 11, 23));
  EXPECT_FALSE(parse_date("2026-11-23T00:00:00Z").has_value());
  EXPECT_FALSE(parse_date("2026-11-31").has_value());
}

TEST(Time, FindsTheDateInAZone) {
  const auto evening = *parse_iso8601("2026-07-31T22:30:00Z");
  EXPECT_EQ(date_in_zone(evening, "UTC"), date(2026, 7, 31));
  EXPECT_EQ(date_in_zone(evening, "Europe/Amsterdam"), date(2026, 8, 1));
  EXPECT_EQ(date_in_zone(evening, "America/Los_Angeles"), date(2026, 7, 31));
  // In winter Amsterdam is one hour ahead only.
  EXPECT_EQ(date_in_zone(*parse_iso8601("2026-12-31T22:30:00Z"), "Europe/Amsterdam"), date(2026, 12, 31));
  EXPECT_EQ(date_in_zone(*parse_iso8601("2026-12-31T23:00:00Z"), "Europe/Amsterdam"), date(2027, 1, 1));
  const auto unknown = date_in_zone(evening, "Europe/Atlantis");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().cause, Cause::bad_input);
  EXPECT_FALSE(date_in_zone(evening, "").has_value());
}

TEST(Time, EpochMillisecondsReadBack) {
  EXPECT_EQ(to_epoch_milliseconds(from_epoch_milliseconds(sample)), sample);
  EXPECT_EQ(parse_iso8601(to_iso8601(from_epoch_milliseconds(sample))), from_epoch_milliseconds(sample));
}

}  // namespace time_test
}  // namespace connector::domain
