#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/consignments.h"
#include "domain/document.h"
#include "domain/order.h"
#include "domain/planned_posting.h"

namespace connector::domain {

/// A sales order as it is planned, or as it was when it froze.
struct SalesOrder {
  Document document;
  bool frozen = false;
};

/// "order/PO" for the currency of the order's first line, "order/PO/CUR" for any other.
std::string sales_order_key(const PurchaseOrder& order, const std::vector<PlannedLine>& lines,
                            const std::string& currency);

/// Lines and covers of a sales order for what is not cancelled of the lines in its currency.
void fill_sales_order(Document& document, const std::vector<PlannedLine>& lines);

/// The line of a sales order that a delivered or remaining quantity belongs to: same order line, SKU or charge and
/// price, and the same item where several are so; nullopt when mapping or settings changed since.
std::optional<std::size_t> matching_line(const Document& sales_order, const DocumentLine& line);

/// `lines` with item and codes as the sales order has them; nullopt if one of them is not on it.
std::optional<std::vector<DocumentLine>> as_on_sales_order(const Document& sales_order,
                                                           std::vector<DocumentLine> lines);

/// What was cancelled of a frozen sales order.
struct SalesOrderChange {
  std::vector<DocumentLine> lines;   ///< lines of the sales order with the cancelled quantity
  std::vector<CoveredUnits> covers;  ///< the cancelled units
  bool matches = true;               ///< false: some remaining quantity was not found on the sales order
};

/// Compares a frozen sales order and the frozen changes to it with what is still wanted.
SalesOrderChange change_of(const Document& sales_order, const std::vector<const Document*>& changes,
                           const std::vector<PlannedLine>& lines);

}  // namespace connector::domain
