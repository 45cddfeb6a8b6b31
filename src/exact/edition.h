#pragma once

#include <optional>

#include "exact/client.h"

namespace connector::exact {

/// What the Exact edition behind a division allows. Exact has no call that tells it; it shows in what may be read:
/// what the licence lacks is answered 403 (or 404). nullopt: could not be found out, as of what the app's scopes leave
/// out.
struct Edition {
  std::optional<bool> sales_orders;
  std::optional<bool> warehouses;
  /// Types 8023 and 8024: Advanced and Premium for Wholesale & Distribution and Manufacturing, the editions that also
  /// have planned sales returns (exact.md 4.4, 4.5), which can be read without an effect.
  std::optional<bool> direct_invoices;
  bool lacks_scope = false;  ///< the app was not given a scope, so that of its resources nothing was found out
  bool operator==(const Edition&) const = default;
};

/// Asks with at most three reading calls, which no edition charges errors for but those it lacks. `client` must outlive
/// the task. Error: only what stops every call (sign-in, division, outage, budget); of an endpoint that rests after
/// refusals nothing is found out.
ports::Task<ports::CallResult<Edition>> probe_edition(Client& client, ports::CallPriority priority);

}  // namespace connector::exact
