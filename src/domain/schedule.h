#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "domain/cron.h"
#include "domain/result.h"
#include "domain/time.h"

namespace connector::domain {

/// The flows by name, in the order in which lists show them: as on the command line, in the config's [schedule] and in
/// the settings of a connection.
inline constexpr auto flow_names =
    std::to_array<std::string_view>({"orders", "returns", "inventory", "prices", "settlements"});

/// When a flow runs: every `interval`, or by `cron` in `zone`, or never ("off").
struct Schedule {
  std::string text = "off";  ///< as written
  std::optional<Milliseconds> interval;
  std::optional<Cron> cron;
  std::string zone = "UTC";  ///< IANA name, of `cron`

  bool is_off() const { return !interval && !cron; }
  /// The first time after `last`; nullopt for one that is off or never comes. A wall time that clocks repeat counts
  /// once, one that they skip comes at the change, unless the expression fits in every hour.
  std::optional<UtcTime> next_after(UtcTime last) const;
  /// How far apart two runs are, about; nullopt for one that is off.
  std::optional<Milliseconds> period(UtcTime from) const;
};

/// Reads "15m", "30 2 * * *" (UTC), "30 2 * * * Europe/Amsterdam" or "off". Error: bad_input.
Result<Schedule> parse_schedule(std::string_view text);

/// By flow; one without never runs by itself.
using FlowSchedules = std::map<std::string, Schedule, std::less<>>;

/// When a flow of a connection runs: by the connection's `own` setting, of parse_schedule's form, before the
/// `installation`'s. An own one that is unreadable leaves the installation's.
Schedule schedule_in_force(std::string_view flow, const std::map<std::string, std::string, std::less<>>& own,
                           const FlowSchedules& installation);

}  // namespace connector::domain
