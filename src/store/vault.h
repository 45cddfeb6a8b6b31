#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "domain/result.h"
#include "store/master_key.h"
#include "store/store.h"

namespace connector::store {

/// Where the master key is kept: exactly one of the two.
struct MasterKeySource {
  std::string file;         ///< path; "<path>.next" beside it is tried too while a rotation is under way
  std::string environment;  ///< name of a variable; "<NAME>_NEXT" likewise
};

/// Encrypts secrets with XChaCha20-Poly1305. A sealed text is base64url and opens only for the connection and name it
/// was sealed for. Copies share their keys; thread-safe.
class Vault {
 public:
  /// bad_input if the source names no usable key.
  static Result<Vault> open(MasterKeySource source);
  /// With a key that no source keeps, e.g. in tests and simulation.
  explicit Vault(MasterKey key);

  /// Seals under the current key.
  std::string seal(ConnectionId connection, std::string_view name, std::string_view plaintext) const;
  /// Seals under the key of this id (hex); store_failure if the source does not hold it.
  Result<std::string> seal_under(std::string_view key_id, ConnectionId connection, std::string_view name,
                                 std::string_view plaintext) const;
  /// store_failure if the text was sealed under another key, for another place, or was changed.
  Result<std::string> unseal(ConnectionId connection, std::string_view name, std::string_view sealed) const;

  /// Id (hex) of the current key.
  std::string key_id() const;
  /// Whether this key is at hand; reads the source again if not at first.
  bool knows(std::string_view key_id) const;
  /// Id of the key under which a text is sealed; empty if it is no sealed text.
  static std::string key_id_of(std::string_view sealed);
  const MasterKeySource& source() const;
  /// Reads the source again and forgets keys that it no longer holds.
  Result<void> reload() const;

 private:
  struct State;
  explicit Vault(std::shared_ptr<State> state);
  std::shared_ptr<const MasterKey> find_key(std::string_view key_id) const;
  std::shared_ptr<State> state_;
};

}  // namespace connector::store
