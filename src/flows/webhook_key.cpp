#include "flows/webhook_key.h"

#include <sodium.h>

#include <array>
#include <charconv>

#include "domain/letter_case.h"
#include "engine/digest.h"
#include "store/secret_comparison.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;

namespace {

constexpr Milliseconds kSignatureAge = std::chrono::minutes(5);

using Digest = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Digest digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

std::string hexadecimal(const Digest& digest) {
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::string base64(const Digest& digest) {
  return base64(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

bool is_digest(std::string_view given, const Digest& digest) {
  const bool hex = store::same_secret(domain::lower_case(given), hexadecimal(digest));
  const bool text = store::same_secret(given, base64(digest));
  return hex || text;
}

bool is_pair(std::string_view given, const std::string& user, const std::string& password) {
  constexpr std::string_view prefix = "Basic ";
  if (given.starts_with(prefix)) given.remove_prefix(prefix.size());
  return store::same_secret(given, base64(user + ":" + password));
}

std::string token_signature(const WalmartWebhookKey& key, std::string_view expiry) {
  return hexadecimal(hmac_sha256(key.client_secret, "access token until " + std::string(expiry)));
}

WebhookProof prove_token(const WalmartWebhookKey& key, std::string_view given, UtcTime now) {
  constexpr std::string_view prefix = "Bearer ";
  if (given.starts_with(prefix)) given.remove_prefix(prefix.size());
  const auto dot = given.find('.');
  if (dot == std::string_view::npos) return WebhookProof::wrong;
  const std::string_view expiry = given.substr(0, dot);
  if (!store::same_secret(given.substr(dot + 1), token_signature(key, expiry))) return WebhookProof::wrong;
  std::int64_t until = 0;
  std::from_chars(expiry.data(), expiry.data() + expiry.size(), until);
  return now < domain::from_epoch_milliseconds(until) ? WebhookProof::proven : WebhookProof::expired;
}

WebhookProof prove_signature(const WalmartWebhookKey& key, const ArrivedNotice& notice, std::string_view signature,
                             UtcTime now) {
  const auto timestamp = ports::find_header(notice.headers, "WM_SEC.TIMESTAMP");
  if (!timestamp) return WebhookProof::missing;
  const std::string message = std::string(notice.method) + "\n" + std::string(notice.target) + "\n" +
                              std::string(*timestamp) + "\n" + engine::sha256_hex(notice.body);
  if (!store::same_secret(signature, base64(hmac_sha256(key.client_secret, message)))) return WebhookProof::wrong;
  std::int64_t seconds = 0;
  std::from_chars(timestamp->data(), timestamp->data() + timestamp->size(), seconds);
  const Milliseconds age = now - UtcTime{std::chrono::seconds(seconds)};
  return age < kSignatureAge && age > -kSignatureAge ? WebhookProof::proven : WebhookProof::expired;
}

}  // namespace

json::Value to_json(const WalmartWebhookKey& key) {
  return json::Object{{"method", key.method},       {"header_name", key.header_name},
                      {"user_name", key.user_name}, {"password", key.password},
                      {"client_id", key.client_id}, {"client_secret", key.client_secret}};
}

Result<WalmartWebhookKey> walmart_webhook_key_from_json(const json::Value& value) {
  WalmartWebhookKey key;
  key.method = value["method"].text_or("");
  key.header_name = value["header_name"].text_or("");
  key.user_name = value["user_name"].text_or("");
  key.password = value["password"].text_or("");
  key.client_id = value["client_id"].text_or("");
  key.client_secret = value["client_secret"].text_or("");
  if (key.method.empty() || key.header_name.empty()) {
    return domain::fail(Cause::store_failure, "the stored key of Walmart's webhook cannot be read");
  }
  return key;
}

std::string_view to_string(WebhookProof proof) {
  switch (proof) {
    case WebhookProof::proven:
      return "proven";
    case WebhookProof::missing:
      return "unsigned";
    case WebhookProof::wrong:
      return "wrong_signature";
    case WebhookProof::expired:
      return "expired";
  }
  return "";
}

WebhookProof prove_walmart_notice(const WalmartWebhookKey& key, const ArrivedNotice& notice, UtcTime now) {
  if (key.method == "HMAC") {
    if (const auto signature = ports::find_header(notice.headers, "WM_SEC.SIGNATURE")) {
      return prove_signature(key, notice, *signature, now);
    }
  }
  const auto given = ports::find_header(notice.headers, key.header_name);
  if (!given || given->empty()) return WebhookProof::missing;
  if (key.method == "OAUTH") return prove_token(key, *given, now);
  bool right = false;
  if (key.method == "HMAC") right = is_digest(*given, hmac_sha256(key.client_secret, notice.body));
  if (key.method == "BASIC_AUTH") right = is_pair(*given, key.user_name, key.password);
  return right ? WebhookProof::proven : WebhookProof::wrong;
}

bool proves_token_request(const WalmartWebhookKey& key, const ports::HttpHeaders& headers) {
  const auto given = ports::find_header(headers, key.header_name);
  return key.method == "OAUTH" && given && is_pair(*given, key.client_id, key.client_secret);
}

std::string make_access_token(const WalmartWebhookKey& key, UtcTime expires_at) {
  const std::string expiry = std::to_string(domain::to_epoch_milliseconds(expires_at));
  return expiry + "." + token_signature(key, expiry);
}

std::optional<SignedContent> signed_content(std::string_view body) {
  constexpr std::string_view opening = "{\"Content\":";
  constexpr std::string_view middle = ",\"HashCode\":\"";
  constexpr std::string_view closing = "\"}";
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r' || body.back() == ' ')) body.remove_suffix(1);
  if (!body.starts_with(opening) || !body.ends_with(closing)) return std::nullopt;
  // The last one: the content may hold the same words.
  const auto at = body.rfind(middle);
  if (at == std::string_view::npos || at < opening.size()) return std::nullopt;
  const auto hash = at + middle.size();
  if (body.size() - closing.size() < hash) return std::nullopt;
  return SignedContent{body.substr(opening.size(), at - opening.size()),
                       body.substr(hash, body.size() - closing.size() - hash)};
}

bool proves_exact_notice(std::string_view secret, const SignedContent& notice) {
  // Exact writes it in capitals (exact.md 5); a digest means the same in either case.
  return !secret.empty() &&
         store::same_secret(domain::lower_case(notice.hash_code), hexadecimal(hmac_sha256(secret, notice.content)));
}

}  // namespace connector::flows
