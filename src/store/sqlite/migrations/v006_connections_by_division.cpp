#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// Connections of one division share its calls and its notices: found in the index, however many others there are.
Migration connections_by_division_schema() {
  return {6, "connections by division", R"sql(
CREATE INDEX connection_division ON connection(division) WHERE removed=0;
)sql"};
}

}  // namespace connector::store::sqlite
