#pragma once

#include <chrono>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::domain {

/// What a clock on the wall shows, without its zone.
using WallTime = std::chrono::local_time<Milliseconds>;
/// The wall time of an instant in an IANA zone; bad_input for an unknown zone.
Result<WallTime> wall_time(UtcTime time, std::string_view zone);
/// The instant of a wall time: the first of the two when clocks are set back, the moment of the change for one that is
/// skipped; bad_input for an unknown zone.
Result<UtcTime> instant_of(WallTime wall, std::string_view zone);

}  // namespace connector::domain
