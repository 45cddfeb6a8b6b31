#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Whether it may stand in Exact under another number of its order: a store that was put back from a backup does not
/// know any more in which order refunds were heard of, which is how they are numbered.
bool may_be_renumbered(const store::PostingRow& row);

/// Of those credit memos and reversals that were never sent and were sought under their own numbers: which stand in
/// Exact under another number of their order. What was found under its own number stays so, unless another document
/// says word for word that it is this one, or another posting has what was found.
ports::Task<void> look_up_renumbered(LookUpSources sources, LookUpBatch batch);

/// Why a credit memo that is absent may not be sent without a person's word: its number is another return's.
domain::Error number_is_anothers(const store::PostingRow& row);

}  // namespace connector::flows
