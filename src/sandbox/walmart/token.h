#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/chance.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// The access and refresh tokens given out (walmart.md 1.1).
class Tokens {
 public:
  struct Grant {
    domain::UtcTime issued{};
    domain::UtcTime expires{};
  };

  /// A new opaque access token of about 1 kB.
  std::string issue(Chance& chance, domain::UtcTime now, domain::Milliseconds life);
  /// A new refresh token; it lives one year.
  std::string issue_refresh(Chance& chance, domain::UtcTime now);
  /// The grant behind a live access token, or nullptr.
  const Grant* find(const std::string& token, domain::UtcTime now) const;
  bool is_refresh_token(const std::string& token, domain::UtcTime now) const;
  /// Makes every access token given out so far invalid, as Walmart does when keys are rotated.
  void revoke_all() { access_.clear(); }

 private:
  std::unordered_map<std::string, Grant> access_;
  std::unordered_map<std::string, Grant> refresh_;
};

/// POST /v3/token: client_credentials, authorization_code and refresh_token.
ports::HttpResponse post_token(Seller& seller, const Request& request, domain::UtcTime now);
/// GET /v3/token/detail.
ports::HttpResponse get_token_detail(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
