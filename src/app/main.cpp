#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "app/console_files.h"
#include "app/progress.h"
#include "app/run.h"
#include "net/event_loop.h"

#ifdef CONNECTOR_WITH_CONSOLE
// Made of web/ at build time (cmake/console.cmake).
extern const std::span<const connector::server::ConsoleAsset> built_console;
#endif

namespace {

using namespace connector::app;

ExitCode run_program(int count, char** arguments) {
  auto parsed = parse_command_line({arguments + 1, arguments + count});
  if (const auto* nothing = std::get_if<NothingToRun>(&parsed)) {
    (nothing->code == ExitCode::done ? std::cout : std::cerr) << nothing->text;
    return nothing->code;
  }
  const Invocation& invocation = std::get<Invocation>(parsed);
  Output output(std::cout, std::cerr, invocation.output);
  Context context{invocation.config_file,  process_environment(), output, std::cerr,
                  Progress::is_terminal(), command_line_actor()};
  return run(invocation.command, context);
}

}  // namespace

int main(int count, char** arguments) {
  try {
#ifdef CONNECTOR_WITH_CONSOLE
    use_console_files(built_console);
#endif
    return static_cast<int>(run_program(count, arguments));
  } catch (const connector::net::Interrupted&) {
    std::cerr << "interrupted\n";
    return static_cast<int>(ExitCode::differences);
  } catch (const std::exception& bug) {
    std::cerr << "ml-connector: a bug: " << bug.what() << '\n';
    return static_cast<int>(ExitCode::bug);
  }
}
