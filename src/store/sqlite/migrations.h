#pragma once

#include <span>

#include "domain/time.h"
#include "store/sqlite/database.h"

namespace connector::store::sqlite {

/// One step of the schema. A released step is never edited: a change is a new step.
struct Migration {
  int version = 0;
  const char* description = "";
  const char* sql = "";
};

/// All steps this program knows, by version, from 1 without gaps.
std::span<const Migration> migrations();

/// PRAGMA application_id of a store file: "MLCN".
inline constexpr std::int64_t application_id = 0x4d4c434e;

/// Brings the store to the newest version, all or nothing. store_failure if the file belongs to another
/// program or was written by a newer version of this one; it is then left as it is.
Result<void> migrate(Database& database, std::span<const Migration> steps, domain::UtcTime now);
/// Version of an opened store; 0 for an empty file.
Result<int> schema_version(Database& database);

}  // namespace connector::store::sqlite
