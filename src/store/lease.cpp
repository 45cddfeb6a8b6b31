#include "store/lease.h"

#include "domain/mutation.h"

namespace connector::store {

Result<std::optional<Lease>> renew_lease(Transaction& transaction, const Lease& held, UtcTime now, UtcTime until) {
  auto lease = transaction.acquire_lease(held.name, held.owner, now, until);
  if (!lease || !*lease) return lease;
  // Every other holder counts one, and so does coming late.
  if ((*lease)->token <= held.token + 1 || mutated(domain::Mutation::lock_trusted_after_sleep)) return lease;
  if (auto released = transaction.release_lease(held.name, held.owner); !released) {
    return domain::fail(released.error());
  }
  return std::optional<Lease>();
}

}  // namespace connector::store
