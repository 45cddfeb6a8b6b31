#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

using domain::Cause;
using domain::fail;

std::span<const Migration> migrations() {
  static const std::array<Migration, 7> steps{initial_schema(),         every_flow_schema(),
                                              audit_by_person_schema(), notices_by_origin_schema(),
                                              posted_by_all_schema(),   connections_by_division_schema(),
                                              ready_in_order_schema()};
  return steps;
}

namespace {

Result<std::int64_t> single_integer(sql::Database& database, std::string_view sql) {
  sql::Query query(database, sql);
  std::int64_t value = 0;
  if (query.step()) value = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return value;
}

Result<void> require_own_file(sql::Database& database) {
  const auto id = single_integer(database, "PRAGMA application_id");
  if (!id) return fail(id.error());
  if (*id == application_id) return {};
  const auto objects = single_integer(database, "SELECT count(*) FROM sqlite_schema");
  if (!objects) return fail(objects.error());
  if (*id == 0 && *objects == 0) return {};
  return fail(Cause::store_failure, "this SQLite file belongs to another program: give the store a file of its own");
}

}  // namespace

Result<void> migrate(SqliteDatabase& database, std::span<const Migration> steps, domain::UtcTime now) {
  const sql::Ownership ownership{
      require_own_file,
      fmt::format("PRAGMA application_id={};"
                  "CREATE TABLE schema_version(version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL,"
                  " description TEXT NOT NULL)",
                  application_id)};
  auto outcome = sql::migrate(database, ownership, steps, now);
  database.drop_statements();
  return outcome;
}

}  // namespace connector::store::sqlite
