#pragma once

#include <string>
#include <string_view>

namespace connector::exact {

/// As much of a UTF-8 text, from its beginning, as a field of `length` characters holds, cut between code points. Exact
/// runs on .NET, whose strings count UTF-16 units: what lies beyond U+FFFF counts twice.
std::string fitting(std::string_view text, std::size_t length);

}  // namespace connector::exact
