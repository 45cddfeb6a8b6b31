#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

using domain::Cause;
using domain::fail;

std::span<const Migration> migrations() {
  static const std::array<Migration, 4> steps{initial_schema(), every_flow_schema(), audit_by_person_schema(),
                                              notices_by_origin_schema()};
  return steps;
}

namespace {

Result<std::int64_t> single_integer(Database& database, std::string_view sql) {
  Query query(database, sql);
  std::int64_t value = 0;
  if (query.step()) value = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return value;
}

Result<void> require_own_file(Database& database) {
  const auto id = single_integer(database, "PRAGMA application_id");
  if (!id) return fail(id.error());
  if (*id == application_id) return {};
  const auto objects = single_integer(database, "SELECT count(*) FROM sqlite_schema");
  if (!objects) return fail(objects.error());
  if (*id == 0 && *objects == 0) return {};
  return fail(Cause::store_failure, "this SQLite file belongs to another program: give the store a file of its own");
}

Result<void> apply(Database& database, std::span<const Migration> steps, domain::UtcTime now) {
  if (auto own = require_own_file(database); !own) return own;
  const auto current = schema_version(database);
  if (!current) return fail(current.error());
  const int newest = steps.empty() ? 0 : steps.back().version;
  if (*current > newest) {
    return fail(Cause::store_failure, fmt::format("the store has schema version {}, this program knows versions up to "
                                                  "{}: use the newer program (nothing was changed)",
                                                  *current, newest));
  }
  if (*current == newest) return {};
  if (*current == 0) {
    const auto mark = fmt::format(
        "PRAGMA application_id={};"
        "CREATE TABLE schema_version(version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL,"
        " description TEXT NOT NULL)",
        application_id);
    if (auto done = database.execute(mark.c_str()); !done) return done;
  }
  for (const auto& step : steps) {
    if (step.version <= *current) continue;
    if (auto done = database.execute(step.sql); !done) return done;
    Query record(database, "INSERT INTO schema_version(version, applied_at, description) VALUES(?,?,?)", step.version,
                 now, step.description);
    if (auto done = record.finish(); !done) return done;
  }
  return {};
}

}  // namespace

Result<int> schema_version(Database& database) {
  const auto tables = single_integer(database, "SELECT count(*) FROM sqlite_schema WHERE name='schema_version'");
  if (!tables) return fail(tables.error());
  if (*tables == 0) return 0;
  const auto version = single_integer(database, "SELECT max(version) FROM schema_version");
  if (!version) return fail(version.error());
  return static_cast<int>(*version);
}

Result<void> migrate(Database& database, std::span<const Migration> steps, domain::UtcTime now) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto outcome = apply(database, steps, now);
  if (outcome) outcome = database.execute("COMMIT");
  if (!outcome && database.in_transaction()) {
    // The first error is the one to report.
    (void)database.execute("ROLLBACK");
  }
  database.drop_statements();
  return outcome;
}

}  // namespace connector::store::sqlite
