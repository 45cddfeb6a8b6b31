#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Whether it may stand in Exact under another number of its order: a store that was put back from a backup does not
/// know any more in which order refunds were heard of, which is how they are numbered.
bool may_be_renumbered(const store::PostingRow& row);

/// Of those credit memos and reversals that were never sent and are absent: whether they stand in Exact under another
/// number of their order.
ports::Task<void> look_up_renumbered(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
