#pragma once

#include <string>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"

namespace connector::domain {

/// Reads "250ms", "5s", "2m", "1h", "3d": a whole number and one unit, above zero and at most 3650 days.
/// Error: bad_input.
Result<Milliseconds> parse_duration(std::string_view text);
/// The shortest form that parse_duration reads back: "90s", "2m", "1h".
std::string to_string(Milliseconds duration);

}  // namespace connector::domain
