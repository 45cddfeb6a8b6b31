#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connector::app {

/// ` (did you mean "listen"?)` for the candidate that is the fewest typing errors away from `word`; empty when none
/// is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace connector::app
