#pragma once

#include <span>

#include "domain/time.h"
#include "store/postgres/postgres_database.h"
#include "store/sql/migrations.h"

namespace connector::store::postgres {

using sql::Migration;

/// All steps this program knows, by version. The first makes the schema of version 4; from there on each has its twin
/// of the same version in store/sqlite/migrations.h.
std::span<const Migration> migrations();

/// sql::migrate, of a database, or of a schema in it that is the first of the search path.
Result<void> migrate(PostgresDatabase& database, std::span<const Migration> steps, domain::UtcTime now);

}  // namespace connector::store::postgres
