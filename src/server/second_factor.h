#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/secret_store.h"
#include "store/store.h"

namespace connector::server {

/// The authenticator app of a user, sealed in the vault among the installation's secrets.
struct SecondFactor {
  std::string secret;          ///< as base32
  std::int64_t last_step = 0;  ///< of the last code taken (totp.h)
};

/// One that was begun counts only once a code has shown that the app has its secret.
enum class FactorStage { begun, in_force };

/// nullopt if the user has none of that stage.
domain::Result<std::optional<SecondFactor>> second_factor(store::Reader& reader, const store::Vault& vault,
                                                          std::int64_t user, FactorStage stage);
domain::Result<void> put_second_factor(store::Transaction& transaction, const store::Vault& vault, std::int64_t user,
                                       FactorStage stage, const SecondFactor& factor);
/// Of both stages.
domain::Result<void> remove_second_factor(store::Transaction& transaction, std::int64_t user);
/// Whether a sign-in asks for a code; without opening the vault.
domain::Result<bool> has_second_factor(store::Reader& reader, std::int64_t user);
/// Takes a code for the factor in force, so that it cannot be used again; false if it is wrong or was used.
domain::Result<bool> take_code(store::Transaction& transaction, const store::Vault& vault, std::int64_t user,
                               const std::string& code, domain::UtcTime now);

}  // namespace connector::server
