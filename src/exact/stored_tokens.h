#pragma once

#include <string>

#include "exact/session.h"
#include "ports/clock.h"
#include "store/secret_store.h"
#include "store/store.h"

namespace connector::exact {

/// The pair of tokens of a connection as the sealed secret "exact_tokens", guarded by the store's lease
/// "exact-token/<connection>"; "exact-trial/<connection>" is the turn to try a refused one. Executor thread only.
class StoredTokens : public TokenVault {
 public:
  /// `process` is unique per process and start; every object adds a number of its own, so that two in one process
  /// exclude each other too.
  StoredTokens(store::Store& store, store::SecretStore& secrets, ports::Clock& clock, store::ConnectionId connection,
               std::string process);

  ports::Task<domain::Result<std::optional<Tokens>>> load() override;
  ports::Task<domain::Result<void>> save(Tokens tokens, std::string replaces) override;
  ports::Task<domain::Result<bool>> lock(domain::UtcTime until) override;
  ports::Task<void> unlock() override;
  ports::Task<domain::Result<bool>> take_trial(domain::UtcTime until) override;

 private:
  ports::Task<domain::Result<std::optional<store::Lease>>> take(std::string lease, domain::UtcTime until);

  store::Store& store_;
  store::SecretStore& secrets_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
  std::string lease_;
  std::string trial_lease_;
  std::string owner_;
  std::optional<store::Lease> held_;  ///< as it was taken or last written under
};

}  // namespace connector::exact
