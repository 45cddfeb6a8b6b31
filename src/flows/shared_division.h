#pragma once

#include "store/secret_store.h"
#include "store/store.h"

namespace connector::flows {

// Several connections may post into one division of Exact, as long as their documents can be told apart and no order is
// posted by two of them. Errors: bad_input, naming the other connection and what to do.

/// Fails if another connection posts into the row's division with the same reference_prefix.
domain::Result<void> require_own_references(store::Reader& reader, const store::ConnectionRow& row);

/// Fails if another connection takes the orders of the Walmart account `client_id` into the row's division.
domain::Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault,
                                        const store::ConnectionRow& row, const std::string& client_id);
/// The same for the Walmart account that the row is signed in with, if it is.
domain::Result<void> require_own_orders(store::Reader& reader, const store::Vault& vault,
                                        const store::ConnectionRow& row);

}  // namespace connector::flows
