#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/result.h"
#include "domain/time.h"
#include "json/value.h"
#include "ports/http.h"

namespace connector::flows {

/// Names of a connection's sealed secrets for its webhooks.
inline constexpr std::string_view kWalmartWebhook = "walmart_webhook";
inline constexpr std::string_view kExactWebhook = "exact_webhook";

/// By what Walmart proves that a notice is its own (walmart.md 6): one of the methods that a subscription can name.
/// Made by `webhook subscribe`, known to Walmart and to the vault alone.
struct WalmartWebhookKey {
  std::string method = "HMAC";  ///< HMAC, BASIC_AUTH, OAUTH
  std::string header_name = "Authorization";
  std::string user_name;      ///< BASIC_AUTH
  std::string password;       ///< BASIC_AUTH
  std::string client_id;      ///< OAUTH
  std::string client_secret;  ///< HMAC, OAUTH
};

json::Value to_json(const WalmartWebhookKey& key);
domain::Result<WalmartWebhookKey> walmart_webhook_key_from_json(const json::Value& value);

enum class WebhookProof { proven, missing, wrong, expired };
std::string_view to_string(WebhookProof proof);

/// A notice of Walmart's as it arrived.
struct ArrivedNotice {
  std::string_view method;
  std::string_view target;  ///< path and query as sent
  const ports::HttpHeaders& headers;
  std::string_view body;
};

/// Whether Walmart sent it. All comparisons take the same time whatever differs. HMAC is taken as hexadecimal and as
/// base64, Basic with and without its prefix, because the documentation leaves both open; WM_SEC.SIGNATURE with
/// WM_SEC.TIMESTAMP instead of the HMAC header, at most five minutes old.
WebhookProof prove_walmart_notice(const WalmartWebhookKey& key, const ArrivedNotice& notice, domain::UtcTime now);

/// OAUTH: whether Walmart asks for an access token with the right credentials, and the token for it. Tokens are not
/// kept: they carry their own expiry under a hash of the secret.
bool proves_token_request(const WalmartWebhookKey& key, const ports::HttpHeaders& headers);
std::string make_access_token(const WalmartWebhookKey& key, domain::UtcTime expires_at);

/// The part of an Exact notice that is signed, byte for byte, with its HashCode; nullopt if it is none (exact.md 5).
struct SignedContent {
  std::string_view content;
  std::string_view hash_code;
};
std::optional<SignedContent> signed_content(std::string_view body);
/// HashCode is the upper-case hexadecimal HMAC-SHA256 of the content under the app's webhook secret.
bool proves_exact_notice(std::string_view secret, const SignedContent& notice);

}  // namespace connector::flows
