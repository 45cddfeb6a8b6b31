#pragma once

#include <map>
#include <string>

namespace connector::app {

/// The environment variables of the process by name; a value, so that tests can make their own.
using Environment = std::map<std::string, std::string>;

/// A copy of the process's environment.
Environment process_environment();

}  // namespace connector::app
