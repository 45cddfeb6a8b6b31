#pragma once

#include <optional>

#include "store/store.h"

namespace connector::store {

/// Notes, in the store that is copied, that a backup of it was made.
Result<void> note_backup(Transaction& transaction, UtcTime at);
/// When the last backup that the store knows of was made; in a backup, when it was. nullopt if never.
Result<std::optional<UtcTime>> backed_up_at(Reader& reader);

/// Notes that the store was put back from a backup: what was posted between the two stands in the remotes, and the
/// store knows nothing of it.
Result<void> note_restored(Transaction& transaction, UtcTime at);
/// When that was last; nullopt if never.
Result<std::optional<UtcTime>> restored_at(Reader& reader);

}  // namespace connector::store
