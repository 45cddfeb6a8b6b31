#pragma once

#include <optional>
#include <string>

#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "ports/random.h"
#include "store/store.h"

namespace connector::exact {

struct ClientOptions {
  std::string base_url = "https://start.exactonline.nl";
  domain::Milliseconds request_timeout{30'000};
};

struct Credentials {
  std::string client_id;
  std::string client_secret;
  std::string redirect_uri;
};

/// The pair as stored (encrypted). A new pair is durably stored before its access token is used.
struct Tokens {
  std::string access_token;
  std::string refresh_token;
  domain::UtcTime issued_at{};   ///< our clock when the request was sent (the earlier, safe side)
  domain::UtcTime expires_at{};
};

/// Reads and durably writes the one pair of tokens of a connection, shared by all processes.
class TokenVault {
 public:
  virtual ~TokenVault() = default;
  virtual ports::Task<domain::Result<std::optional<Tokens>>> load() = 0;
  virtual ports::Task<domain::Result<void>> save(Tokens tokens) = 0;
  /// A lease that holds across processes; false if another holds it until at most `until`.
  virtual ports::Task<domain::Result<bool>> lock(domain::UtcTime until) = 0;
  virtual ports::Task<void> unlock() = 0;
};

/// The address a person must open to allow access (exact.md 1.2).
std::string authorization_address(const ClientOptions& options, const Credentials& credentials, std::string_view state);

/// One connection's sign-in. Refreshes at an age of 575 s (never below 570 s), under the vault's lock, re-reading the
/// stored pair first; so a single-use refresh token is used once among all processes. Executor thread only.
class Session {
 public:
  Session(Credentials credentials, TokenVault& vault, ports::HttpTransport& transport, ports::CallGate& gate,
          ports::Random& random, ports::Clock& clock, ports::Executor& executor, ClientOptions options);

  /// Exchanges an authorization code and stores the first pair.
  ports::Task<ports::CallResult<std::monostate>> exchange_code(std::string code);
  /// A usable access token. authentication_failed: a person must sign in again.
  ports::Task<ports::CallResult<std::string>> token();
  /// Tells that a call with this token got 401.
  void reject(std::string_view rejected);
  std::optional<Tokens> current() const { return tokens_; }

 private:
  Credentials credentials_;
  TokenVault& vault_;
  ports::HttpTransport& transport_;
  ports::CallGate& gate_;
  ports::Random& random_;
  ports::Clock& clock_;
  ports::Executor& executor_;
  ClientOptions options_;
  ports::AsyncMutex mutex_;
  std::optional<Tokens> tokens_;
  std::string rejected_;
};

}  // namespace connector::exact
