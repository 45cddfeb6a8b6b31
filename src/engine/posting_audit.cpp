#include "engine/posting_audit.h"

#include <utility>

#include "json/value.h"

namespace connector::engine {

store::AuditRecord posting_audit(const store::PostingRow& row, std::string action, domain::UtcTime at,
                                 std::string correlation_id, std::string actor) {
  store::AuditRecord record;
  record.at = at;
  record.connection = row.connection;
  record.actor = std::move(actor);
  record.action = std::move(action);
  record.source_id = row.source_id;
  record.posting_key = row.key;
  record.attempt = row.attempt;
  if (row.cause) record.cause = std::string(domain::to_string(*row.cause));
  record.correlation_id = std::move(correlation_id);
  json::Value detail{json::Object{}};
  if (!row.cause_detail.empty()) detail.set("message", row.cause_detail);
  if (!row.body_digest.empty()) detail.set("body_sha256", row.body_digest);
  if (!row.target_id.empty()) detail.set("target_id", row.target_id);
  if (!row.target_number.empty()) detail.set("target_number", row.target_number);
  detail.set("total", row.total.to_string());
  if (!row.currency.empty()) detail.set("currency", row.currency);
  record.detail = json::write(detail);
  return record;
}

domain::Result<void> store_step(store::Transaction& transaction, const store::PostingRow& row, std::string action,
                                domain::UtcTime at) {
  auto updated = transaction.update_posting(row, row.attempt);
  if (!updated) return updated;
  return transaction.append_audit(posting_audit(row, std::move(action), at));
}

domain::Result<void> store_decision(store::Transaction& transaction, store::PostingRow& row, std::string action,
                                    domain::UtcTime at, std::string actor) {
  row.updated_at = at;
  auto stored = row.id == 0 ? transaction.insert_posting(row) : transaction.update_posting(row);
  if (!stored) return stored;
  return transaction.append_audit(posting_audit(row, std::move(action), at, {}, std::move(actor)));
}

}  // namespace connector::engine
