#pragma once

#include "store/store.h"

namespace connector::flows {

struct AddedConnection {
  store::ConnectionRow row;  ///< as it is in the store now
  bool is_back = false;      ///< it had been removed, and is again what it was, without its secrets
};

/// Adds a connection. One that was removed under this name, of the same market and division, comes back with its
/// postings, mapping, settings and marks: as a new one it would post everything a second time. Error: bad_input for a
/// name that is taken, that a command has ("verify") or that is not 1 to 60 letters, digits or . - _, for what cannot
/// be a division (0 says that it is not known yet), or one into which another connection posts with the same
/// references.
domain::Result<AddedConnection> add_connection(store::Transaction& transaction, store::ConnectionRow row);

}  // namespace connector::flows
