#include <algorithm>

#include "domain/mutation.h"
#include "store/sqlite/posting_key.h"
#include "store/sqlite/transaction.h"

namespace connector::store::sqlite {

using domain::Cause;
using domain::fail;

namespace {

constexpr std::string_view zero_hash = "0000000000000000000000000000000000000000000000000000000000000000";

std::string_view bytes(const AuditDigest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<AuditDigest> digest_of(std::string_view stored) {
  AuditDigest digest{};
  if (stored.size() != digest.size()) return std::nullopt;
  std::copy(stored.begin(), stored.end(), digest.begin());
  return digest;
}

// Columns: sequence, at, connection, actor, action, source_id, posting_key, attempt, cause, correlation_id, detail.
AuditRecord read_record(const Query& query) {
  AuditRecord record;
  record.sequence = query.integer(0);
  record.at = query.time(1);
  record.connection = query.integer(2);
  record.actor = query.text(3);
  record.action = query.text(4);
  record.source_id = query.text(5);
  record.posting_key = query.text(6);
  record.attempt = static_cast<int>(query.integer(7));
  record.cause = query.text(8);
  record.correlation_id = query.text(9);
  record.detail = query.text(10);
  return record;
}

std::string hex_or_empty(const Query& query, int column) {
  const auto digest = digest_of(query.view(column));
  return digest ? to_hex(*digest) : std::string();
}

}  // namespace

Result<AuditHead> SqliteTransaction::audit_head() {
  if (head_) return *head_;
  Query query(database_, "SELECT sequence, hash FROM audit_head");
  AuditHead head;
  bool whole = false;
  if (query.step()) {
    head.sequence = query.integer(0);
    if (const auto digest = digest_of(query.view(1))) {
      head.digest = *digest;
      whole = true;
    }
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  if (!whole) return fail(Cause::store_failure, "the head of the audit trail is damaged: run `audit verify`");
  head_ = head;
  return head;
}

Result<void> SqliteTransaction::append_audit(AuditRecord record) {
  const auto head = audit_head();
  if (!head) return fail(head.error());
  record.sequence = head->sequence + 1;
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

Result<std::vector<AuditRecord>> SqliteTransaction::audit(const AuditFilter& filter) {
  // One statement for each way in, so that each can use its index.
  static constexpr std::string_view columns =
      "SELECT a.sequence, a.at, a.connection, a.actor, a.action, a.source_id, a.posting_key, a.attempt, a.cause,"
      " a.correlation_id, a.detail, a.hash, p.hash FROM audit a LEFT JOIN audit p ON p.sequence=a.sequence-1 WHERE ";
  static const std::string by_sequence = std::string(columns) +
                                         "a.sequence>?1 AND (?3 IS NULL OR a.connection=?3)"
                                         " AND (?4='' OR a.source_id=?4) AND (?5='' OR a.posting_key=?5)"
                                         " ORDER BY a.sequence LIMIT ?2";
  static const std::string by_source = std::string(columns) +
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
      auto record = read_record(query);
      record.hash = hex_or_empty(query, 11);
      record.previous_hash = record.sequence == 1 ? std::string(zero_hash) : hex_or_empty(query, 12);
      records.push_back(std::move(record));
    }
    if (auto done = query.finish(); !done) return fail(done.error());
  }
  std::sort(records.begin(), records.end(),
            [](const auto& left, const auto& right) { return left.sequence < right.sequence; });
  if (records.size() > filter.limit) records.resize(filter.limit);
  return records;
}

Result<AuditVerdict> SqliteTransaction::verify_audit() {
  AuditVerifier verifier;
  Query query(database_,
              "SELECT sequence, at, connection, actor, action, source_id, posting_key, attempt, cause,"
              " correlation_id, detail, hash FROM audit ORDER BY sequence");
  while (query.step()) {
    if (const auto stored = digest_of(query.view(11))) {
      verifier.add(read_record(query), *stored);
    } else {
      verifier.add_unreadable(query.integer(0), "record " + std::to_string(query.integer(0)) + " has no hash");
    }
  }
  if (auto done = query.finish(); !done) return fail(done.error());

  if (head_) return verifier.finish(head_);
  Query head(database_, "SELECT sequence, hash FROM audit_head");
  std::optional<AuditHead> found;
  if (head.step()) {
    if (const auto digest = digest_of(head.view(1))) found = AuditHead{head.integer(0), *digest};
  }
  if (auto done = head.finish(); !done) return fail(done.error());
  return verifier.finish(found);
}

}  // namespace connector::store::sqlite
