#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "app/environment.h"
#include "app/output.h"

namespace connector::app {

/// What a command finds around it. Lives as long as the command runs.
struct Context {
  std::optional<std::string> config_file;  ///< --config
  Environment environment;
  Output& output;
  std::ostream& error;    ///< for progress bars
  bool terminal = false;  ///< stderr is one
  std::string actor;      ///< "cli:<user>", for the audit trail
};

/// "cli:" and the name of the user that runs the process.
std::string command_line_actor();

}  // namespace connector::app
