#pragma once

#include "store/secret_store.h"
#include "store/store.h"

namespace connector::flows {

// Several connections may post into one division of Exact, as long as their documents can be told apart and no order is
// posted by two of them. Errors: bad_input, naming the other connection and what to do.

/// The other connections of the row's division, of which no more than a hundred are looked at: Exact tells one of them
/// what happens in it, and counts the calls of one app together.
domain::Result<std::vector<store::ConnectionRow>> division_siblings(store::Reader& reader,
                                                                    const store::ConnectionRow& row);

/// Under whose name the calls to Exact of the row are counted: the first connection of its division that is signed in
/// with the app `client_id`, or itself.
domain::Result<store::ConnectionId> call_budget_owner(store::Reader& reader, const store::Vault& vault,
                                                      const store::ConnectionRow& row, const std::string& client_id);

/// Fails if another connection posts into the row's division with the same reference_prefix.
domain::Result<void> require_own_references(store::Reader& reader, const store::ConnectionRow& row);

/// Removes a connection and its secrets, and keeps whose orders it has posted. Returns how many of its postings are
/// open and are not made any more. Error: bad_input while others use its sign-in at Exact, and, unless `force`, while
/// postings are open.
domain::Result<std::int64_t> remove_connection(store::Transaction& transaction, const store::Vault& vault,
                                               const store::ConnectionRow& row, bool force);

/// Fails if another connection takes, or took until it was removed, the orders of the Walmart account `client_id` into
/// the row's division.
domain::Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault,
                                        const store::ConnectionRow& row, const std::string& client_id);
/// The same for the Walmart account that the row is signed in with, if it is.
domain::Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault,
                                        const store::ConnectionRow& row);

}  // namespace connector::flows
