#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::domain {

/// A charge of a returned line, per unit (walmart.md 3). Discounts are negative; charges that do not count in the
/// refund (isBillable false) are left out.
struct ReturnedCharge {
  std::string type;  ///< PRODUCT, SHIPPING, FEE, ...
  std::string name;
  Decimal amount;
  Decimal tax;
  bool operator==(const ReturnedCharge&) const = default;
};

/// What Walmart's Returns API says of one order line in one return.
struct ReturnedLine {
  std::string return_id;          ///< returnOrderId
  std::string line_number;        ///< of the return
  std::string order_line_number;  ///< of the purchase order; empty: it fits none of its lines
  std::string sku;
  std::string reason;
  std::string currency;
  Decimal quantity;  ///< units that come back, or would
  Decimal refunded;  ///< units that the customer got the money back for
  std::vector<ReturnedCharge> charges;
  std::map<std::string, Decimal> totals;  ///< chargeTotals by name, of the whole line: lineSubTotal, lineTotal, ...
  bool goods_back = true;                 ///< false: the customer keeps the goods
  std::string status;                     ///< INITIATED, DELIVERED, COMPLETED
  std::optional<UtcTime> refund_time;
  std::optional<UtcTime> as_of;  ///< latest time the line speaks of: tells an older snapshot from a newer one
  bool operator==(const ReturnedLine&) const = default;
};

/// Lines once seen stay; a later snapshot of a line replaces the earlier one, also when less is refunded in it (a
/// refund was reversed). A snapshot older than what is known changes nothing.
std::vector<ReturnedLine> merge(const std::vector<ReturnedLine>& known, const std::vector<ReturnedLine>& incoming);

}  // namespace connector::domain
