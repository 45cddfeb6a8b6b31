#include "domain/wall_time.h"

#include <fmt/format.h>

#include <stdexcept>

// The flags the packaged library was built with; its header must see the same.
#ifndef USE_OS_TZDB
#define USE_OS_TZDB 1
#endif
#ifndef ONLY_C_LOCALE
#define ONLY_C_LOCALE 1
#endif
#include <date/tz.h>

namespace connector::domain {
namespace {

Error unknown_zone(std::string_view zone) { return {Cause::bad_input, fmt::format("unknown time zone \"{}\"", zone)}; }

}  // namespace

Result<WallTime> wall_time(UtcTime time, std::string_view zone) {
  if (zone == "UTC") return WallTime{time.time_since_epoch()};
  try {
    const date::sys_time<Milliseconds> instant{time.time_since_epoch()};
    return WallTime{date::locate_zone(zone)->to_local(instant).time_since_epoch()};
  } catch (const std::runtime_error&) {
    return fail(unknown_zone(zone));
  }
}

Result<UtcTime> instant_of(WallTime wall, std::string_view zone) {
  if (zone == "UTC") return UtcTime{wall.time_since_epoch()};
  try {
    const date::local_time<Milliseconds> local{wall.time_since_epoch()};
    return UtcTime{date::locate_zone(zone)->to_sys(local, date::choose::earliest).time_since_epoch()};
  } catch (const std::runtime_error&) {
    return fail(unknown_zone(zone));
  }
}

}  // namespace connector::domain
