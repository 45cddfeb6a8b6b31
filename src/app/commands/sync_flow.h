#pragma once

#include "app/command.h"
#include "app/context.h"
#include "app/exit_code.h"
#include "flows/connection_runtime.h"

namespace connector::app {

class LiveInstallation;

/// One run of the flow inventory or prices to completion: the report of the run, and what became of its postings.
ExitCode run_stock_or_prices(LiveInstallation& live, flows::ConnectionRuntime& runtime, flows::Flow& flow,
                             const commands::Sync& command, Context& context);

}  // namespace connector::app
