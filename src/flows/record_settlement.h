#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/settlement_planning.h"
#include "flows/apply_plan.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// A settlement as it was read, and how its orders compare with what was booked (flows/settled_orders.h).
struct KnownSettlement {
  domain::Settlement settlement;  ///< summed
  json::Value comparison;         ///< flows/settlement_comparison.h
};

/// All that were read, by payout date.
domain::Result<std::vector<KnownSettlement>> known_settlements(store::Reader& reader, store::ConnectionId connection);

/// The payout dates of what needs no other reading: a file that contradicts itself is read again until its entry was
/// sent or skipped, for Walmart may mend it.
domain::Result<std::vector<domain::Date>> settlements_to_keep(store::Reader& reader, store::ConnectionId connection);
/// The payout dates of those whose entries can change no more.
domain::Result<std::vector<domain::Date>> settlements_done(store::Reader& reader, store::ConnectionId connection);

/// Takes in a settlement and plans its journal entry, in the caller's transaction. Repeating it changes nothing.
domain::Result<AppliedPlan> record_settlement(store::Transaction& transaction, const PlanningContext& context,
                                              const KnownSettlement& known, domain::UtcTime now);

/// A file that cannot be read: a held posting shows it to a person, until it can be.
domain::Result<void> record_unreadable_settlement(store::Transaction& transaction, const PlanningContext& context,
                                                  domain::Date payout_date, const domain::Error& error,
                                                  domain::UtcTime now);

/// Plans a settlement anew after a mapping, setting or reference was mended; nullopt if it could not be read so far.
domain::Result<std::optional<AppliedPlan>> replan_settlement(store::Transaction& transaction,
                                                             const PlanningContext& context, const std::string& source,
                                                             domain::UtcTime now);

/// What a settlement would become, against the stored history and the lists last read of Exact; nothing is written.
domain::Result<domain::Plan> preview_settlement(store::Reader& reader, const PlanningContext& context,
                                                const domain::Settlement& settlement);

}  // namespace connector::flows
