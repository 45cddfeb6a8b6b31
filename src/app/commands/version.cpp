#include "app/part_versions.h"
#include "app/run.h"

namespace connector::app::commands {

ExitCode run(const Version&, Context& context) {
  json::Value versions;
  for (const auto& [part, version] : part_versions()) versions.set(part, version);
  context.output.object(versions);
  return ExitCode::done;
}

}  // namespace connector::app::commands
