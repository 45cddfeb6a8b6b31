#pragma once

#include "domain/document.h"
#include "domain/settings.h"
#include "flows/freezing/known_codes.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

// Bodies of what follows a sales order that stands in Exact: they name its lines by Exact's ids. Error: the cause that
// holds the posting, or waiting_for_dependency.

/// Spreads a delivery's quantities over the sales order's lines, after what earlier deliveries took.
domain::Result<json::Value> delivery_body(store::Reader& reader, const store::PostingRow& row,
                                          const domain::Document& document);
/// The quantities the sales order's lines shall have: what the change document says is cancelled is taken away.
domain::Result<json::Value> order_change_body(store::Reader& reader, const store::PostingRow& row,
                                              const domain::Document& document);
/// Has Exact invoice what the delivery before it delivered (exact.md 4.6).
domain::Result<json::Value> invoicing_body(store::Reader& reader, KnownCodes& codes, const store::PostingRow& row,
                                           const domain::ConnectionSettings& settings);

}  // namespace connector::flows
