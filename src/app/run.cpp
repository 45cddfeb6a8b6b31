#include "app/run.h"

#include <variant>

namespace connector::app {

ExitCode run(const Command& command, Context& context) {
  return std::visit(
      [&context](const auto& chosen) {
        if constexpr (Wired<std::decay_t<decltype(chosen)>>) {
          return commands::run(chosen, context);
        } else {
          return ExitCode::bug;
        }
      },
      command);
}

}  // namespace connector::app
