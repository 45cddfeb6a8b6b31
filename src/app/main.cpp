#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <iostream>

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

/// A descriptor that the caller closed would be given to the next file that is opened, and results written into it.
void hold_standard_descriptors() {
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // For reading alone, so that writing to it fails as it would have.
    (void)::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
}

/// As `head` does when it has seen enough.
bool reader_has_left() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

ExitCode with_results_written(ExitCode code) {
  std::cout.flush();
  if (std::cout || reader_has_left()) return code;
  std::cerr
      << "error: standard output took not all of the results: its disk is full, or it is closed. What the command "
         "did stands\n";
  return graver(code, ExitCode::bad_usage);
}

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
  const ExitCode code = run(invocation.command, context);
  output.finish();
  return code;
}

}  // namespace

int main(int count, char** arguments) {
  try {
#ifdef CONNECTOR_WITH_CONSOLE
    use_console_files(built_console);
#endif
    hold_standard_descriptors();
    return static_cast<int>(with_results_written(run_program(count, arguments)));
  } catch (const connector::net::Interrupted&) {
    std::cerr << "interrupted\n";
    return static_cast<int>(ExitCode::differences);
  } catch (const std::exception& bug) {
    std::cerr << "ml-connector: a bug: " << bug.what() << '\n';
    return static_cast<int>(ExitCode::bug);
  }
}
