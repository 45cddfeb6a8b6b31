#pragma once

#include "store/store.h"

namespace connector::flows {

struct AddedConnection {
  store::ConnectionRow row;  ///< as it is in the store now
  bool is_back = false;      ///< it had been removed, and is again what it was, without its secrets
};

/// Adds a connection. One that was removed under this name, of the same market and division, comes back with its
/// postings, mapping, settings and marks: as a new one it would post everything a second time. Error: bad_input for a
/// name that is taken, or a division into which another one posts with the same references.
domain::Result<AddedConnection> add_connection(store::Transaction& transaction, store::ConnectionRow row);

}  // namespace connector::flows
