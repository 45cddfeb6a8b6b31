#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "exact/odata_query.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// Whether Exact makes this invoice of a sales order by what was delivered (salesinvoice/InvoiceSalesOrders).
bool is_order_invoice(const store::PostingRow& row);

/// Exact's id of the sales order that the frozen body of such an invoice names; empty if it names none.
std::string invoiced_order_of(const store::PostingRow& row);

/// The invoice of an earlier delivery that a person skipped: whether that delivery is invoiced only Exact can tell.
/// Points into `siblings`; nullptr if there is none.
const store::PostingRow* skipped_order_invoice(const std::vector<store::PostingRow>& siblings);

/// By the id of its sales order line, what a delivery's body delivers; nothing for a body that cannot be read.
std::map<std::string, domain::Decimal> delivered_by(const std::string& body);
std::map<std::string, domain::Decimal> delivered_by(const json::Value& body);

/// The target_data of a delivery: the number of its stock entry, as Exact tells it.
std::string delivery_data(const json::Value& entry_number);
/// nullopt where it is not known: deliveries of older versions.
std::optional<std::int64_t> entry_number_of(const std::string& target_data);

/// The lines of a sales order with what `to_invoice` needs.
exact::ODataQuery invoiced_lines_of(const std::string& order_id);
/// What of such a line Exact would invoice next.
domain::Decimal to_invoice(const json::Value& order_line);

}  // namespace connector::flows
