#pragma once

#include "store/store.h"

namespace connector::flows {

/// Still on its way: planned, sending, to be tried again, or held for a person's mend.
bool is_open(const store::PostingRow& row);
/// Once a request may have left, the document is what it is; skipped ones cover their quantity by a person's word.
bool is_frozen(const store::PostingRow& row);

}  // namespace connector::flows
