#pragma once

#include <utility>

#include "store/store_testing.h"

namespace connector::store::testing {

/// Tests of what only SQLite does: in a file, whatever other tests use.
template <class Base>
class InSqlite : public Base {
 protected:
  void SetUp() override {
    reopen();
    this->first_ =
        value_of(this->write([](Transaction& transaction) { return transaction.add_connection(seller("first")); }));
  }
  void reopen(SqliteStoreOptions options = {}) {
    this->store_.reset();
    this->store_ = value_of(open_sqlite_store(this->path_, this->executor_, this->clock_, std::move(options)));
  }
};

using SqliteStoreTest = InSqlite<StoreTest>;
using SqliteWritesTest = InSqlite<GroupWritesTest>;

}  // namespace connector::store::testing
