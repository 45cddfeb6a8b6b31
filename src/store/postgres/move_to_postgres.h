#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "store/store.h"

namespace connector::store {

struct CopiedTable {
  std::string name;
  std::int64_t rows = 0;
};

/// Copies all that a store's file holds into a PostgreSQL database that has no store yet, in one transaction: all of it
/// is there afterwards, its audit trail verified, or nothing. The file is left as it is, but brought to the newest
/// schema; nobody else may write to it meanwhile or after (set_sqlite_file_aside). `complete` works in the same
/// transaction before its end.
/// Errors: bad_input if there is a store already or the trail is damaged; store_failure; those of `complete`.
domain::Result<std::vector<CopiedTable>> copy_to_postgres(
    const std::string& sqlite_file, const std::string& url, domain::UtcTime now,
    const std::function<domain::Result<void>(Transaction&)>& complete);

}  // namespace connector::store
