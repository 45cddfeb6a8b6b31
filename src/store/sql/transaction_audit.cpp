#include <algorithm>

#include "domain/mutation.h"
#include "json/utf8.h"
#include "store/sql/audit_columns.h"
#include "store/sql/posting_key.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

namespace {

constexpr std::int64_t verified_at_once = 10'000;

std::string_view bytes(const AuditDigest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Result<AuditHead> SqlTransaction::audit_head() {
  if (head_) return *head_;
  Query query(database_, "SELECT sequence, hash FROM audit_head");
  AuditHead head;
  bool whole = false;
  if (query.step()) {
    head.sequence = query.integer(0);
    if (const auto digest = stored_digest(query.view(1))) {
      head.digest = *digest;
      whole = true;
    }
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  if (!whole) return fail(Cause::store_failure, "the head of the audit trail is damaged: run `audit verify`");
  head_ = head;
  return head;
}

Result<void> SqlTransaction::append_audit(AuditRecord record) {
  const auto head = audit_head();
  if (!head) return fail(head.error());
  record.sequence = head->sequence + 1;
  // A remote's answer that was cut in the middle of a letter: the hash is of what every database can hold.
  for (auto* text : {&record.actor, &record.action, &record.source_id, &record.posting_key, &record.cause,
                     &record.correlation_id, &record.detail}) {
    if (!json::is_plain_utf8(*text)) *text = json::plain_utf8(*text);
  }
  const auto digest =
      audit_digest(domain::mutated(domain::Mutation::audit_chain_broken) ? AuditDigest{} : head->digest, record);
  Query query(database_,
              "INSERT INTO audit(sequence, at, connection, actor, action, source_id, posting_key, attempt, cause,"
              " correlation_id, detail, hash) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
              record.sequence, record.at, record.connection, record.actor, record.action, record.source_id,
              record.posting_key, record.attempt, record.cause, record.correlation_id, record.detail,
              Blob{bytes(digest)});
  auto done = query.finish();
  if (!done && query.violated_constraint()) {
    return fail(Cause::store_failure, "the audit trail holds records behind its head: run `audit verify`");
  }
  if (!done) return done;
  head_ = AuditHead{record.sequence, digest};
  head_changed_ = true;
  return {};
}

Result<std::vector<AuditRecord>> SqlTransaction::audit(const AuditFilter& filter) {
  // One statement for each way in, so that each can use its index.
  static const std::string columns(select_audit());
  static const std::string by_sequence = columns +
                                         "a.sequence>?1 AND (?3 IS NULL OR a.connection=?3)"
                                         " AND (?4='' OR a.source_id=?4) AND (?5='' OR a.posting_key=?5)"
                                         " ORDER BY a.sequence LIMIT ?2";
  static const std::string by_source = columns +
                                       "a.sequence>?1 AND a.connection=?3 AND a.source_id=?4"
                                       " AND (?5='' OR a.posting_key=?5) ORDER BY a.sequence LIMIT ?2";
  std::vector<std::string> sources;
  if (!filter.source_id.empty()) {
    sources = {filter.source_id};
  } else if (!filter.posting_key.empty()) {
    for (const auto source : possible_sources(filter.posting_key)) sources.emplace_back(source);
    if (std::find(sources.begin(), sources.end(), "") == sources.end()) sources.emplace_back();
  }
  const bool indexed = filter.connection.has_value() && !sources.empty();
  if (!indexed) sources = {filter.source_id};

  std::vector<AuditRecord> records;
  for (const auto& source : sources) {
    Query query(database_, indexed ? by_source : by_sequence, filter.after_sequence, filter.limit, filter.connection,
                source, filter.posting_key);
    while (query.step()) {
      records.push_back(read_audit_record(query));
    }
    if (auto done = query.finish(); !done) return fail(done.error());
  }
  std::sort(records.begin(), records.end(),
            [](const auto& left, const auto& right) { return left.sequence < right.sequence; });
  if (records.size() > filter.limit) records.resize(filter.limit);
  return records;
}

Result<AuditVerdict> SqlTransaction::verify_audit() {
  // In parts, because PostgreSQL hands over all that a statement finds at once.
  AuditVerifier verifier;
  std::int64_t after = 0;
  for (std::int64_t read = verified_at_once; read == verified_at_once;) {
    read = 0;
    Query query(database_,
                "SELECT sequence, at, connection, actor, action, source_id, posting_key, attempt, cause,"
                " correlation_id, detail, hash FROM audit WHERE sequence>? ORDER BY sequence LIMIT ?",
                after, verified_at_once);
    for (; query.step(); ++read) {
      after = query.integer(0);
      if (const auto stored = stored_digest(query.view(11))) {
        verifier.add(read_audit_columns(query), *stored);
      } else {
        verifier.add_unreadable(after, "record " + std::to_string(after) + " has no hash");
      }
    }
    if (auto done = query.finish(); !done) return fail(done.error());
  }

  if (head_) return verifier.finish(head_);
  Query head(database_, "SELECT sequence, hash FROM audit_head");
  std::optional<AuditHead> found;
  if (head.step()) {
    if (const auto digest = stored_digest(head.view(1))) found = AuditHead{head.integer(0), *digest};
  }
  if (auto done = head.finish(); !done) return fail(done.error());
  return verifier.finish(found);
}

}  // namespace connector::store::sql
