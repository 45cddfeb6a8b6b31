#pragma once

#include <functional>
#include <span>
#include <string>

#include "domain/time.h"
#include "store/sql/database.h"

namespace connector::store::sql {

/// One step of the schema. A released step is never edited: a change is a new step.
struct Migration {
  int version = 0;
  const char* description = "";
  const char* sql = "";
};

/// How a database tells that it is a store.
struct Ownership {
  /// store_failure if it belongs to another program.
  std::function<Result<void>(Database&)> require;
  /// Run once, in an empty one: marks it and makes the table schema_version(version, applied_at, description).
  std::string mark;
};

/// Brings the store to the newest version, all or nothing, whatever other processes do. store_failure if it belongs to
/// another program or was written by a newer version of this one; it is then left as it is.
Result<void> migrate(Database& database, const Ownership& ownership, std::span<const Migration> steps,
                     domain::UtcTime now);
/// Version of an opened store; 0 for an empty one.
Result<int> schema_version(Database& database);

}  // namespace connector::store::sql
