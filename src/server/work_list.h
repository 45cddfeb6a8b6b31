#pragma once

#include "json/value.h"
#include "store/store.h"

namespace connector::server {

/// What waits for a person, grouped by what would mend it: {"groups": [{"cause", "advice", "message", "count",
/// "totals", "keys", "samples", "mend"}], "looked_at"}. `mend` names the mapping row and column to change, with the
/// code that does not do, and is null for causes that no mapping mends. Looks at the newest `limit` failures.
domain::Result<json::Value> work_list(store::Reader& reader, store::ConnectionId connection, std::size_t limit);

}  // namespace connector::server
