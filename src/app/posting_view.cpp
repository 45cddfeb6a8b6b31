#include "app/posting_view.h"

namespace connector::app {
namespace {

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

json::Value time_or_null(const std::optional<domain::UtcTime>& time) {
  return time ? json::Value(domain::to_iso8601(*time)) : json::Value();
}

json::Value cause_or_null(const store::PostingRow& row) {
  return row.cause ? json::Value(domain::to_string(*row.cause)) : json::Value();
}

}  // namespace

Table posting_table(const std::vector<store::PostingRow>& rows) {
  Table table{{{"key", "KEY"},
               {"state", "STATE"},
               {"total", "TOTAL", true, true},
               {"currency", "CUR"},
               {"date", "DATE"},
               {"number", "NUMBER"},
               {"attempt", "ATTEMPT", true},
               {"next_attempt_at", "NEXT ATTEMPT"},
               {"cause", "CAUSE"},
               {"message", "MESSAGE"}},
              {}};
  for (const store::PostingRow& row : rows) {
    table.rows.push_back({row.key, store::to_string(row.state), row.total, text_or_null(row.currency),
                          text_or_null(row.document_date), text_or_null(row.target_number), row.attempt,
                          time_or_null(row.next_attempt_at), cause_or_null(row), text_or_null(row.cause_detail)});
  }
  return table;
}

}  // namespace connector::app
