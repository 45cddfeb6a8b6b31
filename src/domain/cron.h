#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::domain {

/// A five-field cron expression without a zone: minute hour day-of-month month day-of-week (0 and 7 are Sunday), each
/// `*`, a number, `a-b`, `a-b/n`, `*/n` or a list of these; months and weekdays also by the first three letters of
/// their English names, in either case. As in cron(8), when both day fields are restricted a day that fits either one
/// counts.
class Cron {
 public:
  static constexpr std::size_t field_count = 5;
  /// Error: bad_input, naming the field.
  static Result<Cron> parse(std::string_view text);
  /// The first whole minute after `time` that fits; nullopt for a date that never comes, such as 30 February.
  std::optional<UtcTime> next_after(UtcTime time) const;
  /// Whether it fits in every hour, so that it goes on through hours that clocks repeat or skip.
  bool any_hour() const { return fields_[1].count() == 24; }

 private:
  bool fits_day(Date date) const;
  std::array<std::bitset<64>, field_count> fields_;
  bool any_day_of_month_ = true;
  bool any_day_of_week_ = true;
};

}  // namespace connector::domain
