#include "store/sql/connection_range.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::fail;

namespace {

/// Whether what persons ask of a flow is another, not only how far its runs have come.
bool is_asked_otherwise(const FlowRow& known, const FlowRow& row) {
  return known.paused != row.paused || known.wanted_at != row.wanted_at || known.backfill_from != row.backfill_from ||
         known.backfill_to != row.backfill_to || row.backfill_at < known.backfill_at;
}

}  // namespace

Result<FlowRow> SqlTransaction::flow(ConnectionId connection, std::string_view name) {
  auto rows = flows(connection);
  if (!rows) return fail(rows.error());
  for (auto& row : *rows) {
    if (row.flow == name) return std::move(row);
  }
  FlowRow fresh;
  fresh.connection = connection;
  fresh.flow = name;
  return fresh;
}

Result<std::vector<FlowRow>> SqlTransaction::flows(ConnectionId connection) {
  const ConnectionRange range(connection);
  Query query(database_,
              "SELECT connection, name, paused, wanted_at, started_at, succeeded_at, failed_at, failures, last_error,"
              " report, backfill_from, backfill_to, backfill_at FROM flow WHERE connection BETWEEN ? AND ?"
              " ORDER BY connection, name",
              range.first, range.last);
  std::vector<FlowRow> rows;
  while (query.step()) {
    FlowRow& row = rows.emplace_back();
    row.connection = query.integer(0);
    row.flow = query.text(1);
    row.paused = query.integer(2) != 0;
    row.wanted_at = query.optional_time(3);
    row.started_at = query.optional_time(4);
    row.succeeded_at = query.optional_time(5);
    row.failed_at = query.optional_time(6);
    row.failures = static_cast<int>(query.integer(7));
    row.last_error = query.text(8);
    row.report = query.text(9);
    row.backfill_from = query.optional_time(10);
    row.backfill_to = query.optional_time(11);
    row.backfill_at = query.optional_time(12);
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

Result<void> SqlTransaction::put_flow(const FlowRow& row) {
  const auto known = flow(row.connection, row.flow);
  if (!known) return fail(known.error());
  if (is_asked_otherwise(*known, row)) {
    if (auto noted = note_connections_changed(); !noted) return noted;
  }
  Query query(
      database_,
      "INSERT INTO flow(connection, name, paused, wanted_at, started_at, succeeded_at, failed_at,"
      " failures, last_error, report, backfill_from, backfill_to, backfill_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
      " ON CONFLICT(connection, name) DO UPDATE SET paused=excluded.paused, wanted_at=excluded.wanted_at,"
      " started_at=excluded.started_at, succeeded_at=excluded.succeeded_at, failed_at=excluded.failed_at,"
      " failures=excluded.failures, last_error=excluded.last_error, report=excluded.report,"
      " backfill_from=excluded.backfill_from, backfill_to=excluded.backfill_to, backfill_at=excluded.backfill_at",
      row.connection, row.flow, row.paused, row.wanted_at, row.started_at, row.succeeded_at, row.failed_at,
      row.failures, row.last_error, row.report, row.backfill_from, row.backfill_to, row.backfill_at);
  return query.finish();
}

}  // namespace connector::store::sql
