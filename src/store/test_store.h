#pragma once

// For tests: a store in memory.

#include <memory>
#include <stdexcept>
#include <utility>

#include "store/sqlite/sqlite_store.h"

namespace connector::store::testing {

/// An empty store that answers within the call and knows one connection, 1, "shop". Throws if it cannot be made.
inline std::unique_ptr<Store> store_with_shop(ports::Executor& executor, const ports::Clock& clock,
                                              SqliteStoreOptions options = {}) {
  options.run_inline = true;
  auto opened = open_sqlite_store(":memory:", executor, clock, std::move(options));
  if (!opened) throw std::runtime_error(opened.error().message);
  ConnectionRow row;
  row.name = "shop";
  row.market = "us";
  row.division = 1;
  row.settings = "{}";
  row.created_at = clock.now();
  auto added = (*opened)->write([row](Transaction& transaction) { return transaction.add_connection(row); });
  added.start();
  if (const auto made = added.take(); !made) throw std::runtime_error(made.error().message);
  return std::move(*opened);
}

}  // namespace connector::store::testing
