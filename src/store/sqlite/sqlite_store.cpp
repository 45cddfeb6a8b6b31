#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <utility>

#include "store/sql/served_store.h"
#include "store/sqlite/migrations.h"

namespace connector::store {

using domain::fail;

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, ports::Executor& executor,
                                                 const ports::Clock& clock, SqliteStoreOptions options) {
  if (path == ":memory:" && !options.run_inline) {
    return fail(domain::Cause::bad_input, "a store in memory belongs to one connection: name a file");
  }
  sqlite::DatabaseOptions settings;
  settings.vfs = options.vfs;
  settings.durable = options.durable;
  settings.busy_timeout = options.busy_timeout;
  settings.page_bytes = options.page_bytes;
  settings.checkpoint_pages = options.checkpoint_pages;
  const auto readers = options.run_inline ? 0 : std::max(options.readers, 1);
  // The writer touches far more pages than a reader between two commits.
  settings.cache_kib = std::max<std::int64_t>(readers == 0 ? options.cache_kib : options.cache_kib / 2, 256);

  auto writer = sqlite::SqliteDatabase::open(path, settings);
  if (!writer) return fail(writer.error());
  if (auto done = sqlite::migrate(**writer, sqlite::migrations(), clock.now()); !done) {
    const auto& message = done.error().message;
    return fail(done.error().cause, message.starts_with("store ") ? message : "store " + path + ": " + message);
  }
  if (options.run_inline) {
    return sql::inline_store(std::move(*writer), std::move(options.on_commit));
  }

  settings.cache_kib = std::max<std::int64_t>(options.cache_kib / 2 / readers, 256);
  std::vector<std::unique_ptr<sql::Database>> connections;
  for (int index = 0; index < readers; ++index) {
    auto reader = sqlite::SqliteDatabase::open(path, settings);
    if (!reader) return fail(reader.error());
    connections.push_back(std::move(*reader));
  }
  return sql::threaded_store(executor, std::move(*writer), std::move(connections),
                             {options.group_limit, std::move(options.on_commit)});
}

Result<std::vector<std::string>> check_sqlite_file(const std::string& path) {
  sqlite::DatabaseOptions settings;
  settings.create = false;
  auto database = sqlite::SqliteDatabase::open(path, settings);
  if (!database) return fail(database.error());
  std::vector<std::string> problems;
  for (const auto* sql : {"PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
    sql::Query query(**database, sql);
    while (query.step()) {
      auto line = query.text(0);
      if (line != "ok") problems.push_back(std::move(line));
    }
    if (auto done = query.finish(); !done) return fail(done.error());
  }
  return problems;
}

}  // namespace connector::store
