#pragma once

// A simulated division with a store in memory that knows one connection, "shop".

#include <memory>

#include "exact_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::contract {

class ExactStoreContract : public ExactContract {
 protected:
  ExactStoreContract() {
    store::SqliteStoreOptions in_memory;
    in_memory.run_inline = true;
    auto opened = store::open_sqlite_store(":memory:", time, time, in_memory);
    EXPECT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    store::ConnectionRow row;
    row.name = "shop";
    row.settings = "{}";
    row.created_at = time.now();
    auto added =
        time.run(store->write([row](store::Transaction& transaction) { return transaction.add_connection(row); }));
    EXPECT_TRUE(added);
  }

  std::unique_ptr<store::Store> store;
};

}  // namespace connector::contract
