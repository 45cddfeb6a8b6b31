#include "store/sql/posting_columns.h"

#include <fmt/format.h>

#include "store/sql/codes.h"
#include "store/sql/digest_column.h"

namespace connector::store::sql {

using domain::Cause;
using domain::fail;

std::string_view select_posting() {
  return "SELECT p.id, p.connection, p.source_id, p.key, p.kind, p.state, p.priority, p.attempt, p.in_doubt, p.cause,"
         " p.mapping_version, p.lease_owner, p.lease_until, p.next_attempt_at, p.first_failed_at, p.last_sent_at,"
         " p.created_at, p.updated_at, p.total, p.currency, p.document_date, p.reference, p.depends_on, p.target_id,"
         " p.target_number, p.body_digest, p.cause_detail, p.target_data, d.document, coalesce(b.body, '')"
         " FROM posting p JOIN posting_document d ON d.id=p.id LEFT JOIN posting_body b ON b.id=p.id ";
}

Result<PostingRow> read_posting(const Query& query) {
  PostingRow row;
  row.id = query.integer(0);
  row.connection = query.integer(1);
  row.source_id = query.text(2);
  row.key = query.text(3);
  const auto kind = posting_kind_of(query.integer(4));
  const auto state = posting_state_of(query.integer(5));
  if (!kind || !state) {
    return fail(Cause::store_failure,
                fmt::format("posting {} has a kind or state that this program does not know", row.key));
  }
  row.kind = *kind;
  row.state = *state;
  row.priority = static_cast<int>(query.integer(6));
  row.attempt = static_cast<int>(query.integer(7));
  row.in_doubt = query.integer(8) != 0;
  row.cause = cause_of(query.integer(9));
  row.mapping_version = query.integer(10);
  row.lease_owner = query.text(11);
  row.lease_until = query.optional_time(12);
  row.next_attempt_at = query.optional_time(13);
  row.first_failed_at = query.optional_time(14);
  row.last_sent_at = query.optional_time(15);
  row.created_at = query.time(16);
  row.updated_at = query.time(17);
  row.total = domain::Decimal::from_units(query.integer(18));
  row.currency = query.text(19);
  row.document_date = query.text(20);
  row.reference = query.text(21);
  row.depends_on = query.text(22);
  row.target_id = query.text(23);
  row.target_number = query.text(24);
  row.body_digest = digest_text(query, 25);
  row.cause_detail = query.text(26);
  row.target_data = query.text(27);
  row.document = query.text(28);
  row.body = query.text(29);
  return row;
}

Result<std::vector<PostingRow>> read_postings(Query& query) {
  std::vector<PostingRow> rows;
  while (query.step()) {
    auto row = read_posting(query);
    if (!row) return fail(row.error());
    rows.push_back(std::move(*row));
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

}  // namespace connector::store::sql
