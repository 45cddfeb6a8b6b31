#include <fmt/format.h>

#include "store/sql/migrations.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

/// The watermark of no connection that counts their changes.
constexpr std::string_view connections_mark = "connections/version";

constexpr std::string_view select_connections =
    "SELECT id, name, market, division, settings, paused, mapping_version, created_at FROM connection WHERE removed=0";

Result<void> name_taken(std::string_view name) {
  return fail(Cause::bad_input, fmt::format("a connection named {} exists already", name));
}

std::optional<ConnectionRow> first(std::vector<ConnectionRow> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

Result<std::vector<ConnectionRow>> SqlTransaction::read_connections(Query& query) {
  std::vector<ConnectionRow> rows;
  while (query.step()) {
    ConnectionRow row;
    row.id = query.integer(0);
    row.name = query.text(1);
    row.market = query.text(2);
    row.division = query.integer(3);
    row.settings = query.text(4);
    row.paused = query.integer(5) != 0;
    row.mapping_version = query.integer(6);
    row.created_at = query.time(7);
    rows.push_back(std::move(row));
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

Result<std::vector<ConnectionRow>> SqlTransaction::connections() {
  static const std::string sql = std::string(select_connections) + " ORDER BY name";
  Query query(database_, sql);
  return read_connections(query);
}

Result<std::vector<ConnectionRow>> SqlTransaction::removed_connections() {
  Query query(database_,
              "SELECT id, name, market, division, settings, paused, mapping_version, created_at FROM connection"
              " WHERE removed=1 ORDER BY id DESC");
  return read_connections(query);
}

Result<std::vector<ConnectionRow>> SqlTransaction::connections_of_division(std::int64_t division, std::size_t limit) {
  static const std::string sql = std::string(select_connections) + " AND division=? ORDER BY id LIMIT ?";
  Query query(database_, sql, division, limit);
  return read_connections(query);
}

Result<std::optional<ConnectionRow>> SqlTransaction::connection(std::string_view name) {
  static const std::string sql = std::string(select_connections) + " AND name=?";
  Query query(database_, sql, name);
  return read_connections(query).map(first);
}

Result<std::optional<ConnectionRow>> SqlTransaction::connection(ConnectionId id) {
  static const std::string sql = std::string(select_connections) + " AND id=?";
  Query query(database_, sql, id);
  return read_connections(query).map(first);
}

Result<ConnectionId> SqlTransaction::add_connection(const ConnectionRow& row) {
  if (auto noted = note_connections_changed(); !noted) return fail(noted.error());
  Query query(database_,
              "INSERT INTO connection(name, market, division, settings, paused, mapping_version, created_at)"
              " VALUES(?,?,?,?,?,?,?) RETURNING id",
              row.name, row.market, row.division, row.settings, row.paused, row.mapping_version, row.created_at);
  const auto id = query.inserted_id();
  if (query.violated_constraint()) return fail(name_taken(row.name).error());
  if (!id) return fail(id.error());
  return id->value_or(0);
}

Result<std::int64_t> SqlTransaction::connections_version() { return number_watermark(connections_mark); }

Result<void> SqlTransaction::note_connections_changed() {
  Query query(database_,
              "INSERT INTO watermark(connection, name, value) VALUES(0,?,'1') ON CONFLICT(connection, name)"
              " DO UPDATE SET value=CAST(CAST(watermark.value AS BIGINT)+1 AS TEXT)",
              connections_mark);
  return query.finish();
}

Result<void> SqlTransaction::update_connection(const ConnectionRow& row) {
  if (auto noted = note_connections_changed(); !noted) return noted;
  Query query(database_,
              "UPDATE connection SET name=?, market=?, division=?, settings=?, paused=?, mapping_version=?,"
              " created_at=? WHERE id=? AND removed=0",
              row.name, row.market, row.division, row.settings, row.paused, row.mapping_version, row.created_at,
              row.id);
  auto done = require_change(query, "connection");
  if (query.violated_constraint()) return name_taken(row.name);
  return done;
}

Result<void> SqlTransaction::remove_connection(ConnectionId connection) {
  if (auto noted = note_connections_changed(); !noted) return noted;
  Query mark(database_, "UPDATE connection SET removed=1 WHERE id=? AND removed=0", connection);
  if (auto done = require_change(mark, "connection"); !done) return done;
  Query secrets(database_, "DELETE FROM secret WHERE connection=?", connection);
  return secrets.finish();
}

Result<void> SqlTransaction::restore_connection(ConnectionId connection) {
  if (auto noted = note_connections_changed(); !noted) return noted;
  Query mark(database_, "UPDATE connection SET removed=0 WHERE id=? AND removed=1", connection);
  auto done = require_change(mark, "removed connection");
  if (mark.violated_constraint()) return fail(Cause::bad_input, "a connection of that name exists already");
  return done;
}

Result<std::int64_t> SqlTransaction::raise_mapping_version(ConnectionId connection) {
  Query query(database_,
              "UPDATE connection SET mapping_version=mapping_version+1 WHERE id=? AND removed=0"
              " RETURNING mapping_version",
              connection);
  std::optional<std::int64_t> version;
  if (query.step()) version = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  if (!version) return fail(Cause::not_found, "no such connection in the store");
  return *version;
}

Result<std::optional<std::string>> SqlTransaction::sealed_secret(ConnectionId connection, std::string_view name) {
  Query query(database_, "SELECT sealed FROM secret WHERE connection=? AND name=?", connection, name);
  std::optional<std::string> sealed;
  if (query.step()) sealed = query.text(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return sealed;
}

Result<std::vector<Reader::SealedSecret>> SqlTransaction::sealed_secrets() {
  Query query(database_, "SELECT connection, name, sealed FROM secret ORDER BY connection, name");
  std::vector<SealedSecret> secrets;
  while (query.step()) secrets.push_back({query.integer(0), query.text(1), query.text(2)});
  if (auto done = query.finish(); !done) return fail(done.error());
  return secrets;
}

Result<std::vector<Reader::SealedSecret>> SqlTransaction::secret_names() {
  Query query(database_, "SELECT connection, name FROM secret ORDER BY connection, name");
  std::vector<SealedSecret> secrets;
  while (query.step()) secrets.push_back({query.integer(0), query.text(1), {}});
  if (auto done = query.finish(); !done) return fail(done.error());
  return secrets;
}

Result<void> SqlTransaction::put_sealed_secret(ConnectionId connection, std::string_view name,
                                               std::string_view sealed) {
  if (name.ends_with(kCredentials)) {
    if (auto noted = note_connections_changed(); !noted) return noted;
  }
  Query query(database_,
              "INSERT INTO secret(connection, name, sealed) VALUES(?,?,?)"
              " ON CONFLICT(connection, name) DO UPDATE SET sealed=excluded.sealed",
              connection, name, sealed);
  return query.finish();
}

Result<void> SqlTransaction::delete_sealed_secret(ConnectionId connection, std::string_view name) {
  if (name.ends_with(kCredentials)) {
    if (auto noted = note_connections_changed(); !noted) return noted;
  }
  Query query(database_, "DELETE FROM secret WHERE connection=? AND name=?", connection, name);
  return query.finish();
}

Result<std::optional<std::string>> SqlTransaction::watermark(ConnectionId connection, std::string_view name) {
  Query query(database_, "SELECT value FROM watermark WHERE connection=? AND name=?", connection, name);
  std::optional<std::string> value;
  if (query.step()) value = query.text(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return value;
}

Result<void> SqlTransaction::put_watermark(ConnectionId connection, std::string_view name, std::string_view value) {
  Query query(database_,
              "INSERT INTO watermark(connection, name, value) VALUES(?,?,?)"
              " ON CONFLICT(connection, name) DO UPDATE SET value=excluded.value",
              connection, name, value);
  return query.finish();
}

Result<std::optional<Lease>> SqlTransaction::acquire_lease(std::string_view name, std::string_view owner, UtcTime now,
                                                           UtcTime until) {
  // The token stays when a holder renews in time and grows in every other case, also for a holder that came late:
  // what it did under the old token may already have been judged abandoned.
  Query known(database_, "SELECT owner, token, until FROM lease WHERE name=?", name);
  const bool exists = known.step();
  const std::string holder = exists ? known.text(0) : std::string();
  const bool stands = exists && known.time(2) > now;
  const std::int64_t token = exists ? known.integer(1) + (holder == owner && stands ? 0 : 1) : 1;
  if (auto done = known.finish(); !done) return fail(done.error());
  if (stands && holder != owner && !holder.empty()) return std::nullopt;
  Query put(database_,
            exists ? "UPDATE lease SET owner=?2, token=?3, until=?4 WHERE name=?1"
                   : "INSERT INTO lease(name, owner, token, until) VALUES(?1,?2,?3,?4)",
            name, owner, token, until);
  if (auto done = put.finish(); !done) return fail(done.error());
  return Lease{std::string(name), std::string(owner), token, until};
}

Result<void> SqlTransaction::release_lease(std::string_view name, std::string_view owner) {
  // The row stays, so that the next token is larger.
  Query query(database_, "UPDATE lease SET owner='', until=0 WHERE name=? AND owner=?", name, owner);
  return query.finish();
}

Result<void> SqlTransaction::release_leases(std::string_view prefix, std::string_view owner) {
  // A range of the primary key: with thousands of connections there are many leases.
  Query query(database_, "UPDATE lease SET owner='', until=0 WHERE owner=?2 AND name>=?1 AND name<?1||'\U0010FFFF'",
              prefix, owner);
  return query.finish();
}

Result<std::vector<Lease>> SqlTransaction::leases(std::string_view prefix, UtcTime now) {
  Query query(database_,
              "SELECT name, owner, token, until FROM lease"
              " WHERE name>=?1 AND name<?1||'\U0010FFFF' AND owner<>'' AND until>?2 ORDER BY name",
              prefix, now);
  std::vector<Lease> found;
  while (query.step()) found.push_back({query.text(0), query.text(1), query.integer(2), query.time(3)});
  if (auto done = query.finish(); !done) return fail(done.error());
  return found;
}

Result<int> SqlTransaction::schema_version() { return sql::schema_version(database_); }

}  // namespace connector::store::sql
