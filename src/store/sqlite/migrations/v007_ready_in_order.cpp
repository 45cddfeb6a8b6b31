#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// What is claimed next is read off the index in its order, however much is ready beside it. SQLite's held the id
// already, as all do; PostgreSQL's did not.
Migration ready_in_order_schema() {
  return {7, "ready in order", R"sql(
DROP INDEX posting_ready;
CREATE INDEX posting_ready ON posting(connection, priority, id) WHERE queue=0;
)sql"};
}

}  // namespace connector::store::sqlite
