#pragma once

#include <span>

#include "domain/time.h"
#include "store/sql/migrations.h"
#include "store/sqlite/sqlite_database.h"

namespace connector::store::sqlite {

using sql::Migration;

/// All steps this program knows, by version, from 1 without gaps.
std::span<const Migration> migrations();

/// PRAGMA application_id of a store file: "MLCN".
inline constexpr std::int64_t application_id = 0x4d4c434e;

/// sql::migrate, of a file.
Result<void> migrate(SqliteDatabase& database, std::span<const Migration> steps, domain::UtcTime now);

}  // namespace connector::store::sqlite
