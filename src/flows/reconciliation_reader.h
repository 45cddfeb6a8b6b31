#pragma once

#include <string>

#include "exact/client.h"
#include "flows/reconciliation.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "walmart/client.h"

namespace connector::flows {

/// Reads both remotes anew for a period, as an auditor would, and the connector's own books beside them. Nothing is
/// written. Clients and store must outlive the task. Error: what could not be read whole, transient if it may be the
/// next time.
ports::Task<domain::Result<ReconciliationInput>> read_for_reconciliation(walmart::Client& walmart, exact::Client& exact,
                                                                         store::Store& store, ports::Clock& clock,
                                                                         ports::Executor& executor,
                                                                         store::ConnectionId connection,
                                                                         domain::DateRange period);

}  // namespace connector::flows
