#pragma once

#include <string>

#include "exact/session.h"
#include "ports/clock.h"
#include "store/secret_store.h"
#include "store/store.h"

namespace connector::exact {

/// The pair of tokens of a connection as the sealed secret "exact_tokens", guarded by the store's lease
/// "exact-token/<connection>"; "exact-trial/<connection>" is the turn to try a refused one. A pair is written only by
/// whoever took the first last: what another stored since is not written over, even if it gave the lease back.
/// Executor thread only.
class StoredTokens : public TokenVault {
 public:
  /// `process` is unique per process and start; every object adds a number of its own, so that two in one process
  /// exclude each other too.
  StoredTokens(store::Store& store, store::SecretStore& secrets, ports::Clock& clock, store::ConnectionId connection,
               std::string process);

  ports::Task<domain::Result<std::optional<Tokens>>> load() override;
  ports::Task<domain::Result<void>> save(Tokens tokens) override;
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
  domain::UtcTime lease_until_{};
  std::int64_t fence_ = 0;  ///< token of the lease as it was taken or last written under
};

}  // namespace connector::exact
