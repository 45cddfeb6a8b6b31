#pragma once

#include "flows/planning_context.h"
#include "store/store.h"

namespace connector::flows {

/// Shows to a person what of Walmart's cannot be read: `posting`, with key, source and kind, is held for the error.
/// Repeating it changes nothing; `action` names it in the audit trail.
domain::Result<void> hold_unreadable(store::Transaction& transaction, const PlanningContext& context,
                                     store::PostingRow posting, const domain::Error& error, const char* action,
                                     domain::UtcTime now);

}  // namespace connector::flows
