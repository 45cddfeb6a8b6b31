#include <fmt/format.h>

#include "store/sql/codes.h"
#include "store/sql/digest_column.h"
#include "store/sql/posting_columns.h"
#include "store/sql/posting_key.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

bool waits_to_be_sent(PostingState state) { return state == PostingState::planned || state == PostingState::retry; }

/// Only a posting being sent is leased.
struct Lease {
  explicit Lease(const PostingRow& row) {
    if (row.state != PostingState::sending) return;
    owner = row.lease_owner;
    until = row.lease_until;
  }
  std::string_view owner;
  std::optional<UtcTime> until;
};

}  // namespace

Result<std::int64_t> SqlTransaction::find_posting(ConnectionId connection, std::string_view key, bool only_posted) {
  for (const auto source : possible_sources(key)) {
    Query query(database_, "SELECT id, state FROM posting WHERE connection=? AND source_id=? AND key=?", connection,
                source, key);
    std::int64_t id = 0;
    bool posted = false;
    if (query.step()) {
      id = query.integer(0);
      posted = query.integer(1) == code_of(PostingState::posted);
    }
    if (auto done = query.finish(); !done) return fail(done.error());
    if (id != 0) return only_posted && !posted ? 0 : id;
  }
  return 0;
}

Result<std::optional<PostingRow>> SqlTransaction::posting_by_id(std::int64_t id) {
  static const std::string sql = std::string(select_posting()) + "WHERE p.id=?";
  Query query(database_, sql, id);
  auto rows = read_postings(query);
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

Result<std::optional<PostingRow>> SqlTransaction::posting(ConnectionId connection, std::string_view key) {
  const auto id = find_posting(connection, key, false);
  if (!id) return fail(id.error());
  if (*id == 0) return std::nullopt;
  return posting_by_id(*id);
}

Result<SqlTransaction::QueuePlace> SqlTransaction::place_in_queue(ConnectionId connection, const PostingRow& row) {
  if (row.state == PostingState::sending) {
    return QueuePlace{1, row.lease_until ? domain::to_epoch_milliseconds(*row.lease_until) : 0};
  }
  if (row.state == PostingState::posted) return QueuePlace{};
  if (!waits_to_be_sent(row.state)) return QueuePlace{3, std::nullopt};
  if (!row.depends_on.empty()) {
    const auto dependency = find_posting(connection, row.depends_on, true);
    if (!dependency) return fail(dependency.error());
    if (*dependency == 0) return QueuePlace{2, std::nullopt};
  }
  if (row.next_attempt_at) return QueuePlace{1, domain::to_epoch_milliseconds(*row.next_attempt_at)};
  return QueuePlace{0, std::nullopt};
}

Result<void> SqlTransaction::release_dependents(ConnectionId connection, std::string_view key) {
  // Most postings have none, and an UPDATE that moves rows within its own index sets up a table before it looks.
  Query any(database_, "SELECT 1 FROM posting WHERE connection=? AND depends_on=? AND queue=2 LIMIT 1", connection,
            key);
  const bool found = any.step();
  if (auto done = any.finish(); !done || !found) return done;
  Query query(database_,
              "UPDATE posting SET queue=CASE WHEN next_attempt_at IS NULL THEN 0 ELSE 1 END, due_at=next_attempt_at"
              " WHERE connection=? AND depends_on=? AND queue=2",
              connection, key);
  return query.finish();
}

Result<void> SqlTransaction::insert_posting(const PostingRow& row) {
  if (!key_has_source(row.key, row.source_id)) {
    return fail(Cause::bad_input,
                fmt::format("posting key {} does not name its source {} after the first '/'", row.key, row.source_id));
  }
  const Lease lease(row);
  const auto place = place_in_queue(row.connection, row);
  if (!place) return fail(place.error());
  const DigestColumn digest(row.body_digest);
  Query insert(
      database_,
      "INSERT INTO posting(connection, source_id, key, kind, state, queue, due_at, priority, attempt, in_doubt, cause,"
      " mapping_version, lease_owner, lease_until, next_attempt_at, first_failed_at, last_sent_at, created_at,"
      " updated_at, total, currency, document_date, reference, depends_on, target_id, target_number, body_digest,"
      " cause_detail, target_data) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
      " ON CONFLICT DO NOTHING RETURNING id",
      row.connection, row.source_id, row.key, code_of(row.kind), code_of(row.state), place->queue, place->due_at,
      row.priority, row.attempt, row.in_doubt, code_of(row.cause), row.mapping_version, lease.owner, lease.until,
      row.next_attempt_at, row.first_failed_at, row.last_sent_at, row.created_at, row.updated_at, row.total.units(),
      row.currency, row.document_date, row.reference, row.depends_on, row.target_id, row.target_number, digest.value(),
      row.cause_detail, row.target_data);
  const auto inserted = insert.inserted_id();
  if (insert.violated_constraint()) {
    return fail(Cause::bad_input, fmt::format("posting {} belongs to no connection", row.key));
  }
  if (!inserted) return fail(inserted.error());
  if (!*inserted) return fail(Cause::bad_input, fmt::format("posting {} exists already", row.key));
  const std::int64_t id = **inserted;
  Query document(database_, "INSERT INTO posting_document(id, document) VALUES(?,?)", id, row.document);
  if (auto done = document.finish(); !done) return done;
  if (!row.body.empty()) {
    if (auto done = put_body(id, row.body); !done) return done;
  }
  count(row.connection, code_of(row.state), code_of(row.cause), 1);
  return row.state == PostingState::posted ? release_dependents(row.connection, row.key) : Result<void>();
}

Result<void> SqlTransaction::put_body(std::int64_t id, std::string_view body) {
  if (body.empty()) {
    Query remove(database_, "DELETE FROM posting_body WHERE id=?", id);
    return remove.finish();
  }
  Query put(database_,
            "INSERT INTO posting_body(id, body) VALUES(?,?)"
            " ON CONFLICT(id) DO UPDATE SET body=excluded.body WHERE posting_body.body<>excluded.body",
            id, body);
  return put.finish();
}

Result<void> SqlTransaction::update_posting(const PostingRow& row, std::optional<int> expected_attempt) {
  Query stored(database_,
               "SELECT attempt, lease_owner, state, cause, connection, key, queue, due_at, priority, mapping_version,"
               " depends_on, body_digest FROM posting WHERE id=?",
               row.id);
  if (!stored.step()) {
    if (auto done = stored.finish(); !done) return done;
    return fail(Cause::not_found, fmt::format("no posting with id {} in the store", row.id));
  }
  if (expected_attempt && (stored.integer(0) != *expected_attempt || stored.view(1) != row.lease_owner)) {
    return fail(Cause::fenced, fmt::format("posting {} was taken over: attempt {} is no longer ours", stored.view(5),
                                           *expected_attempt));
  }
  const auto old_state = stored.integer(2);
  const auto old_cause = stored.integer(3);
  const Lease lease(row);
  const ConnectionId connection = stored.integer(4);
  const std::string key = stored.text(5);
  const auto place = place_in_queue(connection, row);
  if (!place) return fail(place.error());
  const auto same = [&stored](int column, std::optional<std::int64_t> value) {
    return stored.is_null(column) ? !value : value == stored.integer(column);
  };
  const bool same_place = same(6, place->queue) && same(7, place->due_at) && row.priority == stored.integer(8) &&
                          row.mapping_version == stored.integer(9) && row.depends_on == stored.view(10) &&
                          code_of(row.state) == old_state;
  const DigestColumn digest(row.body_digest);
  const bool same_body = !row.body.empty() && !row.body_digest.empty() && stored.view(11) == digest.value().bytes;
  if (auto done = stored.finish(); !done) return done;

  // Without the columns that indexes hold, where those stay as they are: SQLite would write every index anew.
  static constexpr std::string_view in_place =
      "UPDATE posting SET attempt=?2, in_doubt=?3, cause=?4, lease_owner=?5, lease_until=?6, next_attempt_at=?7,"
      " first_failed_at=?8, last_sent_at=?9, updated_at=?10, total=?11, currency=?12, document_date=?13,"
      " reference=?14, target_id=?15, target_number=?16, body_digest=?17, cause_detail=?18, target_data=?19";
  static const std::string update_in_place = std::string(in_place) + " WHERE id=?1";
  static const std::string update_all =
      std::string(in_place) +
      ", state=?20, queue=?21, due_at=?22, priority=?23, mapping_version=?24, depends_on=?25 WHERE id=?1";
  const auto update = [&](std::string_view sql, auto... moved) {
    Query query(database_, sql, row.id, row.attempt, row.in_doubt, code_of(row.cause), lease.owner, lease.until,
                row.next_attempt_at, row.first_failed_at, row.last_sent_at, row.updated_at, row.total.units(),
                row.currency, row.document_date, row.reference, row.target_id, row.target_number, digest.value(),
                row.cause_detail, row.target_data, moved...);
    return query.finish();
  };
  auto done = same_place ? update(update_in_place)
                         : update(update_all, code_of(row.state), place->queue, place->due_at, row.priority,
                                  row.mapping_version, std::string_view(row.depends_on));
  if (!done) return done;
  // Most changes of state leave these long texts alone; then their pages are not written again.
  Query document(database_, "UPDATE posting_document SET document=?2 WHERE id=?1 AND document<>?2", row.id,
                 row.document);
  if (done = document.finish(); !done) return done;
  if (!same_body) {
    if (done = put_body(row.id, row.body); !done) return done;
  }

  if (old_state != code_of(row.state) || old_cause != code_of(row.cause)) {
    count(connection, old_state, old_cause, -1);
    count(connection, code_of(row.state), code_of(row.cause), 1);
  }
  const bool newly_posted = row.state == PostingState::posted && old_state != code_of(PostingState::posted);
  return newly_posted ? release_dependents(connection, key) : Result<void>();
}

}  // namespace connector::store::sql
