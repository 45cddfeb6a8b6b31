#include "store/postgres/migrations/steps.h"

namespace connector::store::postgres {

// As SQLite's step 5.
Migration posted_by_all_schema() {
  return {5, "posted by all", R"sql(
INSERT INTO posted_hour SELECT 0, hour, currency, kind, sum(count), sum(total) FROM posted_hour GROUP BY hour, currency, kind;
)sql"};
}

}  // namespace connector::store::postgres
