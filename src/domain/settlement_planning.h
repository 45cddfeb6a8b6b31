#pragma once

#include <string>
#include <vector>

#include "domain/period_calendar.h"
#include "domain/planning.h"
#include "domain/settlement_accounts.h"

namespace connector::domain {

/// Turns a settlement into the journal entry that takes the payout from what it is made of: the money on its way on one
/// side, on the other what customers' invoices and credit memos left open, commissions, fees, taxes and reserves.
/// Lines are positive for debit, and add up to zero; `total` is the payout. Its date is the payout date. Pure.
/// `history` is what was planned for this settlement before; planning its own result again yields no document.
///
/// A problem holds it: an item that no row is mapped for, a row without a G/L account, amounts that do not add up to
/// what Walmart pays. Where settings.settlements is not `post` nothing is planned, and what was not sent is withdrawn.
Plan plan_settlement(const Settlement& settlement, const Mapping& mapping, const ConnectionSettings& settings,
                     const std::vector<PlannedPosting>& history, const PeriodCalendar& calendar);

/// Why the file cannot be trusted, for a person; empty if nothing in it contradicts itself.
std::string contradiction_in(const Settlement& settlement);

/// The sum of a settlement by the mapping key under which it is booked, without those that are zero.
/// Positive is the seller's.
std::map<std::string, Decimal> settled_by_key(const Settlement& settlement, const Mapping& mapping, TaxPolicy policy);

/// What of an order's settled items the receivable takes, of sales and of refunds (negative).
struct SettledReceivable {
  Decimal sales;
  Decimal refunds;
  bool operator==(const SettledReceivable&) const = default;
};
SettledReceivable receivable_of(const SettledItems& items, const Mapping& mapping, TaxPolicy policy);

}  // namespace connector::domain
