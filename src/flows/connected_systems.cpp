#include "flows/connected_systems.h"

#include "flows/environment.h"
#include "flows/sign_in_owner.h"

namespace connector::flows {

using domain::Result;

Result<ConnectedSystems> connected_systems(store::Reader& reader, const store::ConnectionRow& row) {
  ConnectedSystems systems;
  // Where the connection that is named is gone there is no sign-in, and what uses it says so.
  const auto owner = sign_in_owner(reader, row);
  const store::ConnectionId signed_in = owner ? owner->id : 0;
  for (const auto& [id, secret, has] : {std::tuple(row.id, kWalmartCredentials, &systems.walmart),
                                        std::tuple(signed_in, kExactCredentials, &systems.exact_app),
                                        std::tuple(signed_in, kExactTokens, &systems.exact_sign_in)}) {
    auto sealed = reader.sealed_secret(id, secret);
    if (!sealed) return domain::fail(sealed.error());
    *has = sealed->has_value();
  }
  return systems;
}

}  // namespace connector::flows
