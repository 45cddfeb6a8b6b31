#pragma once

#include "store/postgres/postgres_database.h"
#include "store/store.h"

namespace connector::store::postgres {

/// Notes in the store which database it is in. If that is another one than was noted before, what was posted last may
/// be missing in it: marks the store as restored (restoration.h), with a record in the trail.
Result<void> note_database(PostgresDatabase& database, Transaction& transaction, domain::UtcTime now);

}  // namespace connector::store::postgres
