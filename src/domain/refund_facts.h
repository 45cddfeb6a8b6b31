#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.h"
#include "domain/order.h"
#include "domain/settings.h"
#include "domain/time.h"

namespace connector::domain {

/// Money given back of all charges of one type. PRODUCT is net of discounts.
struct RefundAmount {
  std::string charge_type;  ///< PRODUCT, SHIPPING, FEE, ...
  Decimal amount;
  Decimal tax;
  bool operator==(const RefundAmount&) const = default;
};

/// Money that went back to the customer for one order line, once.
struct RefundFact {
  std::string order_line_number;
  std::string return_id;  ///< empty: a refund without a return
  std::string reason;
  std::optional<UtcTime> time;
  Decimal units;  ///< zero: money only
  bool goods_back = false;
  std::vector<RefundAmount> amounts;
  Decimal restocking_fee;       ///< kept back by the seller, as a positive amount
  Decimal return_shipping_fee;  ///< kept back by the seller, as a positive amount
  /// The open return that will tell the units and fees of this refund, which only the order has told so far.
  std::string awaited_return = {};
  bool operator==(const RefundFact&) const = default;
};

/// All refunds of an order in the order of their times, from its own refund data and from its returns. A refund that
/// stands in both counts once: the order calls it "Customer returned item" or by the id of the return; and where
/// both together would give back more than was charged, they are taken for the same. What the order tells of a return
/// that is known and still open awaits that return.
std::vector<RefundFact> refunds_of(const PurchaseOrder& order, const ConnectionSettings& settings);

}  // namespace connector::domain
