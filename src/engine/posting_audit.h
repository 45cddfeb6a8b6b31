#pragma once

#include <string>

#include "store/store.h"

namespace connector::engine {

/// The audit record of one step of a posting: who, what, which attempt, why.
store::AuditRecord posting_audit(const store::PostingRow& row, std::string action, domain::UtcTime at,
                                 std::string correlation_id = {}, std::string actor = "system");

/// Stores a step of a posting with its audit record, under its lease: `fenced` if another attempt has begun since the
/// row's (store::Transaction::update_posting).
domain::Result<void> store_step(store::Transaction& transaction, const store::PostingRow& row, std::string action,
                                domain::UtcTime at);

}  // namespace connector::engine
