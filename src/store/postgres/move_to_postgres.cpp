#include "store/postgres/move_to_postgres.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "store/postgres/known_database.h"
#include "store/postgres/migrations.h"
#include "store/sql/bulk_insert.h"
#include "store/sql/group_commit.h"
#include "store/sqlite/migrations.h"

namespace connector::store {

using domain::Cause;
using domain::fail;
using domain::Result;
using postgres::PostgresDatabase;
using sql::Query;
using sqlite::SqliteDatabase;

namespace {

/// Others refer to these; they come first, in this order.
constexpr std::array<std::string_view, 4> referred_to{"connection", "console_user", "purchase_order", "posting"};
/// Rows that one statement inserts: each is a round trip.
constexpr std::size_t rows_at_once = 100;

struct Column {
  std::string name;
  sql::Statement::Type type = sql::Statement::Type::text;
};

Result<std::vector<std::string>> tables_of(SqliteDatabase& file) {
  Query query(file,
              "SELECT name FROM sqlite_schema WHERE type='table' AND substr(name, 1, 7)<>'sqlite_'"
              " AND name<>'schema_version' ORDER BY name");
  std::vector<std::string> tables;
  while (query.step()) tables.push_back(query.text(0));
  if (auto done = query.finish(); !done) return fail(done.error());
  const auto rank = [](const std::string& table) {
    return std::find(referred_to.begin(), referred_to.end(), table) - referred_to.begin();
  };
  std::stable_sort(tables.begin(), tables.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return tables;
}

Result<std::vector<Column>> columns_of(SqliteDatabase& file, const std::string& table) {
  Query query(file, "SELECT name, type FROM pragma_table_info(?)", table);
  std::vector<Column> columns;
  while (query.step()) {
    using Type = sql::Statement::Type;
    const auto type = query.view(1);
    columns.push_back({query.text(0), type == "INTEGER" ? Type::integer : type == "BLOB" ? Type::blob : Type::text});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return columns;
}

/// Rows on their way, with the bytes of their texts.
struct Batch {
  std::vector<sql::Value> values;
  std::deque<std::string> bytes;
  std::size_t rows = 0;
};

void add_row(Batch& batch, const Query& row, const std::vector<Column>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const int column = static_cast<int>(at);
    sql::Value value;
    value.type = columns[at].type;
    value.is_null = row.is_null(column);
    if (value.type == sql::Statement::Type::integer) {
      value.number = row.integer(column);
    } else if (!value.is_null) {
      value.bytes = batch.bytes.emplace_back(row.view(column));
    }
    batch.values.push_back(value);
  }
  ++batch.rows;
}

Result<void> insert(PostgresDatabase& database, const std::string& into, std::size_t columns, Batch& batch) {
  auto done = sql::insert_rows(database, into, columns, batch.values);
  batch = {};
  return done;
}

Result<CopiedTable> copy_table(SqliteDatabase& file, PostgresDatabase& database, const std::string& table) {
  const auto columns = columns_of(file, table);
  if (!columns) return fail(columns.error());
  std::string names;
  for (const Column& column : *columns) names += (names.empty() ? "\"" : ",\"") + column.name + '"';
  const std::string clear = "DELETE FROM \"" + table + "\"";
  // The audit trail's head, and which database this is: a new store has them.
  Query cleared(database, clear);
  if (auto done = cleared.finish(); !done) return fail(done.error());

  CopiedTable copied{table, 0};
  const std::string into = fmt::format("INSERT INTO \"{}\"({}) OVERRIDING SYSTEM VALUE VALUES", table, names);
  const std::string select = fmt::format("SELECT {} FROM \"{}\"", names, table);
  Batch batch;
  Query rows(file, select);
  while (rows.step()) {
    add_row(batch, rows, *columns);
    ++copied.rows;
    if (batch.rows < rows_at_once) continue;
    if (auto done = insert(database, into, columns->size(), batch); !done) return fail(done.error());
  }
  if (auto done = rows.finish(); !done) return fail(done.error());
  if (auto done = insert(database, into, columns->size(), batch); !done) return fail(done.error());
  return copied;
}

/// New rows go on after those that came with their ids.
Result<void> advance_ids(PostgresDatabase& database) {
  std::vector<std::string> tables;
  Query identities(database,
                   "SELECT table_name::text FROM information_schema.columns WHERE is_identity='YES'"
                   " AND table_schema=current_schema()");
  while (identities.step()) tables.push_back(identities.text(0));
  if (auto done = identities.finish(); !done) return done;
  for (const std::string& table : tables) {
    const auto sql = fmt::format(
        "SELECT setval(pg_get_serial_sequence('\"{0}\"', 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM "
        "\"{0}\"",
        table);
    Query advance(database, sql);
    if (auto done = advance.finish(); !done) return done;
  }
  return {};
}

Result<void> require_empty(PostgresDatabase& database) {
  Query query(database, "SELECT (SELECT count(*) FROM connection)+(SELECT count(*) FROM audit)");
  const bool is_empty = query.step() && query.integer(0) == 0;
  if (auto done = query.finish(); !done) return done;
  if (is_empty) return {};
  return fail(Cause::bad_input, database.place() + " holds a store already: name a database without one");
}

Result<std::vector<CopiedTable>> copy_all(SqliteDatabase& file, PostgresDatabase& database) {
  if (auto empty = require_empty(database); !empty) return fail(empty.error());
  const auto tables = tables_of(file);
  if (!tables) return fail(tables.error());
  std::vector<CopiedTable> copied;
  for (const std::string& table : *tables) {
    auto done = copy_table(file, database, table);
    if (!done) return fail(done.error());
    copied.push_back(std::move(*done));
  }
  if (auto done = advance_ids(database); !done) return fail(done.error());
  return copied;
}

}  // namespace

Result<std::vector<CopiedTable>> copy_to_postgres(const std::string& sqlite_file, const std::string& url,
                                                  domain::UtcTime now,
                                                  const std::function<Result<void>(Transaction&)>& complete) {
  sqlite::DatabaseOptions options;
  options.create = false;
  auto file = SqliteDatabase::open(sqlite_file, options);
  if (!file) return fail(file.error());
  if (auto done = sqlite::migrate(**file, sqlite::migrations(), now); !done) return fail(done.error());
  postgres::DatabaseOptions settings;
  settings.url = url;
  auto database = PostgresDatabase::open(std::move(settings));
  if (!database) return fail(database.error());
  if (auto done = postgres::migrate(**database, postgres::migrations(), now); !done) return fail(done.error());
  if (auto begun = (*file)->begin_read(); !begun) return fail(begun.error());
  std::vector<CopiedTable> tables;
  sql::SqlTransaction transaction(**database);
  auto done = sql::commit_alone(**database, transaction, [&](Transaction& each) -> Result<void> {
    auto copied = copy_all(**file, **database);
    if (!copied) return fail(copied.error());
    tables = std::move(*copied);
    const auto verdict = each.verify_audit();
    if (!verdict) return fail(verdict.error());
    if (verdict->first_bad_sequence) {
      return fail(Cause::bad_input, "the store's audit trail is damaged: " + verdict->problem);
    }
    if (auto noted = postgres::note_database(**database, each, now); !noted) return noted;
    return complete(each);
  });
  (*file)->roll_back();
  if (!done) return fail(done.error());
  return tables;
}

}  // namespace connector::store
