#include <fmt/format.h>

#include "store/sql/codes.h"
#include "store/sql/connection_range.h"
#include "store/sql/posting_columns.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::fail;

namespace {

// Literals as in the partial indexes of the schema, so that the planner may use them.
constexpr std::string_view in_queue =
    "(SELECT id FROM posting WHERE queue=0 UNION ALL SELECT id FROM posting WHERE queue=1"
    " UNION ALL SELECT id FROM posting WHERE queue=2)";
constexpr std::string_view in_queue_of_connection =
    "(SELECT id FROM posting WHERE queue=0 AND connection=?1 UNION ALL"
    " SELECT id FROM posting WHERE queue=1 AND connection=?1 UNION ALL"
    " SELECT id FROM posting WHERE queue=2 AND connection=?1)";

bool is_in_queue(PostingState state) {
  return state == PostingState::planned || state == PostingState::sending || state == PostingState::retry;
}

std::string list_sql(const PostingFilter& filter) {
  std::string sql(select_posting());
  sql += filter.before_id == 0 ? "WHERE ?2=0" : "WHERE p.id<?2";
  // '+' keeps the planner from fetching and sorting a connection's whole history for its newest rows.
  if (filter.connection) sql += filter.source_id.empty() ? " AND +p.connection=?1" : " AND p.connection=?1";
  if (!filter.source_id.empty()) sql += " AND p.source_id=?3";
  if (filter.cause) sql += " AND p.cause=?4";
  if (filter.kind) sql += " AND p.kind=?5";
  if (filter.state) {
    sql += " AND p.state=?6";
    // Few postings stand in the queue or aside, however many are posted: look among those only.
    if (filter.source_id.empty() && is_in_queue(*filter.state)) {
      sql += fmt::format(" AND p.id IN {}", filter.connection ? in_queue_of_connection : in_queue);
    } else if (filter.source_id.empty() && *filter.state != PostingState::posted) {
      sql += " AND p.id IN (SELECT id FROM posting WHERE queue=3 AND state=?6";
      if (filter.connection) sql += " AND connection=?1";
      sql += ")";
    }
  }
  return sql + " ORDER BY p.id DESC LIMIT ?7";
}

}  // namespace

Result<std::vector<PostingRow>> SqlTransaction::postings_of(ConnectionId connection, std::string_view source_id) {
  static const std::string sql = std::string(select_posting()) + "WHERE p.connection=? AND p.source_id=? ORDER BY p.id";
  Query query(database_, sql, connection, source_id);
  return read_postings(query);
}

Result<std::vector<PostingRow>> SqlTransaction::postings(const PostingFilter& filter) {
  const std::optional<std::int64_t> cause = filter.cause ? std::optional(code_of(filter.cause)) : std::nullopt;
  const std::optional<std::int64_t> kind = filter.kind ? std::optional(code_of(*filter.kind)) : std::nullopt;
  const std::optional<std::int64_t> state = filter.state ? std::optional(code_of(*filter.state)) : std::nullopt;
  Query query(database_, list_sql(filter), filter.connection, filter.before_id, filter.source_id, cause, kind, state,
              filter.limit);
  return read_postings(query);
}

Result<std::vector<Reader::StateCount>> SqlTransaction::posting_counts(ConnectionId connection) {
  std::map<CountKey, std::int64_t> counts;
  const ConnectionRange range(connection);
  Query query(database_, "SELECT connection, state, cause, count FROM posting_count WHERE connection BETWEEN ? AND ?",
              range.first, range.last);
  while (query.step()) counts[{query.integer(0), query.integer(1), query.integer(2)}] += query.integer(3);
  if (auto done = query.finish(); !done) return fail(done.error());
  for (const auto* pending : {&group_counts_, &closure_counts_}) {
    for (const auto& [key, change] : *pending) {
      if (connection == 0 || connection == std::get<0>(key)) counts[key] += change;
    }
  }
  std::vector<StateCount> rows;
  for (const auto& [key, number] : counts) {
    const auto& [owner, state_code, cause_code] = key;
    const auto state = posting_state_of(state_code);
    if (number != 0 && state) rows.push_back({*state, cause_of(cause_code), number, owner});
  }
  return rows;
}

Result<std::vector<std::string>> SqlTransaction::held_sources(ConnectionId connection,
                                                              std::int64_t older_than_mapping_version,
                                                              std::size_t limit) {
  Query query(database_,
              "SELECT DISTINCT source_id FROM posting WHERE queue=3 AND state=3 AND connection=?"
              " AND mapping_version<? AND in_doubt=0 LIMIT ?",
              connection, older_than_mapping_version, limit);
  std::vector<std::string> sources;
  while (query.step()) sources.push_back(query.text(0));
  if (auto done = query.finish(); !done) return fail(done.error());
  return sources;
}

}  // namespace connector::store::sql
