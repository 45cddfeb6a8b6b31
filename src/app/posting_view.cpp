#include "app/posting_view.h"

#include "flows/json_members.h"
#include "flows/posting_json.h"

namespace connector::app {

using flows::cause_or_null;
using flows::text_or_null;
using flows::time_or_null;

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
