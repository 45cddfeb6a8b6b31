#pragma once

#include <optional>
#include <string_view>

#include "store/audit_chain.h"
#include "store/sql/database.h"
#include "store/store.h"

namespace connector::store::sql {

/// "SELECT ... FROM audit a LEFT JOIN audit p ... WHERE " whose rows `read_audit_record` understands; a condition
/// follows.
std::string_view select_audit();
/// A row of a query that begins with select_audit(); the hash is empty where it is damaged.
AuditRecord read_audit_record(const Query& query);
/// The first eleven of those columns: sequence, at, connection, actor, action, source_id, posting_key, attempt, cause,
/// correlation_id, detail.
AuditRecord read_audit_columns(const Query& query);
/// A hash as it is stored; nullopt if it is none.
std::optional<AuditDigest> stored_digest(std::string_view stored);

}  // namespace connector::store::sql
