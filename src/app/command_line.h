#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/command.h"
#include "app/exit_code.h"

namespace connector::app {

/// Why there is nothing to run: help was asked for (code done, `text` for stdout), or bad usage (`text` for stderr).
struct NothingToRun {
  ExitCode code = ExitCode::bad_usage;
  std::string text;
};

/// Reads the arguments behind the program's name.
std::variant<Invocation, NothingToRun> parse_command_line(std::vector<std::string> arguments);

}  // namespace connector::app
