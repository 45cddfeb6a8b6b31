#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/result.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "store/store.h"

namespace connector::store {

struct SqliteStoreOptions {
  /// Everything is done within the call, on the caller's thread and one connection: for deterministic simulation.
  bool run_inline = false;
  std::string vfs;                            ///< name of a registered SQLite VFS; empty = the default one
  bool durable = true;                        ///< false: no fsync at all; only where a lost store does not matter
  int readers = 2;                            ///< threads and connections that serve reads side by side
  std::size_t group_limit = 512;              ///< most closures in one commit
  std::int64_t cache_kib = 8192;              ///< page caches of all connections together
  domain::Milliseconds busy_timeout{10'000};  ///< how long another process's lock is waited for
  int page_bytes = 8192;                      ///< of a new store
  int checkpoint_pages = 2000;                ///< length of the write-ahead log, in pages, that starts its copy
  /// Called after each commit with the number of closures in it, on the thread that committed.
  std::function<void(std::size_t)> on_commit;
};

/// Opens or creates a store file and brings its schema up to date. `executor` must outlive the store, which must
/// be destroyed on the executor's thread; destruction finishes all writes begun. Several stores, also of several
/// processes, may share a file on a local disk. ":memory:" needs run_inline.
/// Errors: store_failure (locked, damaged, of a newer version, no store), each with what to do.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, ports::Executor& executor,
                                                 const ports::Clock& clock, SqliteStoreOptions options = {});

/// SQLite's own check of the whole file; empty if it is sound. Reads everything: takes seconds per GiB.
Result<std::vector<std::string>> check_sqlite_file(const std::string& path);

}  // namespace connector::store
