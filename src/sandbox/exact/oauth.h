#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/exact/switches.h"
#include "sandbox/faults/seeded_stream.h"

namespace connector::sandbox::exact {

/// An app as the App Center registers it.
struct AppCredentials {
  std::string client_id;  ///< a GUID
  std::string client_secret;
  std::string webhook_secret;
  std::vector<std::string> redirect_uris;  ///< empty = any is accepted
};

/// The authorization server (exact.md 1.2 to 1.4): codes of three minutes, access tokens of 600 s that may be renewed
/// from 570 s on, refresh tokens that rotate at each use.
class OAuth {
 public:
  OAuth(std::uint64_t seed, const Switches& switches) : chance_(seed), switches_(&switches) {}

  void add_app(AppCredentials app) { apps_.push_back(std::move(app)); }
  const std::vector<AppCredentials>& apps() const { return apps_; }

  /// GET /api/oauth2/auth; the user always consents unless a switch says otherwise.
  ports::HttpResponse authorize(std::string_view query, domain::UtcTime now);
  /// POST /api/oauth2/token
  ports::HttpResponse token(std::string_view form, domain::UtcTime now);

  /// The client behind a valid access token; empty if it is unknown or expired. The first use of a new pair ends the
  /// refresh token before it.
  std::string client_of(std::string_view access_token, domain::UtcTime now);
  /// The client of a token that was once issued, expired or not; empty if unknown. For the error counts.
  std::string issuer_of(std::string_view access_token) const;

  struct Counters {
    std::int64_t codes_issued = 0;
    std::int64_t pairs_issued = 0;
    std::int64_t old_refresh_tokens = 0;         ///< 401 "Old refresh token used."
    std::int64_t refresh_tokens_used_again = 0;  ///< accepted a second time because the new pair was never used
    std::int64_t too_early = 0;
    std::int64_t refused = 0;  ///< all other refusals
  };
  const Counters& counters() const { return counters_; }

 private:
  struct Code {
    std::string client;
    std::string redirect_uri;
    domain::UtcTime expires;
  };
  struct Pair {
    std::uint64_t number = 0;
    std::string refresh_token;
    domain::UtcTime issued;
  };
  /// One consent and the chain of pairs that came from it.
  struct Grant {
    std::string client;
    Pair current;
    std::vector<Pair> unused;  ///< issued from `current`, none used yet
    domain::UtcTime last_issued;
  };
  struct AccessToken {
    std::size_t grant;
    std::uint64_t pair;
    domain::UtcTime expires;
  };
  struct RefreshToken {
    std::size_t grant;
    std::uint64_t pair;
    bool old = false;
    bool used = false;
  };

  const AppCredentials* find_app(std::string_view client_id) const;
  ports::HttpResponse exchange_code(const std::map<std::string, std::string>& form, const AppCredentials& app,
                                    domain::UtcTime now);
  ports::HttpResponse refresh(const std::map<std::string, std::string>& form, const AppCredentials& app,
                              domain::UtcTime now);
  Pair new_pair(std::size_t grant, domain::UtcTime now, ports::HttpResponse& answer);
  void first_use(Grant& grant, std::uint64_t pair);
  ports::HttpResponse refuse(int status, std::string_view error, std::string_view description);
  bool over_daily_limit(const std::string& client, domain::UtcTime now);

  SeededStream chance_;
  const Switches* switches_;
  std::vector<AppCredentials> apps_;
  std::map<std::string, Code, std::less<>> codes_;
  std::vector<Grant> grants_;
  std::unordered_map<std::string, AccessToken> access_tokens_;
  std::deque<std::pair<domain::UtcTime, std::string>> access_token_expiries_;
  std::unordered_map<std::string, RefreshToken> refresh_tokens_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> calls_per_day_;
  std::uint64_t next_pair_ = 1;
  Counters counters_;
};

}  // namespace connector::sandbox::exact
