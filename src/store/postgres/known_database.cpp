#include "store/postgres/known_database.h"

#include <fmt/format.h>

#include <utility>

#include "json/value.h"
#include "store/restoration.h"

namespace connector::store::postgres {

using domain::fail;

namespace {

/// Watermark of the installation: which database the store was in when it was written to last.
constexpr std::string_view database_mark = "store/database";

Result<std::string> identity_of(PostgresDatabase& database) {
  // A dump that is loaded makes the table anew.
  sql::Query query(database, "SELECT 'schema_version'::regclass::oid");
  std::int64_t table = 0;
  if (query.step()) table = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return fmt::format("{}/{}", database.identity(), table);
}

}  // namespace

Result<void> note_database(PostgresDatabase& database, Transaction& transaction, domain::UtcTime now) {
  const auto identity = identity_of(database);
  if (!identity) return fail(identity.error());
  const auto known = transaction.watermark(0, database_mark);
  if (!known) return fail(known.error());
  if (*known == *identity) return {};
  if (*known) {
    if (auto noted = note_restored(transaction, now); !noted) return noted;
    json::Value detail{json::Object{}};
    detail.set("reason", "another database answers: of another server, restored, or after a failover");
    detail.set("before", **known);
    detail.set("now", *identity);
    AuditRecord record;
    record.at = now;
    record.actor = "system";
    record.action = "store.restored";
    record.detail = json::write(detail);
    if (auto noted = transaction.append_audit(std::move(record)); !noted) return noted;
  }
  return transaction.put_watermark(0, database_mark, *identity);
}

}  // namespace connector::store::postgres
