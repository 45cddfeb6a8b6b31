#pragma once

#include <string>

#include "store/store.h"

namespace connector::engine {

/// The audit record of one step of a posting: who, what, which attempt, why.
store::AuditRecord posting_audit(const store::PostingRow& row, std::string action, domain::UtcTime at,
                                 std::string correlation_id = {}, std::string actor = "system");

}  // namespace connector::engine
