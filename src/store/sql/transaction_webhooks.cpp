#include "store/sql/codes.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::fail;

Result<std::optional<UtcTime>> SqlTransaction::notice_received_at(ConnectionId connection, std::string_view source,
                                                                  std::string_view event_id) {
  Query query(database_, "SELECT min(received_at) FROM notice WHERE connection=? AND source=? AND event_id=?",
              connection, source, event_id);
  std::optional<UtcTime> received;
  if (query.step()) received = query.optional_time(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return received;
}

Result<std::vector<NoticeRow>> SqlTransaction::open_notices(ConnectionId connection, UtcTime now, std::size_t limit) {
  Query query(database_,
              "SELECT id, source, event_id, topic, flow, entity, action, received_at, attempts, next_attempt_at,"
              " last_error FROM notice WHERE connection=?1 AND done_at IS NULL"
              " AND (next_attempt_at IS NULL OR next_attempt_at<=?2) ORDER BY id LIMIT ?3",
              connection, now, limit);
  std::vector<NoticeRow> rows;
  while (query.step()) {
    NoticeRow& row = rows.emplace_back();
    row.id = query.integer(0);
    row.connection = connection;
    row.source = query.text(1);
    row.event_id = query.text(2);
    row.topic = query.text(3);
    row.flow = query.text(4);
    row.entity = query.text(5);
    row.action = query.text(6);
    row.received_at = query.time(7);
    row.attempts = static_cast<int>(query.integer(8));
    row.next_attempt_at = query.optional_time(9);
    row.last_error = query.text(10);
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

Result<std::vector<NoticeStatus>> SqlTransaction::notice_status(ConnectionId connection) {
  // From the first notice of each origin to the first of the next by the index: notices in between are not read.
  Query query(database_,
              "WITH RECURSIVE origin(id) AS ("
              " SELECT id FROM (SELECT id, connection FROM notice WHERE connection>=?1 ORDER BY connection, source, "
              "flow LIMIT 1) first"
              " WHERE ?1=0 OR connection=?1"
              " UNION ALL"
              " SELECT coalesce("
              "  (SELECT id FROM notice WHERE connection=known.connection AND source=known.source AND flow>known.flow"
              "   ORDER BY flow LIMIT 1),"
              "  (SELECT id FROM notice WHERE connection=known.connection AND source>known.source"
              "   ORDER BY source, flow LIMIT 1),"
              "  (SELECT id FROM notice WHERE ?1=0 AND connection>known.connection"
              "   ORDER BY connection, source, flow LIMIT 1))"
              " FROM origin JOIN notice AS known ON known.id=origin.id)"
              "SELECT one.connection, one.source, one.flow,"
              " (SELECT received_at FROM notice AS each WHERE each.connection=one.connection AND each.source=one.source"
              "  AND each.flow=one.flow ORDER BY received_at DESC LIMIT 1),"
              " (SELECT count(*) FROM notice AS each WHERE each.done_at IS NULL AND each.connection=one.connection"
              "  AND +each.source=one.source AND +each.flow=one.flow)"
              " FROM origin JOIN notice AS one ON one.id=origin.id ORDER BY 1, 2, 3",
              connection);
  std::vector<NoticeStatus> all;
  while (query.step()) {
    all.push_back({query.integer(0), query.text(1), query.text(2), query.time(3), query.integer(4)});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return all;
}

Result<bool> SqlTransaction::was_announced(ConnectionId connection, std::string_view flow, std::string_view entity,
                                           UtcTime since) {
  auto origins = notice_status(connection);
  if (!origins) return fail(origins.error());
  bool found = false;
  for (const NoticeStatus& origin : *origins) {
    if (origin.flow != flow) continue;
    Query query(
        database_,
        "SELECT 1 FROM notice WHERE connection=? AND source=? AND flow=? AND entity=? AND received_at>=? LIMIT 1",
        connection, origin.source, flow, entity, since);
    found = query.step() || found;
    if (auto done = query.finish(); !done) return fail(done.error());
  }
  return found;
}

Result<std::optional<PostingRow>> SqlTransaction::posting_of_target(ConnectionId connection,
                                                                    std::string_view target_id) {
  // Others name the same document: what changed or processed it, and the orders' shares of a day's invoice.
  Query query(database_,
              "SELECT id FROM posting WHERE connection=? AND target_id=? AND target_id<>'' AND kind NOT IN (?,?)"
              " AND depends_on NOT LIKE 'daily/%' ORDER BY id LIMIT 1",
              connection, target_id, code_of(domain::PostingKind::sales_order_change),
              code_of(domain::PostingKind::invoice_processing));
  std::optional<std::int64_t> id;
  if (query.step()) id = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  if (!id) return std::optional<PostingRow>{};
  return posting_by_id(*id);
}

Result<void> SqlTransaction::add_notice(const NoticeRow& row) {
  Query query(database_,
              "INSERT INTO notice(connection, source, event_id, topic, flow, entity, action, received_at,"
              " done_at, attempts, next_attempt_at, last_error) VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
              row.connection, row.source, row.event_id, row.topic, row.flow, row.entity, row.action, row.received_at,
              row.done_at, row.attempts, row.next_attempt_at, row.last_error);
  return query.finish();
}

Result<void> SqlTransaction::update_notice(const NoticeRow& row) {
  Query query(database_, "UPDATE notice SET done_at=?2, attempts=?3, next_attempt_at=?4, last_error=?5 WHERE id=?1",
              row.id, row.done_at, row.attempts, row.next_attempt_at, row.last_error);
  return query.finish();
}

Result<void> SqlTransaction::forget_notices(ConnectionId connection, UtcTime before) {
  auto origins = notice_status(connection);
  if (!origins) return fail(origins.error());
  for (const NoticeStatus& origin : *origins) {
    Query query(
        database_,
        "DELETE FROM notice WHERE connection=? AND source=? AND flow=? AND received_at<? AND done_at IS NOT NULL",
        connection, origin.source, origin.flow, before);
    if (auto done = query.finish(); !done) return done;
  }
  return {};
}

}  // namespace connector::store::sql
