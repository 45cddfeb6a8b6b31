#pragma once

#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/http.h"
#include "sandbox/faults/fault_profile.h"
#include "sandbox/service.h"

namespace connector::sandbox {

/// A handler that serves `service` through the faults of `profile`. The references must outlive the handler and all
/// tasks that it gave out. Executor thread only.
ports::ServerHandler with_faults(Service& service, FaultProfile profile, ports::Executor& executor,
                                 ports::Clock& clock);

}  // namespace connector::sandbox
