#pragma once

#include <string>
#include <utility>
#include <vector>

namespace connector::app {

/// Name and version of the program and of every library in it, as running where the library tells.
std::vector<std::pair<std::string, std::string>> part_versions();

}  // namespace connector::app
