#pragma once

#include <optional>
#include <string>

#include "exact/token_answer.h"
#include "ports/call.h"
#include "ports/clock.h"
#include "ports/concurrency.h"
#include "ports/random.h"

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

/// How the renewal of a stored pair stands, told to all processes: Exact counts every refusal against the token
/// endpoint, whichever process hears it, and a process that is killed over and over would ask anew at each start.
struct Renewal {
  /// When the request was sent that is under way, or whose process ended before it knew the answer. It is stored before
  /// the request leaves.
  std::optional<domain::UtcTime> asked_at;
  std::optional<domain::UtcTime> lost_answer_at;  ///< when the last request was sent whose answer never came
  domain::UtcTime not_before{};                   ///< the next request
  domain::UtcTime trusted_until{};                ///< Exact said that the access token lives, whatever our clock says
  int unanswered = 0;                             ///< requests in a row without an answer
  int refusals = 0;
  bool is_dead = false;  ///< the refresh token was refused for good

  bool operator==(const Renewal&) const = default;
};

/// The pair as stored (encrypted). A new pair is durably stored before its access token is used.
struct Tokens {
  std::string access_token;
  std::string refresh_token;
  domain::UtcTime issued_at{};  ///< our clock when the request was sent (the earlier, safe side)
  domain::UtcTime expires_at{};
  Renewal renewal{};
};

/// Reads and durably writes the one pair of tokens of a connection, shared by all processes.
class TokenVault {
 public:
  virtual ~TokenVault() = default;
  virtual ports::Task<domain::Result<std::optional<Tokens>>> load() = 0;
  /// Stores a pair in place of the one whose refresh token is `replaces` (empty: in place of any), or how the renewal
  /// of that one stands. Error `fenced`: another holds the lock, or has stored a newer pair since; of a renewal that
  /// stands otherwise also if another has held the lock since it was taken. A pair that comes late is not lost to one
  /// who asked meanwhile and got none.
  virtual ports::Task<domain::Result<void>> save(Tokens tokens, std::string replaces) = 0;
  /// A lease that holds across processes; false if another holds it until at most `until`.
  virtual ports::Task<domain::Result<bool>> lock(domain::UtcTime until) = 0;
  virtual ports::Task<void> unlock() = 0;
  /// Whether it is this process's turn to try an access token that got 401: every refusal counts against an endpoint,
  /// whichever process hears it. False if another has the turn until at most `until`.
  virtual ports::Task<domain::Result<bool>> take_trial(domain::UtcTime until) = 0;
};

/// The address a person must open to allow access (exact.md 1.2).
std::string authorization_address(const ClientOptions& options, const Credentials& credentials, std::string_view state);

/// One connection's sign-in. Refreshes at an age of 575 s (never below 570 s), under the vault's lock, re-reading the
/// stored pair first; so a single-use refresh token is used once among all processes. Executor thread only.
class Session {
 public:
  Session(Credentials credentials, TokenVault& vault, ports::HttpTransport& transport, ports::CallGate& gate,
          ports::Random& random, ports::Clock& clock, ports::Executor& executor, ClientOptions options);

  /// Exchanges an authorization code and stores the first pair. `code` as it stands in the redirect's query: it is
  /// percent-decoded once here; a code that is decoded already is not changed by that.
  ports::Task<ports::CallResult<std::monostate>> exchange_code(std::string code);
  /// A usable access token. authentication_failed: a person must sign in again. One that got 401 but is too young to be
  /// renewed, or that is over by our clock but not by Exact's word, is doubtful: it is given from time to time only.
  ports::Task<ports::CallResult<std::string>> token();
  /// The same for the one call that now leaves with it: whoever gets a doubtful token finds out for all others.
  ports::Task<ports::CallResult<std::string>> token_to_send();
  /// Whether the token at hand is doubtful.
  bool is_in_doubt() const { return !is_fresh() && !is_usable(); }
  /// Tells that a call with this token got 401.
  void reject(std::string_view rejected);
  /// Tells that Exact took it.
  void confirm(std::string_view accepted);
  /// Whether Exact refused the refresh token at hand for good: a person must sign in again.
  bool needs_person() const {
    return tokens_ && !dead_refresh_token_.empty() && tokens_->refresh_token == dead_refresh_token_ && !has_unsaved();
  }
  std::optional<Tokens> current() const { return tokens_; }
  /// Of the app that is signed in.
  const std::string& client_id() const { return credentials_.client_id; }

 private:
  /// A pair that was received but could not be stored: it is used only once it is.
  struct Unsaved {
    Tokens tokens;
    std::string replaces;  ///< the refresh token that was spent for it; empty after a sign-in
  };

  /// Whether a pair waits to be stored in place of the one at hand.
  bool has_unsaved() const { return unsaved_ && tokens_ && unsaved_->replaces == tokens_->refresh_token; }
  bool is_fresh() const;
  bool is_usable() const;
  bool may_be_tried() const;
  bool may_be_renewed() const;
  domain::UtcTime no_renewal_before() const;
  ports::CallFailure too_early_to_renew() const;
  ports::Task<domain::Result<void>> adopt_stored();
  ports::Task<ports::CallResult<std::string>> refresh();
  ports::Task<ports::CallResult<std::string>> refresh_under_lock(domain::UtcTime lease_until);
  void note_answer(const TokenAnswer& answer, domain::UtcTime asked_at);
  ports::Task<ports::CallResult<std::string>> keep(Tokens tokens, std::string replaces);
  ports::Task<ports::CallResult<std::monostate>> exchange_under_lock(std::string code, domain::UtcTime lease_until);
  /// After the gate has admitted it.
  ports::Task<TokenAnswer> ask(std::string form, domain::UtcTime lease_until);
  ports::Answer<std::string> current_token() const;
  ports::CallResult<std::string> current_or(ports::CallFailure failure) const;
  void forget_troubles();
  domain::UtcTime lease_end() const;

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
  std::string confirmed_;            ///< taken by Exact although it is over by our clock
  domain::UtcTime next_trial_at_{};  ///< of a doubtful token
  int trials_ = 0;
  std::string dead_refresh_token_;  ///< refused by Exact: never sent again
  std::optional<Unsaved> unsaved_;
};

}  // namespace connector::exact
