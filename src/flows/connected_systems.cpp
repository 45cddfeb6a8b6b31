#include "flows/connected_systems.h"

#include <map>
#include <set>
#include <string_view>

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

Result<std::vector<ConnectedSystems>> connected_systems(store::Reader& reader,
                                                        const std::vector<store::ConnectionRow>& all) {
  const auto secrets = reader.secret_names();
  if (!secrets) return domain::fail(secrets.error());
  std::set<std::pair<store::ConnectionId, std::string_view>> held;
  for (const auto& secret : *secrets) held.emplace(secret.connection, secret.name);
  std::map<std::string, const store::ConnectionRow*> by_name;
  for (const store::ConnectionRow& row : all) by_name.emplace(row.name, &row);
  std::vector<ConnectedSystems> systems;
  systems.reserve(all.size());
  for (const store::ConnectionRow& row : all) {
    const auto owner = sign_in_owner(by_name, row);
    const store::ConnectionId signed_in = owner ? owner->id : 0;
    systems.push_back({held.contains({row.id, kWalmartCredentials}), held.contains({signed_in, kExactCredentials}),
                       held.contains({signed_in, kExactTokens})});
  }
  return systems;
}

}  // namespace connector::flows
