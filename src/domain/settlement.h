#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"

namespace connector::domain {

/// What Walmart settles, in its own words (walmart.md 7).
struct SettlementItem {
  std::string transaction_type;  ///< Sale, Refund, Service Fee, Reserve, ...
  std::string description;       ///< Purchase, Return Refund, WFS StorageFee, ...
  std::string amount_type;       ///< Product Price, Commission on Product, ...
  // clang-tidy 14 takes what a defaulted comparison is made of for a null pointer.
  auto operator<=>(const SettlementItem&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// One amount of a settlement: positive is the seller's, negative is Walmart's.
struct SettlementAmount {
  SettlementItem item;
  std::string purchase_order_id;  ///< empty: of the seller's account as a whole
  Decimal amount;
  bool operator==(const SettlementAmount&) const = default;
};

/// A payout of Walmart's and all that it is made of.
struct Settlement {
  Date payout_date{};
  std::optional<Date> period_start;
  std::optional<Date> period_end;
  Decimal total_payable;  ///< negative: the seller owes
  std::string currency;
  std::vector<SettlementAmount> amounts;
  bool operator==(const Settlement&) const = default;
};

/// A settlement without its orders: the sum of each item, in the order of the items.
Settlement summed(const Settlement& settlement);

/// What a settlement tells of one order: the sum of each item.
using SettledItems = std::map<SettlementItem, Decimal>;
/// By purchase order; what names none is left out.
std::map<std::string, SettledItems> settled_orders(const Settlement& settlement);

/// "payout-2026-07-28": the source of a settlement's postings.
std::string settlement_source(Date payout_date);
/// The payout date of such a source; nullopt for any other.
std::optional<Date> payout_date_of(std::string_view source);
/// "settlement/payout-2026-07-28"
std::string settlement_key(Date payout_date);
bool is_settlement_key(std::string_view posting_key);

}  // namespace connector::domain
