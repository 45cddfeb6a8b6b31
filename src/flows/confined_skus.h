#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/result.h"
#include "ports/task.h"
#include "store/store.h"

namespace connector::flows {

/// The SKUs that a run confined to those that notices named has to read: them, and the others of the same Exact items
/// (where stock was compared before: those that Walmart listed then). nullopt when a run over all takes its place: only
/// that sees every SKU of an item that a pattern names, and it is the cheaper one when more are named than a page of 50
/// is worth (10 always go alone, more than 50 never).
ports::Task<domain::Result<std::optional<std::set<std::string>>>> confined_skus(store::Store& store,
                                                                                store::ConnectionId connection,
                                                                                std::vector<std::string> named);

}  // namespace connector::flows
