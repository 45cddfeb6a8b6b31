#include "store/postgres/migrations/steps.h"

namespace connector::store::postgres {

// As SQLite's step 6.
Migration connections_by_division_schema() {
  return {6, "connections by division", R"sql(
CREATE INDEX connection_division ON connection(division) WHERE removed=0;
)sql"};
}

}  // namespace connector::store::postgres
