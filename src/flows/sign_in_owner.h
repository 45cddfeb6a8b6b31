#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/task.h"
#include "store/store.h"

namespace connector::flows {

// A user of Exact may work in many divisions, and Exact counts the tokens that an app asks for on the user's behalf,
// 200 a day (exact.md 1.4), which is little more than one connection needs. So connections of one user can share one
// sign-in: the setting exact_sign_in_of names the connection whose app, tokens and their lease are used.

/// The connection whose sign-in at Exact this one uses: itself, or the one that its settings name. Error: bad_input if
/// there is none of that name, or that one uses another's in turn.
domain::Result<store::ConnectionRow> sign_in_owner(store::Reader& reader, const store::ConnectionRow& row);
/// The same among `all` connections by name, which are read already.
domain::Result<store::ConnectionRow> sign_in_owner(const std::map<std::string, const store::ConnectionRow*>& all,
                                                   const store::ConnectionRow& row);
/// The same in a reading of its own. The store must outlive it.
ports::Task<domain::Result<store::ConnectionRow>> read_sign_in_owner(store::Store& store, store::ConnectionRow row);

/// The connections that use this one's sign-in, by name.
domain::Result<std::vector<store::ConnectionRow>> sign_in_borrowers(store::Reader& reader,
                                                                    const store::ConnectionRow& row);

/// Whether a changed connection may use the sign-in that its settings name. Error: bad_input, also where others use its
/// own.
domain::Result<void> require_sign_in_owner(store::Reader& reader, const store::ConnectionRow& row);

/// Error bad_input while others use this connection's sign-in: it would end with it.
domain::Result<void> require_no_borrowers(store::Reader& reader, const store::ConnectionRow& row);

}  // namespace connector::flows
