#pragma once

#include <string>

#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "ports/random.h"
#include "walmart/token_share.h"

namespace connector::walmart {

struct ClientOptions {
  std::string base_url = "https://marketplace.walmartapis.com";
  std::string service_name = "Walmart Marketplace";
  domain::Milliseconds request_timeout{30'000};
};

struct Credentials {
  std::string client_id;
  std::string client_secret;
};

/// Holds one connection's access token: asks POST /v3/token by client credentials, again 60 s ahead of
/// expiry and once after a 401. One request at a time, with a `share` also among processes: what one was given the
/// others use. Without the share's help (a store in trouble) it asks by itself. Executor thread only.
class Session {
 public:
  Session(Credentials credentials, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
          ports::Clock& clock, ports::Executor& executor, ClientOptions options, TokenShare* share = nullptr);

  /// A token good for at least a minute. 400, 401 and 403 mean authentication_failed (walmart.md 1.1).
  ports::Task<ports::CallResult<std::string>> token();
  /// Forgets `rejected` if it is still the current one, so that the next token() asks anew.
  void reject(std::string_view rejected);
  /// Whether Walmart refused the client id and secret the last time they were tried.
  bool needs_person() const { return refused_; }
  domain::UtcTime expires_at() const { return expires_at_; }

 private:
  ports::Task<ports::CallResult<std::string>> ask();
  ports::Task<void> take_shared();
  bool is_good() const;
  bool is_valid() const;
  ports::HttpRequest token_request(const std::string& correlation_id) const;

  Credentials credentials_;
  ports::HttpTransport& transport_;
  ports::CallGate& gate_;
  ports::Random& random_;
  ports::Clock& clock_;
  ports::Executor& executor_;
  ClientOptions options_;
  TokenShare* share_;
  ports::AsyncMutex mutex_;
  std::string token_;
  std::string rejected_;        ///< refused by a call: not taken from the share again
  std::string correlation_id_;  ///< of the request that brought the token
  bool refused_ = false;
  domain::UtcTime asked_at_{};
  domain::UtcTime renew_at_{};
  domain::UtcTime expires_at_{};
};

}  // namespace connector::walmart
