#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Finds general journal entries by the line that is described by the posting's reference (freezing/
/// journal_entry_body.h), and compares their lines with those that were sent.
ports::Task<void> look_up_journal_entries(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
