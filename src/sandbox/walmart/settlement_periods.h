#pragma once

#include <cstdint>
#include <vector>

#include "domain/decimal.h"
#include "domain/time.h"
#include "sandbox/walmart/orders.h"

namespace connector::sandbox::walmart {

/// The currency of settlements; orders in others are not settled here.
inline constexpr std::string_view settlement_currency = "USD";

/// What a settlement was made by, as the switches stood when its period was closed.
struct SettlementTerms {
  std::int64_t commission_per_mille = 0, advertising_per_mille = 0, reserve_per_mille = 0;
  domain::Decimal unknown_amount;  ///< zero: none
};

/// From midnight UTC to midnight UTC, the end excluded; the payout date is midnight UTC, too.
struct SettlementPeriod {
  domain::UtcTime start{}, end{}, payout{};
  SettlementTerms terms;
};

/// The periods of the seller's account (walmart.md 7).
class Settlements {
 public:
  /// Closes the periods whose payout date has come and gives all closed ones, oldest first. From then on nothing
  /// changes a period: switches hold for later ones, and an order that comes into the books with an earlier date
  /// counts in the next. Periods end on whole multiples of settlement_cycle_days since 1970; the first is the one in
  /// which the first order was placed.
  const std::vector<SettlementPeriod>& close(Orders& orders, const Switches& switches, domain::UtcTime now);
  const std::vector<SettlementPeriod>& closed() const { return closed_; }

 private:
  std::vector<SettlementPeriod> closed_;
};

}  // namespace connector::sandbox::walmart
