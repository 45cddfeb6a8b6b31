#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

void SqlTransaction::begin_group() {
  group_counts_.clear();
  closure_counts_.clear();
  head_.reset();
  head_changed_ = false;
  mapping_changed_ = false;
  if (known_on_ == database_.connection_number()) return;
  known_on_ = database_.connection_number();
  mappings_.clear();
  known_rows_ = 0;
}

void SqlTransaction::begin_closure() {
  closure_counts_.clear();
  head_before_closure_ = head_;
  head_changed_before_closure_ = head_changed_;
}

void SqlTransaction::keep_closure() {
  for (const auto& [key, change] : closure_counts_) group_counts_[key] += change;
  closure_counts_.clear();
}

void SqlTransaction::drop_closure() {
  closure_counts_.clear();
  head_ = head_before_closure_;
  head_changed_ = head_changed_before_closure_;
}

Result<void> SqlTransaction::flush() {
  for (const auto& [key, change] : group_counts_) {
    if (change == 0) continue;
    const auto& [connection, state, cause] = key;
    Query query(database_,
                "INSERT INTO posting_count(connection, state, cause, count) VALUES(?,?,?,?)"
                " ON CONFLICT(connection, state, cause) DO UPDATE SET count=posting_count.count+excluded.count",
                connection, state, cause, change);
    if (auto done = query.finish(); !done) return done;
  }
  if (!head_changed_) return {};
  const std::string_view digest(reinterpret_cast<const char*>(head_->digest.data()), head_->digest.size());
  Query query(database_, "UPDATE audit_head SET sequence=?, hash=?", head_->sequence, Blob{digest});
  return query.finish();
}

void SqlTransaction::count(ConnectionId connection, std::int64_t state, std::int64_t cause, std::int64_t change) {
  closure_counts_[{connection, state, cause}] += change;
}

Result<void> SqlTransaction::require_change(Query& query, std::string_view what) {
  if (auto done = query.finish(); !done) return done;
  if (database_.changes() > 0) return {};
  return fail(Cause::not_found, "no such " + std::string(what) + " in the store");
}

}  // namespace connector::store::sql
