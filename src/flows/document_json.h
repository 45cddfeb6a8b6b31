#pragma once

#include "domain/document.h"
#include "domain/result.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// A planned document as it is stored and shown: member names are those of the struct, amounts and quantities numbers
/// kept as text, dates ISO 8601. Empty members are left out.
json::Value to_json(const domain::Document& document);
/// Inverse of to_json; unknown members are ignored, missing ones empty. Error: store_failure for an unknown kind or
/// a member that cannot be read.
domain::Result<domain::Document> document_from_json(const json::Value& value);
/// The document that a posting carries; an empty one where it carries none. Errors as document_from_json.
domain::Result<domain::Document> document_of(const store::PostingRow& row);

}  // namespace connector::flows
