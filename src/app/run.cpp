#include "app/run.h"

#include <variant>

namespace connector::app {

ExitCode run(const Command& command, Context& context) {
  return std::visit([&context](const auto& chosen) { return commands::run(chosen, context); }, command);
}

}  // namespace connector::app
