#pragma once

#include <map>
#include <string>

#include "ports/clock.h"
#include "ports/http.h"
#include "ports/random.h"
#include "server/password_hasher.h"
#include "server/role.h"
#include "store/console_store.h"
#include "store/secret_store.h"
#include "store/store.h"

namespace connector::server {

/// Whether a user can let others in: an administrator who can sign in, not locked out and with a password.
bool can_administer(const store::ConsoleUser& user);

/// Users, sessions, one-time links and API tokens. What a holder shows (cookie, link, token) is random and stands in
/// the store as SHA-256 only. Executor thread only.
class Access {
 public:
  struct Ports {
    store::Store& store;
    ports::Executor& executor;
    ports::Clock& clock;
    ports::Random& random;
    store::SecretStore& secrets;
  };
  /// `secure_cookies`: the console is reached over TLS.
  Access(Ports ports, bool secure_cookies);

  /// Who sends a request, by its Authorization header (Bearer) or session cookie. A changing request of a session must
  /// show the session's token in X-CSRF-Token. Errors: authentication_failed (nobody), permission_denied (no CSRF
  /// token), store_failure. The request must outlive the task.
  ports::Task<domain::Result<Caller>> caller_of(const ports::ServerRequest* request);

  struct SignedIn {
    Caller caller;
    std::string cookie;       ///< value of Set-Cookie; empty if the code is still to be given
    bool needs_code = false;  ///< the password is right, and the user's authenticator app must show a code as well
  };
  /// `address`: the client's (ports::client_address); a loopback address is not counted by. `code`: of the
  /// authenticator app, empty for none. Errors: authentication_failed, rate_limited (too many wrong passwords for the
  /// name or from the address, or wrong codes).
  ports::Task<domain::Result<SignedIn>> sign_in(std::string name, std::string password, std::string address,
                                                std::string code = {});
  ports::Task<domain::Result<void>> sign_out(Caller caller);
  /// Set-Cookie that removes the session's cookie.
  std::string no_cookie() const;
  /// Errors: authentication_failed for a wrong present password, bad_input for a new one that is too short.
  ports::Task<domain::Result<void>> change_password(Caller caller, std::string present, std::string next,
                                                    std::string address);

  /// The secret, as base32, of an authenticator app that is not in force before confirm_second_factor().
  ports::Task<domain::Result<std::string>> begin_second_factor(Caller caller);
  /// Error: bad_input if the code is not one of the secret's.
  ports::Task<domain::Result<void>> confirm_second_factor(Caller caller, std::string code);
  /// Errors: bad_input for a wrong code, rate_limited.
  ports::Task<domain::Result<void>> end_second_factor(Caller caller, std::string code);

  /// A fresh token for a one-time link by which this user sets a password; earlier links of the user end.
  ports::Task<domain::Result<std::string>> invite(std::int64_t user, std::string actor);
  /// The user whom a link invites. Error: not_found for a used, unknown or old one.
  ports::Task<domain::Result<store::ConsoleUser>> invited(std::string token);
  /// Sets the password of the invited user, ends the link and the user's sessions, and signs in those who need no code.
  ports::Task<domain::Result<SignedIn>> accept_invitation(std::string token, std::string password);
  /// While nobody has a password: makes the user "admin" unless there is one, and returns a token that invites them.
  /// Empty once somebody can sign in.
  ports::Task<domain::Result<std::string>> first_invitation();

  struct NewToken {
    std::int64_t id = 0;
    std::string token;  ///< shown once
  };
  ports::Task<domain::Result<NewToken>> add_token(std::string name, Role role, std::string actor);

  static constexpr std::size_t shortest_password = 10;
  static constexpr std::size_t longest_name = 60;  ///< of a user

 private:
  struct Attempts {
    int failures = 0;
    domain::UtcTime blocked_until{};
    domain::UtcTime last{};
  };
  std::string secret();
  std::string cookie(const std::string& session) const;
  ports::Task<domain::Result<Caller>> caller_of_token(std::string token);
  ports::Task<domain::Result<Caller>> caller_of_session(std::string session);
  ports::Task<domain::Result<store::ConsoleUser>> check_password(std::string name, std::string password,
                                                                 std::string address);
  ports::Task<domain::Result<bool>> check_code(std::int64_t user, std::string name, std::string code);
  ports::Task<domain::Result<SignedIn>> begin_session(store::ConsoleUser user, std::string action,
                                                      std::string address = {});
  domain::Result<void> admit(const std::string& key, int allowed);
  void note_failure(const std::string& key, int allowed);
  void take_back_failure(const std::string& key, int allowed);
  void forget_old_failures(const std::string& key);

  Ports ports_;
  bool secure_cookies_;
  PasswordHasher hasher_;
  std::map<std::string, Attempts> attempts_;
  std::size_t checking_ = 0;  ///< passwords, from the request until it is known whether they are right
};

}  // namespace connector::server
