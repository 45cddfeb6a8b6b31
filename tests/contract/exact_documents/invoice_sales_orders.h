#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exact/odata_query.h"
#include "json/value.h"

namespace connector::contract {

/// Makes invoices of sales orders, in the background: the only mode since October 2026 (exact.md 4.6). At most 500
/// order lines altogether when several orders are given.
struct SalesOrderInvoicing {
  std::vector<std::string> order_ids;
  std::string journal;               ///< empty: the default sales journal
  bool by_quantity_ordered = false;  ///< else by quantity delivered
  bool one_per_customer = false;     ///< else one per order
  std::optional<std::int64_t> delivery_number;
};

/// How a background run stands. Other words than "Processed" and "Failed" are not documented: they mean it still runs.
struct SalesOrderInvoicingResult {
  std::string status;
  std::int64_t created = 0;
  std::int64_t failed = 0;
  std::string errors;
  bool is_finished() const { return status == "Processed" || status == "Failed" || created > 0 || failed > 0; }
};

/// Body of POST salesinvoice/InvoiceSalesOrders.
std::string invoice_sales_orders_body(const SalesOrderInvoicing& invoicing);
/// The process id of an accepted POST. Error: malformed_response.
domain::Result<std::string> read_invoicing_process(const json::Value& entity);
exact::ODataQuery invoicing_result(std::string_view process_id);
SalesOrderInvoicingResult read_invoicing_result(const json::Value& row);

}  // namespace connector::contract
