#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "ports/executor.h"
#include "store/sql/database.h"
#include "store/store.h"

namespace connector::store::sql {

struct StoreThreads {
  std::size_t group_limit = 512;  ///< most closures in one commit
  /// Called after each commit with the number of closures in it, on the thread that committed.
  std::function<void(std::size_t)> on_commit;
};

/// A store that does all within the call, on one connection.
std::unique_ptr<Store> inline_store(std::unique_ptr<Database> database, std::function<void(std::size_t)> on_commit);

/// A store with a thread that writes and one for each reader. Destroyed on the executor's thread, it finishes all
/// writes begun; the executor must outlive it.
std::unique_ptr<Store> threaded_store(ports::Executor& executor, std::unique_ptr<Database> writer,
                                      std::vector<std::unique_ptr<Database>> readers, StoreThreads options);

}  // namespace connector::store::sql
