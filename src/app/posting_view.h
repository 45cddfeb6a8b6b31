#pragma once

#include "app/output.h"
#include "store/store.h"

namespace connector::app {

/// One line per posting, for lists.
Table posting_table(const std::vector<store::PostingRow>& rows);

}  // namespace connector::app
