#pragma once

#include "domain/document.h"
#include "domain/settings.h"
#include "flows/freezing/known_codes.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

// Bodies of what is planned line by line: Exact's ids in place of the document's codes (exact.md 4.4, 4.5). Error: the
// cause that holds the posting.

domain::Result<json::Value> order_body(KnownCodes& codes, const domain::Document& document,
                                       const domain::ConnectionSettings& settings);
domain::Result<json::Value> invoice_body(KnownCodes& codes, const domain::Document& document,
                                         const domain::ConnectionSettings& settings);
/// Exact has no field for the invoice that a credit note corrects (exact.md 4.5): its remarks name it. It stands on
/// that invoice's customer account, whatever account the settings name now.
domain::Result<json::Value> credit_body(store::Reader& reader, KnownCodes& codes, const store::PostingRow& row,
                                        const domain::Document& document, const domain::ConnectionSettings& settings);

/// The invoice that takes a credit note back, on that credit note's customer account.
domain::Result<json::Value> reversal_body(store::Reader& reader, KnownCodes& codes, const store::PostingRow& row,
                                          const domain::Document& document, const domain::ConnectionSettings& settings);

/// Error: the cause that would hold a document with this line.
domain::Result<void> check_line(KnownCodes& codes, const domain::DocumentLine& line, bool with_gl_account);

}  // namespace connector::flows
