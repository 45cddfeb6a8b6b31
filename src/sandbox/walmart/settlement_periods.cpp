#include "sandbox/walmart/settlement_periods.h"

#include <algorithm>

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;
using std::chrono::days;

/// The last whole multiple of `cycle` since 1970 that is not after `time`.
UtcTime start_of_cycle(UtcTime time, days cycle) {
  const days since = std::chrono::floor<days>(time).time_since_epoch();
  const auto rest = (since.count() % cycle.count() + cycle.count()) % cycle.count();
  return UtcTime{since - days(rest)};
}

SettlementTerms terms_of(const Switches& switches) {
  SettlementTerms terms;
  terms.commission_per_mille = switches.commission_per_mille;
  terms.advertising_per_mille = switches.advertising_per_mille;
  terms.reserve_per_mille = switches.settlement_reserve_per_mille;
  if (const auto amount = domain::Decimal::parse(switches.unknown_settlement_amount)) {
    terms.unknown_amount = amount->rounded(2);
  }
  return terms;
}

}  // namespace

const std::vector<SettlementPeriod>& Settlements::close(Orders& orders, const Switches& switches, UtcTime now) {
  const auto first = orders.first_to_settle();
  if (!first) return closed_;
  const days cycle(std::clamp<std::int64_t>(switches.settlement_cycle_days, 1, 1000));
  const days delay(std::min<std::int64_t>(switches.settlement_delay_days, 1000));
  while (true) {
    SettlementPeriod next;
    next.start = closed_.empty() ? start_of_cycle(*first, cycle) : closed_.back().end;
    next.end = start_of_cycle(next.start, cycle) + cycle;
    next.payout = next.end + delay;
    // A file is known by its payout date; a shorter delay must not give one twice.
    if (!closed_.empty()) next.payout = std::max<UtcTime>(next.payout, closed_.back().payout + days(1));
    if (next.payout > now) return closed_;
    next.terms = terms_of(switches);
    closed_.push_back(next);
    orders.settle_until(next.end);
  }
}

}  // namespace connector::sandbox::walmart
