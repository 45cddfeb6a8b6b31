#pragma once

#include "domain/document.h"
#include "domain/settings.h"
#include "flows/freezing/known_codes.h"
#include "json/value.h"

namespace connector::flows {

/// A general journal entry (exact.md 4.8). It has no field for a reference: its first line is described by it alone, so
/// that the entry can be found again. Error: the cause that holds the posting.
domain::Result<json::Value> journal_entry_body(KnownCodes& codes, const domain::Document& document,
                                               const domain::ConnectionSettings& settings);

}  // namespace connector::flows
