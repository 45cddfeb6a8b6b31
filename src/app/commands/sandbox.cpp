#include "app/installation.h"
#include "app/run.h"
#include "app/sandbox_host.h"

namespace connector::app::commands {

ExitCode run(const Sandbox& command, Context& context) {
  net::EventLoop loop;
  net::SystemClock clock;
  auto host =
      SandboxHost::start(loop, clock, command.options, {command.listen, command.walmart_port, command.exact_port});
  if (!host) return fail_command(context, host.error());
  // One line, whatever the format: whoever starts the sandbox reads its first line.
  context.output.raw(json::write((*host)->description()) + "\n");
  loop.handle_stop_signals();
  loop.run();
  return ExitCode::done;
}

}  // namespace connector::app::commands
