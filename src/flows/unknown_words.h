#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace connector::flows {

/// Words of Walmart's that this program does not know yet: kept as they are, named once a run.
void add_unknown_words(std::vector<std::string>& known, const std::vector<std::string>& words);
/// One audit record that lists them; none if there are none.
domain::Result<void> audit_unknown_words(store::Transaction& transaction, store::ConnectionId connection,
                                         const std::vector<std::string>& words, domain::UtcTime now);

}  // namespace connector::flows
