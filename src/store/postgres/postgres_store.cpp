#include "store/postgres/postgres_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "store/postgres/known_database.h"
#include "store/postgres/migrations.h"
#include "store/postgres/postgres_database.h"
#include "store/sql/group_commit.h"
#include "store/sql/served_store.h"

namespace connector::store {

using domain::fail;

namespace postgres {
namespace {

Result<void> compare_clocks(PostgresDatabase& database, const ports::Clock& clock, domain::Milliseconds most) {
  const domain::UtcTime before = clock.now();
  sql::Query query(database, "SELECT CAST(extract(epoch FROM clock_timestamp())*1000 AS BIGINT)");
  domain::UtcTime there = before;
  if (query.step()) there = query.time(0);
  if (auto done = query.finish(); !done) return done;
  // The answer was on its way meanwhile.
  const domain::Milliseconds behind = there - clock.now();
  const domain::Milliseconds ahead = before - there;
  if (behind <= most && ahead <= most) return {};
  return fail(
      domain::Cause::store_failure,
      fmt::format("store {}: this machine's clock is {} s {} the database server's, and work that several machines "
                  "share is leased by the clock: set both by the same time servers",
                  database.place(), std::max(behind, ahead).count() / 1000, behind > most ? "behind" : "ahead of"));
}

/// Brings the schema up to date and marks the store as restored where its database is another one.
Result<void> greet(PostgresDatabase& database, domain::UtcTime now) {
  if (auto done = migrate(database, migrations(), now); !done) return done;
  sql::SqlTransaction transaction(database);
  return sql::commit_alone(database, transaction,
                           [&](Transaction& each) { return note_database(database, each, now); });
}

}  // namespace
}  // namespace postgres

Result<std::unique_ptr<Store>> open_postgres_store(const std::string& url, ports::Executor& executor,
                                                   const ports::Clock& clock, PostgresStoreOptions options) {
  postgres::DatabaseOptions settings;
  settings.url = url;
  settings.lock_timeout = options.lock_timeout;
  settings.commit_patience = options.commit_patience;
  settings.on_connect = [&clock, most = options.most_clock_skew](postgres::PostgresDatabase& database) {
    auto agreed = most ? postgres::compare_clocks(database, clock, *most) : Result<void>();
    return agreed ? postgres::greet(database, clock.now()) : agreed;
  };
  auto writer = postgres::PostgresDatabase::open(settings);
  if (!writer) return fail(writer.error());
  settings.on_connect = nullptr;
  std::vector<std::unique_ptr<sql::Database>> readers;
  for (int index = 0; index < std::max(options.readers, 1); ++index) {
    auto reader = postgres::PostgresDatabase::open(settings);
    if (!reader) return fail(reader.error());
    readers.push_back(std::move(*reader));
  }
  return sql::threaded_store(executor, std::move(*writer), std::move(readers),
                             {options.group_limit, std::move(options.on_commit)});
}

Result<PostgresServer> examine_postgres(const std::string& url) {
  postgres::DatabaseOptions settings;
  settings.url = url;
  auto database = postgres::PostgresDatabase::open(settings);
  if (!database) return fail(database.error());
  PostgresServer server;
  server.version = fmt::format("{}.{}", (*database)->server_version() / 10000, (*database)->server_version() % 10000);
  static constexpr std::array<std::string_view, 2> needed{"fsync", "full_page_writes"};
  sql::Query query(**database, "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN (?, ?)", needed[0],
                   needed[1]);
  while (query.step()) {
    if (query.view(1) == "off") {
      server.problems.push_back(
          fmt::format("{} is off: a crash of the server's machine can lose what was committed", query.view(0)));
    }
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return server;
}

}  // namespace connector::store
