#pragma once

#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// A posting as command line and API show it: absent texts and times are null, document, body and target_data are
/// values where they are stored JSON.
json::Value posting_json(const store::PostingRow& row);
/// The same as a list shows it: without its long texts, which are document, body and target_data.
json::Value brief_posting_json(const store::PostingRow& row);
json::Value without_long_texts(json::Value posting);
/// An audit record likewise.
json::Value audit_json(const store::AuditRecord& record);
/// The cause by name; null if there is none.
json::Value cause_or_null(const store::PostingRow& row);

}  // namespace connector::flows
