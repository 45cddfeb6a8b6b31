#pragma once

#include <optional>

#include "store/store.h"

namespace connector::store {

/// Renews a lease that was granted as `held`: nullopt once another has had it since, even if that gave it back, because
/// what was done under it then is not to be undone. One that ran out and that nobody took is granted.
/// Transaction::acquire_lease instead takes whatever is free: whoever slept cannot tell by it what happened meanwhile.
Result<std::optional<Lease>> renew_lease(Transaction& transaction, const Lease& held, UtcTime now, UtcTime until);

}  // namespace connector::store
