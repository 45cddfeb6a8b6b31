#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// What all connections posted in an hour is a row of connection 0: thousands of connections are not summed up each
// time.
Migration posted_by_all_schema() {
  return {5, "posted by all", R"sql(
INSERT INTO posted_hour SELECT 0, hour, currency, kind, sum(count), sum(total) FROM posted_hour GROUP BY hour, currency, kind;
)sql"};
}

}  // namespace connector::store::sqlite
