#pragma once

#include "app/output.h"
#include "store/store.h"

namespace connector::app {

/// One line per posting, for lists.
Table posting_table(const std::vector<store::PostingRow>& rows);

/// All of a posting that a person may see: no lease, no secrets.
json::Value posting_json(const store::PostingRow& row);

/// An audit record, with its detail as JSON.
json::Value audit_json(const store::AuditRecord& record);

}  // namespace connector::app
