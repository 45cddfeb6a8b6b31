#include "store/postgres/migrations.h"

#include <array>

#include "store/postgres/migrations/steps.h"

namespace connector::store::postgres {

using domain::Cause;
using domain::fail;

std::span<const Migration> migrations() {
  static const std::array<Migration, 4> steps{initial_schema(), posted_by_all_schema(),
                                              connections_by_division_schema(), ready_in_order_schema()};
  return steps;
}

namespace {

Result<void> require_own_schema(sql::Database& database) {
  sql::Query query(database,
                   "SELECT count(*), sum(CASE WHEN relname='schema_version' AND"
                   " obj_description(oid, 'pg_class')='ml-connector' THEN 1 ELSE 0 END) FROM pg_catalog.pg_class"
                   " WHERE relkind='r' AND relnamespace=to_regnamespace(quote_ident(current_schema()))");
  std::int64_t tables = 0;
  bool is_own = false;
  if (query.step()) {
    tables = query.integer(0);
    is_own = query.integer(1) > 0;
  }
  if (auto done = query.finish(); !done) return done;
  if (is_own || tables == 0) return {};
  return fail(Cause::store_failure,
              "this database belongs to another program: give the store a database of its own, or a schema");
}

}  // namespace

Result<void> migrate(PostgresDatabase& database, std::span<const Migration> steps, domain::UtcTime now) {
  return sql::migrate(database,
                      {require_own_schema,
                       "CREATE TABLE schema_version(version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL,"
                       " description TEXT NOT NULL);"
                       "COMMENT ON TABLE schema_version IS 'ml-connector'"},
                      steps, now);
}

}  // namespace connector::store::postgres
