#include "store/sql/audit_columns.h"

#include <algorithm>
#include <string>

namespace connector::store::sql {

namespace {

std::string hex_or_empty(const Query& query, int column) {
  const auto digest = stored_digest(query.view(column));
  return digest ? to_hex(*digest) : std::string();
}

}  // namespace

std::string_view select_audit() {
  return "SELECT a.sequence, a.at, a.connection, a.actor, a.action, a.source_id, a.posting_key, a.attempt, a.cause,"
         " a.correlation_id, a.detail, a.hash, p.hash FROM audit a LEFT JOIN audit p ON p.sequence=a.sequence-1 WHERE ";
}

AuditRecord read_audit_record(const Query& query) {
  auto record = read_audit_columns(query);
  record.hash = hex_or_empty(query, 11);
  record.previous_hash = record.sequence == 1 ? std::string(2 * AuditDigest().size(), '0') : hex_or_empty(query, 12);
  return record;
}

AuditRecord read_audit_columns(const Query& query) {
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

std::optional<AuditDigest> stored_digest(std::string_view stored) {
  AuditDigest digest{};
  if (stored.size() != digest.size()) return std::nullopt;
  std::copy(stored.begin(), stored.end(), digest.begin());
  return digest;
}

}  // namespace connector::store::sql
