#pragma once

#include <string>

#include "store/store.h"

namespace connector::flows {

/// What a person decides about a posting. Each writes the posting and `record` (completed with the posting's key and
/// source) to the audit trail in the caller's transaction, and returns the posting as it then stands.

/// To be sent as soon as possible; one that waits for another posting says which. A held one, and one that waits for
/// what never comes, is planned anew from its order's facts first, and is held if that does not help; one in doubt is
/// looked up before it is sent. Error: bad_input for one that is posted, withdrawn or being sent at this moment.
domain::Result<store::PostingRow> retry_posting(store::Transaction& transaction, store::PostingRow row,
                                                store::AuditRecord record);

/// Never to be sent; what of its order follows it is planned anew at once. Error: bad_input for one that is posted,
/// withdrawn or being sent at this moment.
domain::Result<store::PostingRow> skip_posting(store::Transaction& transaction, store::PostingRow row,
                                               const std::string& reason, store::AuditRecord record);

}  // namespace connector::flows
