#pragma once

#include <optional>
#include <string>

#include "domain/result.h"
#include "domain/time.h"
#include "ports/task.h"

namespace connector::walmart {

struct AccessToken {
  std::string client_id;  ///< it was given to; one of other credentials is of no use
  std::string token;
  domain::UtcTime asked_at{};
  domain::UtcTime renew_at{};
  domain::UtcTime expires_at{};
};

/// Where the access token of a connection is shared by processes and survives restarts. Executor thread only.
class TokenShare {
 public:
  virtual ~TokenShare() = default;
  virtual ports::Task<domain::Result<std::optional<AccessToken>>> load() = 0;
  virtual ports::Task<domain::Result<void>> save(AccessToken token) = 0;
  /// Whether this process may ask for the next token until then.
  virtual ports::Task<domain::Result<bool>> lock(domain::UtcTime until) = 0;
  virtual ports::Task<void> unlock() = 0;
};

}  // namespace connector::walmart
