#include "store/open_store.h"

#include "store/postgres/postgres_store.h"
#include "store/postgres/postgres_url.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::store {

std::string StorePlace::shown() const {
  return is_postgres() ? shown_postgres_url(postgres_url) : sqlite_file.string();
}

domain::Result<std::unique_ptr<Store>> open_store(const StorePlace& place, ports::Executor& executor,
                                                  const ports::Clock& clock) {
  if (place.is_postgres()) return open_postgres_store(place.postgres_url, executor, clock);
  return open_sqlite_store(place.sqlite_file.string(), executor, clock);
}

}  // namespace connector::store
