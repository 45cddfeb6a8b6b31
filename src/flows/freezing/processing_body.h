#pragma once

#include "domain/document.h"
#include "flows/freezing/known_codes.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// Makes an invoice final with the ship date as its date (PrintedSalesInvoices, exact.md 4.5), and mails nothing.
domain::Result<json::Value> processing_body(store::Reader& reader, KnownCodes& codes, const store::PostingRow& row,
                                            const domain::Document& document);

}  // namespace connector::flows
