#pragma once

#include <optional>
#include <string_view>

#include "store/store.h"

namespace connector::store {

/// Renews a lease that was granted as `held`: nullopt once another has had it since, even if that gave it back, because
/// what was done under it then is not to be undone. One that ran out and that nobody took is granted.
/// Transaction::acquire_lease instead takes whatever is free: whoever slept cannot tell by it what happened meanwhile.
Result<std::optional<Lease>> renew_lease(Transaction& transaction, const Lease& held, UtcTime now, UtcTime until);

/// Whether somebody else holds the lease of this very name, so that asking the store's one writer for it is in vain.
Result<bool> is_held_by_another(Reader& reader, std::string_view name, std::string_view owner, UtcTime now);

}  // namespace connector::store
