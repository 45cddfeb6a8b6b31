#pragma once

#include "store/store.h"

namespace connector::flows {

/// After a person signed in again: what is tried again because a sign-in was refused is due at once, not only when its
/// pause is over, which may be an hour. Returns how many.
domain::Result<std::size_t> release_what_waited_for_sign_in(store::Transaction& transaction,
                                                            store::ConnectionId connection, domain::UtcTime now);

}  // namespace connector::flows
