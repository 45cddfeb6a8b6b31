#include <algorithm>
#include <iterator>

#include "store/sql/codes.h"
#include "store/sql/posting_columns.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

Result<std::vector<PostingRow>> SqlTransaction::blocked_by(ConnectionId connection, std::string_view key) {
  static const std::string sql =
      std::string(select_posting()) + "WHERE p.connection=? AND p.depends_on=? AND p.queue=2 ORDER BY p.id";
  Query query(database_, sql, connection, key);
  return read_postings(query);
}

Result<std::vector<PostingRow>> SqlTransaction::waiting_of_kind(ConnectionId connection, domain::PostingKind kind) {
  // Two partial indexes, one for each place in the queue.
  std::vector<PostingRow> rows;
  static const std::string ready = std::string(select_posting()) + "WHERE p.queue=0 AND p.connection=? AND p.kind=?";
  static const std::string waiting = std::string(select_posting()) + "WHERE p.queue=1 AND p.connection=? AND p.kind=?";
  for (const std::string* sql : {&ready, &waiting}) {
    Query query(database_, *sql, connection, code_of(kind));
    auto found = read_postings(query);
    if (!found) return found;
    rows.insert(rows.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
  }
  std::sort(rows.begin(), rows.end(), [](const PostingRow& a, const PostingRow& b) { return a.id < b.id; });
  return rows;
}

}  // namespace connector::store::sql
