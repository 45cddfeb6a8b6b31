#include "flows/posting_json.h"

#include "flows/json_members.h"

namespace connector::flows {
namespace {

/// Stored JSON text as a value; the text itself when it is none.
json::Value parsed_or_text(const std::string& text) {
  if (text.empty()) return {};
  auto parsed = json::parse(text);
  return parsed ? *std::move(parsed) : json::Value(text);
}

}  // namespace

json::Value cause_or_null(const store::PostingRow& row) {
  return row.cause ? json::Value(domain::to_string(*row.cause)) : json::Value();
}

json::Value posting_json(const store::PostingRow& row) {
  json::Value object;
  object.set("key", row.key);
  object.set("kind", domain::to_string(row.kind));
  object.set("state", store::to_string(row.state));
  object.set("cause", cause_or_null(row));
  object.set("message", text_or_null(row.cause_detail));
  object.set("advice", row.cause ? json::Value(domain::advice(*row.cause)) : json::Value());
  object.set("source", row.source_id);
  object.set("reference", text_or_null(row.reference));
  object.set("depends_on", text_or_null(row.depends_on));
  object.set("total", row.total);
  object.set("currency", text_or_null(row.currency));
  object.set("date", text_or_null(row.document_date));
  object.set("attempt", row.attempt);
  object.set("in_doubt", row.in_doubt);
  object.set("last_sent_at", time_or_null(row.last_sent_at));
  object.set("next_attempt_at", time_or_null(row.next_attempt_at));
  object.set("first_failed_at", time_or_null(row.first_failed_at));
  object.set("target_id", text_or_null(row.target_id));
  object.set("target_number", text_or_null(row.target_number));
  object.set("target_data", parsed_or_text(row.target_data));
  object.set("body_sha256", text_or_null(row.body_digest));
  object.set("created_at", domain::to_iso8601(row.created_at));
  object.set("updated_at", domain::to_iso8601(row.updated_at));
  object.set("document", parsed_or_text(row.document));
  object.set("body", parsed_or_text(row.body));
  return object;
}

json::Value brief_posting_json(const store::PostingRow& row) { return without_long_texts(posting_json(row)); }

json::Value without_long_texts(json::Value posting) {
  for (const auto* name : {"document", "body", "target_data"}) posting.erase(name);
  return posting;
}

json::Value audit_json(const store::AuditRecord& record) {
  json::Value object;
  object.set("sequence", record.sequence);
  object.set("at", domain::to_iso8601(record.at));
  object.set("connection", record.connection);
  object.set("actor", record.actor);
  object.set("action", record.action);
  object.set("source", text_or_null(record.source_id));
  object.set("posting_key", text_or_null(record.posting_key));
  object.set("attempt", record.attempt);
  object.set("cause", text_or_null(record.cause));
  object.set("correlation_id", text_or_null(record.correlation_id));
  object.set("detail", parsed_or_text(record.detail));
  object.set("previous_hash", record.previous_hash);
  object.set("hash", record.hash);
  return object;
}

}  // namespace connector::flows
