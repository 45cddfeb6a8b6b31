#include <sys/resource.h>

#include "app/live_installation.h"
#include "app/run.h"
#include "app/serve.h"
#include "net/json_log.h"

namespace connector::app::commands {
namespace {

/// As many connections as the server lets in, and those to the remotes, need more than the usual soft limit of 1,024.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

ExitCode run(const Serve&, Context& context) {
  allow_many_descriptors();
  auto live = LiveInstallation::open(context);
  if (!live) {
    context.output.problem(live.error());
    return exit_code_of(live.error().cause);
  }
  net::JsonLog log(context.error);
  Server server(**live, log);
  auto started = server.start();
  if (!started) {
    context.output.problem(started.error());
    return exit_code_of(started.error().cause);
  }
  json::Value result{json::Object{}};
  result.set("listen", server.address());
  auto console = (*live)->run(server.console_link());
  if (!console) {
    context.output.problem(console.error());
    return exit_code_of(console.error().cause);
  }
  result.set("console", *console);
  context.output.result(result, "ml-connector listens on " + server.address() + "\nConsole: " + *console + "\n");
  server.run_until_stopped();
  return ExitCode::done;
}

}  // namespace connector::app::commands
