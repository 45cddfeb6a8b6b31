#include <fmt/format.h>

#include "domain/mutation.h"
#include "store/sql/codes.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

/// A recursive table NAME(id) of the connections that `rows` ("posting WHERE queue=0") are of, and a last id that is
/// NULL. The next connection is found by the index: the rows of one are not read to come to it.
std::string connections_in(std::string_view name, std::string_view rows) {
  return fmt::format(
      "{0}(id) AS (SELECT (SELECT min(connection) FROM {1}) UNION ALL"
      " SELECT (SELECT min(connection) FROM {1} AND connection>{0}.id) FROM {0} WHERE {0}.id IS NOT NULL)",
      name, rows);
}

Result<std::vector<ConnectionId>> read_ids(Query& query) {
  std::vector<ConnectionId> ids;
  while (query.step()) ids.push_back(query.integer(0));
  if (auto done = query.finish(); !done) return fail(done.error());
  return ids;
}

}  // namespace

Result<std::optional<UtcTime>> SqlTransaction::next_due(ConnectionId connection) {
  Query query(database_,
              "SELECT CASE WHEN EXISTS(SELECT 1 FROM posting WHERE queue=0 AND connection=?1) THEN 0"
              " ELSE (SELECT min(due_at) FROM posting WHERE queue=1 AND connection=?1) END",
              connection);
  std::optional<UtcTime> due;
  if (query.step()) due = query.optional_time(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return due;
}

Result<std::vector<ConnectionId>> SqlTransaction::connections_due(UtcTime now) {
  static const std::string sql = "WITH RECURSIVE " + connections_in("ready", "posting WHERE queue=0") + ", " +
                                 connections_in("waiting", "posting WHERE queue=1") +
                                 " SELECT id FROM ready WHERE id IS NOT NULL UNION"
                                 " SELECT id FROM waiting WHERE EXISTS(SELECT 1 FROM posting WHERE queue=1"
                                 "  AND connection=waiting.id AND due_at<=?1) ORDER BY 1";
  Query query(database_, sql, now);
  return read_ids(query);
}

Result<std::vector<ConnectionId>> SqlTransaction::connections_with_notices(UtcTime now) {
  static const std::string sql = "WITH RECURSIVE " + connections_in("noticed", "notice WHERE done_at IS NULL") +
                                 " SELECT id FROM noticed WHERE EXISTS(SELECT 1 FROM notice WHERE done_at IS NULL"
                                 "  AND connection=noticed.id AND (next_attempt_at IS NULL OR next_attempt_at<=?1))"
                                 " ORDER BY 1";
  Query query(database_, sql, now);
  return read_ids(query);
}

Result<std::vector<ConnectionId>> SqlTransaction::connections_with_outdated_held() {
  static const std::string sql =
      "WITH RECURSIVE " + connections_in("holding", "posting WHERE queue=3") +
      " SELECT connection.id FROM holding JOIN connection ON connection.id=holding.id WHERE EXISTS("
      "  SELECT 1 FROM posting WHERE queue=3 AND state=3 AND posting.connection=holding.id"
      "  AND posting.mapping_version<connection.mapping_version AND in_doubt=0) ORDER BY 1";
  Query query(database_, sql);
  return read_ids(query);
}

Result<void> SqlTransaction::promote_due(ConnectionId connection, UtcTime now) {
  Query any(database_, "SELECT 1 FROM posting WHERE queue=1 AND connection=? AND due_at<=? LIMIT 1", connection, now);
  const bool found = any.step();
  if (auto done = any.finish(); !done || !found) return done;
  Query query(database_, "UPDATE posting SET queue=0, due_at=NULL WHERE queue=1 AND connection=? AND due_at<=?",
              connection, now);
  return query.finish();
}

Result<std::vector<SqlTransaction::Candidate>> SqlTransaction::ready(ConnectionId connection, UtcTime now,
                                                                     std::size_t limit, Due due) {
  // The times are looked at again, because the clock may have been set back since a posting was found due.
  static constexpr std::string_view all =
      "SELECT id, depends_on FROM posting WHERE queue=0 AND connection=?1"
      " AND coalesce(CASE state WHEN 1 THEN lease_until ELSE next_attempt_at END, ?2)<=?2"
      " ORDER BY priority, id LIMIT ?3";
  static constexpr std::string_view hasty =
      "SELECT id, depends_on FROM posting WHERE queue=0 AND connection=?1 AND priority<0"
      " AND coalesce(CASE state WHEN 1 THEN lease_until ELSE next_attempt_at END, ?2)<=?2"
      " ORDER BY priority, id LIMIT ?3";
  static constexpr std::string_view in_doubt =
      "SELECT id, depends_on FROM (SELECT id, priority, depends_on, state, in_doubt, lease_until,"
      " next_attempt_at, target_data FROM posting WHERE queue=0 AND connection=?1 ORDER BY priority, id LIMIT 1000) "
      "first"
      " WHERE (in_doubt=1 OR state=1) AND CASE WHEN target_data<>'' THEN 1 ELSE 0 END=?4"
      " AND coalesce(CASE state WHEN 1 THEN lease_until ELSE next_attempt_at END, ?2)<=?2"
      " ORDER BY priority, id LIMIT ?3";
  const bool is_of_doubt = due == Due::unclear || due == Due::accepted;
  Query query = is_of_doubt ? Query(database_, in_doubt, connection, now, limit, due == Due::accepted)
                            : Query(database_, due == Due::hasty ? hasty : all, connection, now, limit);
  std::vector<Candidate> candidates;
  while (query.step()) candidates.push_back({query.integer(0), query.text(1)});
  if (auto done = query.finish(); !done) return fail(done.error());
  return candidates;
}

Result<PostingRow> SqlTransaction::lease_posting(std::int64_t id, const Claimant& claimant) {
  auto row = posting_by_id(id);
  if (!row) return fail(row.error());
  if (!*row) return fail(Cause::store_failure, fmt::format("posting {} has no document in the store", id));
  auto posting = std::move(**row);
  if (posting.state != PostingState::sending) {
    count(posting.connection, code_of(posting.state), code_of(posting.cause), -1);
    count(posting.connection, code_of(PostingState::sending), code_of(posting.cause), 1);
  } else {
    posting.in_doubt = true;
  }
  posting.state = PostingState::sending;
  posting.attempt += 1;
  posting.lease_owner = claimant.owner;
  const bool released_early = domain::mutated(domain::Mutation::lease_released_early);
  const UtcTime lease_until = released_early ? claimant.now + std::chrono::seconds(5) : claimant.until;
  posting.lease_until = lease_until;
  posting.updated_at = claimant.now;
  Query update(database_,
               "UPDATE posting SET state=?2, queue=1, due_at=?3, attempt=?4, in_doubt=?5, lease_owner=?6,"
               " lease_until=?3, updated_at=?7 WHERE id=?1",
               id, code_of(posting.state), lease_until, posting.attempt, posting.in_doubt, posting.lease_owner,
               claimant.now);
  if (auto done = update.finish(); !done) return fail(done.error());
  return posting;
}

Result<std::vector<PostingRow>> SqlTransaction::claim(ConnectionId connection, const Claimant& claimant,
                                                      std::size_t limit, Due due) {
  std::vector<PostingRow> claimed;
  if (auto done = promote_due(connection, claimant.now); !done) return fail(done.error());
  // Again only when a dependency that was posted once is no longer: its dependent leaves the ready ones.
  for (bool again = true; again;) {
    again = false;
    const auto candidates = ready(connection, claimant.now, limit - claimed.size(), due);
    if (!candidates) return fail(candidates.error());
    for (const auto& candidate : *candidates) {
      if (!candidate.depends_on.empty()) {
        const auto dependency = find_posting(connection, candidate.depends_on, true);
        if (!dependency) return fail(dependency.error());
        if (*dependency == 0) {
          Query block(database_, "UPDATE posting SET queue=2, due_at=NULL WHERE id=?", candidate.id);
          if (auto done = block.finish(); !done) return fail(done.error());
          again = true;
          continue;
        }
      }
      auto posting = lease_posting(candidate.id, claimant);
      if (!posting) return fail(posting.error());
      claimed.push_back(std::move(*posting));
    }
    again = again && claimed.size() < limit;
  }
  return claimed;
}

}  // namespace connector::store::sql
