#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::app {

/// A five-field cron expression in UTC: minute hour day-of-month month day-of-week (0 and 7 are Sunday), each
/// `*`, a number, `a-b`, `a-b/n`, `*/n` or a list of these. As in cron(8), when both day fields are restricted
/// a day that fits either one counts.
class Cron {
 public:
  /// Error: bad_input, naming the field.
  static domain::Result<Cron> parse(std::string_view text);
  /// The first whole minute after `time` that fits; nullopt for a date that never comes, such as 30 February.
  std::optional<domain::UtcTime> next_after(domain::UtcTime time) const;

 private:
  bool fits_day(domain::Date date) const;
  std::array<std::bitset<64>, 5> fields_;
  bool any_day_of_month_ = true;
  bool any_day_of_week_ = true;
};

}  // namespace connector::app
