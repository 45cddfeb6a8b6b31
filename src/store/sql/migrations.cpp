#include "store/sql/migrations.h"

#include <fmt/format.h>

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

Result<void> apply(Database& database, const Ownership& ownership, std::span<const Migration> steps,
                   domain::UtcTime now) {
  if (auto own = ownership.require(database); !own) return own;
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
    if (auto done = database.execute(ownership.mark); !done) return done;
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
  const auto exists = database.has_table("schema_version");
  if (!exists) return fail(exists.error());
  if (!*exists) return 0;
  Query query(database, "SELECT max(version) FROM schema_version");
  std::int64_t version = 0;
  if (query.step()) version = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return static_cast<int>(version);
}

Result<void> migrate(Database& database, const Ownership& ownership, std::span<const Migration> steps,
                     domain::UtcTime now) {
  if (auto begun = database.begin_write(); !begun) return begun;
  auto outcome = apply(database, ownership, steps, now);
  if (outcome) outcome = database.commit();
  // The first error is the one to report.
  if (!outcome) database.roll_back();
  return outcome;
}

}  // namespace connector::store::sql
