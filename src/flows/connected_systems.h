#pragma once

#include <vector>

#include "store/store.h"

namespace connector::flows {

/// What a connection has to sign in with; of Exact its own, or that of the connection whose sign-in it uses.
struct ConnectedSystems {
  bool walmart = false;
  bool exact_app = false;      ///< client id and secret are stored
  bool exact_sign_in = false;  ///< and a person has signed in
};
domain::Result<ConnectedSystems> connected_systems(store::Reader& reader, const store::ConnectionRow& row);
/// The same of each of `all` connections, in their order, however many there are.
domain::Result<std::vector<ConnectedSystems>> connected_systems(store::Reader& reader,
                                                                const std::vector<store::ConnectionRow>& all);

}  // namespace connector::flows
