#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::sandbox::walmart {

struct Seller;

/// The words of a settlement (walmart.md 7).
namespace settlement_words {
inline constexpr std::string_view sale = "Sale", refund = "Refund";
inline constexpr std::string_view product_price = "Product Price", product_tax = "Product tax",
                                  product_tax_withheld = "Product tax withheld",
                                  product_commission = "Commission on Product", shipping = "Shipping",
                                  shipping_tax = "Shipping tax", shipping_tax_withheld = "Shipping tax withheld",
                                  shipping_commission = "Commission on Shipping", fee = "Fee/Reimbursement",
                                  fee_tax = "Other tax (Fees)";
}  // namespace settlement_words

/// The order line that rows of a settlement are about.
struct SettledLine {
  std::string purchase_order_id, customer_order_id;
  std::string line_number;  ///< a numbering of its own: none of the numbers that the orders API gives these lines
  std::string sku;          ///< in upper case
  std::string product_name, city, state, postal_code, country, method;
  std::string_view fulfillment;
};

/// One row of a settlement: one amount of one kind. Credits to the seller are positive.
struct SettlementRow {
  std::string_view type, description, amount_type;
  domain::Decimal amount;  ///< in whole cents
  domain::UtcTime posted{};
  std::string key;
  std::int64_t units = 0;                   ///< shipped, or given back
  std::shared_ptr<const SettledLine> line;  ///< nullptr: a row of the seller's account, of no order
};

/// The rows of a closed settlement, the summary left out: for every order what it was at the end of the period minus
/// what it was at the start, then the rows of the account. `settlement`: index in Settlements::closed.
std::vector<SettlementRow> settlement_rows(const Seller& seller, std::size_t settlement);
/// Total Payable.
domain::Decimal total_payable(const std::vector<SettlementRow>& rows);

}  // namespace connector::sandbox::walmart
