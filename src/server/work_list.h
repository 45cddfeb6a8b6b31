#pragma once

#include "json/value.h"
#include "store/store.h"

namespace connector::server {

/// What waits for a person, grouped by what would mend it: {"groups": [{"cause", "advice", "message", "count",
/// "totals", "keys", "samples", "mend"}], "failures", "groups_in_all"}. Counts and totals are of all failures; `groups`
/// holds the `most_groups` largest, `keys` the newest thousand of each. `mend` names the mapping row and column to
/// change, with the code that does not do, and is null for causes that no mapping mends.
domain::Result<json::Value> work_list(store::Reader& reader, store::ConnectionId connection, std::size_t most_groups);

}  // namespace connector::server
