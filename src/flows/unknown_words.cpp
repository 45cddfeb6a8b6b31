#include "flows/unknown_words.h"

#include <algorithm>

namespace connector::flows {

void add_unknown_words(std::vector<std::string>& known, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) == known.end()) known.push_back(word);
  }
}

domain::Result<void> audit_unknown_words(store::Transaction& transaction, store::ConnectionId connection,
                                         const std::vector<std::string>& words, domain::UtcTime now) {
  if (words.empty()) return {};
  store::AuditRecord record;
  record.at = now;
  record.connection = connection;
  record.actor = "system";
  record.action = "walmart.unknown_words";
  record.cause = std::string(domain::to_string(domain::Cause::unexpected_source_data));
  json::Value list{json::Array{}};
  for (const std::string& word : words) list.push_back(word);
  json::Value detail{json::Object{}};
  detail.set("words", std::move(list));
  record.detail = json::write(detail);
  return transaction.append_audit(std::move(record));
}

}  // namespace connector::flows
