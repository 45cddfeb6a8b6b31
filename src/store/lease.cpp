#include "store/lease.h"

#include <algorithm>

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

Result<bool> is_held_by_another(Reader& reader, std::string_view name, std::string_view owner, UtcTime now) {
  const auto leases = reader.leases(name, now);
  if (!leases) return domain::fail(leases.error());
  return std::any_of(leases->begin(), leases->end(),
                     [&](const Lease& lease) { return lease.name == name && lease.owner != owner; });
}

}  // namespace connector::store
