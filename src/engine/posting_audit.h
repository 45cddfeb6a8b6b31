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

/// Stores a posting as planning or a person decided it, with its audit record: a row without an id is new. `at` becomes
/// its updated_at. No lease is asked for: what a worker may be sending is not to be decided of.
domain::Result<void> store_decision(store::Transaction& transaction, store::PostingRow& row, std::string action,
                                    domain::UtcTime at, std::string actor = "system");

}  // namespace connector::engine
