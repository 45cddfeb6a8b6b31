#include "store/sqlite/migrations/steps.h"

namespace connector::store::sqlite {

// The last notice of each source and flow is asked for every few seconds: found in the index, however many there are.
Migration notices_by_origin_schema() {
  return {4, "notices by origin", R"sql(
DROP INDEX notice_received;
CREATE INDEX notice_origin ON notice(connection, source, flow, received_at);
)sql"};
}

}  // namespace connector::store::sqlite
