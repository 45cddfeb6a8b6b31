#pragma once

#include "app/context.h"
#include "app/exit_code.h"
#include "app/live_installation.h"
#include "flows/connection_runtime.h"

namespace connector::app {

/// One run of the flow inventory or prices to completion: the report of the run, and what became of its postings.
ExitCode compare_and_post(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                          Context& context);

}  // namespace connector::app
