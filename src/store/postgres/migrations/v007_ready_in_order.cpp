#include "store/postgres/migrations/steps.h"

namespace connector::store::postgres {

// As SQLite's step 7.
Migration ready_in_order_schema() {
  return {7, "ready in order", R"sql(
DROP INDEX posting_ready;
CREATE INDEX posting_ready ON posting(connection, priority, id) WHERE queue=0;
)sql"};
}

}  // namespace connector::store::postgres
