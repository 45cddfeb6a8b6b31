#pragma once

#include <string_view>

#include "store/sql/database.h"
#include "store/store.h"

namespace connector::store::sql {

/// "SELECT ... FROM posting p JOIN ... " whose rows `read_posting` understands; a WHERE follows.
std::string_view select_posting();
/// store_failure if an enumeration's number is unknown to this program.
Result<PostingRow> read_posting(const Query& query);
/// All rows of a query that begins with select_posting().
Result<std::vector<PostingRow>> read_postings(Query& query);

}  // namespace connector::store::sql
