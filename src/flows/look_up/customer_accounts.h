#pragma once

#include "flows/look_up/look_up_batch.h"

namespace connector::flows {

/// Customer accounts, by their name; accounts of that name that are no customers are none of them.
ports::Task<void> look_up_accounts(LookUpSources sources, LookUpBatch batch);

}  // namespace connector::flows
