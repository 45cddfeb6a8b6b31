#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "domain/result.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "store/store.h"

namespace connector::store {

/// Where a store is kept: in a file of SQLite's, or in a database of PostgreSQL's.
struct StorePlace {
  std::filesystem::path sqlite_file;  ///< used if there is no postgres_url
  std::string postgres_url;

  bool is_postgres() const { return !postgres_url.empty(); }
  /// To be shown: without a password.
  std::string shown() const;
};

/// open_sqlite_store or open_postgres_store, with their defaults.
domain::Result<std::unique_ptr<Store>> open_store(const StorePlace& place, ports::Executor& executor,
                                                  const ports::Clock& clock);

}  // namespace connector::store
