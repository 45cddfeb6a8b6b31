#pragma once

#include <optional>

#include "store/store.h"

namespace connector::engine {

// After a store was put back from a backup, what was posted since stands in the remotes and the store knows nothing of
// it: docs/decisions/0034-a-restored-store-asks-first.md. Within the store's transactions.

/// Whether Exact may hold the document although the store does not know, because it was put back at `restored`.
bool may_stand_unknown(const store::PostingRow& row, const std::optional<domain::UtcTime>& restored,
                       domain::UtcTime now);

/// Why a document that the store does not know, and Exact does not hold under its reference, is not sent yet. What was
/// made in some parts before may be planned in other parts now: documents of one source and kind come one by one
/// (waiting_for_dependency), and one that may stand in another, or for which the look-up has an `objection`, needs a
/// person's word (confirmation_needed).
domain::Result<std::optional<domain::Error>> kept_back_by_another(store::Reader& reader, const store::PostingRow& row,
                                                                  const domain::Error& objection,
                                                                  domain::UtcTime restored, domain::UtcTime now);

/// Stores that it waits in doubt for another posting, or is held for a person.
domain::Result<store::PostingRow> keep_back(store::Transaction& transaction, store::PostingRow row,
                                            const domain::Error& why, domain::UtcTime now);

}  // namespace connector::engine
