#pragma once

#include "domain/result.h"
#include "json/value.h"
#include "sandbox/exact/administration.h"

namespace connector::sandbox::exact {

/// What a person does in Exact's own screens. `action` with its arguments:
///   block_item | unblock_item {code}            no longer (or again) a sales item
///   block_gl_account | unblock_gl_account {code}
///   block_account | unblock_account {code}      customer code without padding
///   use_cost_center {code, use}                 G/L account: 0 optional, 1 mandatory, 2 no
///   add_item {code, description, price?, stock?, stock_item?, revenue_account?}
///   delete_item {code}
///   close_period | open_period {year, period}
///   delete_invoice | print_invoice {id}         GUID of the invoice
///   change_invoice {id, your_ref?, description?}
///   change_invoice_line {id, quantity?, net_price?}
///   delete_order | cancel_order {id}
///   set_stock {code, warehouse?, quantity}
///   set_price {code, price, currency?}          in the sales price list
///   set_rate {currency, rate}
/// Error: bad_input or not_found. Answers with the GUID of the record, if there is one.
domain::Result<json::Value> edit(Administration& books, const json::Value& request, domain::UtcTime now);

}  // namespace connector::sandbox::exact
