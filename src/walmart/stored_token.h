#pragma once

#include <string>

#include "ports/clock.h"
#include "store/secret_store.h"
#include "store/store.h"
#include "walmart/token_share.h"

namespace connector::walmart {

/// The access token as the sealed secret "walmart_token", guarded by the store's lease "walmart-token/<connection>".
/// Executor thread only.
class StoredToken : public TokenShare {
 public:
  /// `process` is unique per process and start; every object adds a number of its own.
  StoredToken(store::Store& store, store::SecretStore& secrets, ports::Clock& clock, store::ConnectionId connection,
              std::string process);

  ports::Task<domain::Result<std::optional<AccessToken>>> load() override;
  ports::Task<domain::Result<void>> save(AccessToken token) override;
  ports::Task<domain::Result<bool>> lock(domain::UtcTime until) override;
  ports::Task<void> unlock() override;

 private:
  store::Store& store_;
  store::SecretStore& secrets_;
  ports::Clock& clock_;
  store::ConnectionId connection_;
  std::string lease_;
  std::string owner_;
};

}  // namespace connector::walmart
