#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "store/vault.h"

namespace connector::store {

/// Seals and stores a secret inside a transaction of the caller. Uses the key that the store is sealed under, also
/// when another process rotated it meanwhile, so that no secret is left behind under a retired key.
Result<void> put_secret(Transaction& transaction, const Vault& vault, ConnectionId connection, std::string_view name,
                        std::string_view plaintext);
/// nullopt if there is none.
Result<std::optional<std::string>> get_secret(Reader& reader, const Vault& vault, ConnectionId connection,
                                              std::string_view name);
/// store_failure if the vault does not hold the key that the store's secrets are sealed under.
Result<void> check_vault(Reader& reader, const Vault& vault);

/// Secrets of connections, encrypted at rest. Connection 0 is the installation. Executor thread only.
class SecretStore {
 public:
  SecretStore(Store& store, Vault vault) : store_(store), vault_(std::move(vault)) {}
  ports::Task<Result<void>> put(ConnectionId connection, std::string name, std::string plaintext);
  ports::Task<Result<std::optional<std::string>>> get(ConnectionId connection, std::string name);
  ports::Task<Result<void>> remove(ConnectionId connection, std::string name);
  const Vault& vault() const { return vault_; }

 private:
  Store& store_;
  Vault vault_;
};

struct Rotation {
  std::size_t secrets = 0;
  std::string key_id;     ///< of the new key
  std::string remainder;  ///< what a person still has to do; empty if nothing
};

/// Seals all secrets under a new master key. The steps, each of which leaves a store that opens, and all of which are
/// done again if the rotation is started again after a crash:
///   1. a new key stands whole beside the old one (<file>.next, or <NAME>_NEXT set by a person);
///   2. one transaction seals every secret under it, names it in the store and appends `record` to the audit trail;
///   3. <file>.next takes the place of <file>. (A variable is moved by a person.)
/// Until step 3 both keys are at hand, and a sealed text names the key it needs. Processes that run meanwhile read
/// the key again when they meet the new id.
ports::Task<Result<Rotation>> rotate_master_key(Store& store, Vault vault, AuditRecord record);

}  // namespace connector::store
