#pragma once

#include <cstdint>
#include <string>

#include "domain/settings.h"
#include "flows/environment.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// Error: bad_input for what cannot be the number of a division of Exact.
domain::Result<void> require_division(std::int64_t division);

/// The row with one setting, or its division, set from text. Error: bad_input for an unknown name, a value that does
/// not fit, or another division when there are postings for the present one.
domain::Result<store::ConnectionRow> with_change(store::Reader& reader, store::ConnectionRow row,
                                                 const std::string& name, const std::string& text);

/// Writes a changed connection, has planned anew what was held for it, and appends `record` to the audit trail. Error:
/// bad_input if its sign-in at Exact cannot be that of the connection it names (sign_in_owner.h).
/// Of a changed division or reference_prefix also if documents could not be told apart from another connection's, or
/// orders would be posted twice (shared_division.h).
domain::Result<void> write_change(store::Transaction& transaction, const store::Vault& vault,
                                  const store::ConnectionRow& row, store::AuditRecord record);

/// Asks Walmart for a token with a credential, before it is stored in place of one that may work.
ports::Task<domain::Result<void>> prove_walmart_credential(Environment& environment, std::string client_id,
                                                           std::string client_secret);

/// Stores a client id and secret under one of the names of environment.h. The audit record names the id alone.
ports::Task<domain::Result<void>> store_credential(Environment& environment, store::ConnectionId connection,
                                                   std::string secret_name, std::string client_id,
                                                   std::string client_secret, std::string actor, std::string action);

}  // namespace connector::flows
