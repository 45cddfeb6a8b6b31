#include "sandbox/walmart/token.h"

#include <algorithm>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

constexpr domain::Milliseconds refresh_life = std::chrono::hours(365 * 24);

std::string opaque(Chance& chance, std::string_view prefix, std::size_t length) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text(prefix);
  while (text.size() < length) text += letters[chance.next() >> 58U];
  return text;
}

void forget_expired(std::unordered_map<std::string, Tokens::Grant>& grants, domain::UtcTime now) {
  std::erase_if(grants, [now](const auto& entry) { return entry.second.expires <= now; });
}

/// True when `Authorization: Basic ...` names a registered client.
bool is_known_client(const Seller& seller, std::string_view authorization) {
  constexpr std::string_view scheme = "Basic ";
  if (!authorization.starts_with(scheme)) return false;
  const auto pair = base64_decode(trimmed(authorization.substr(scheme.size())));
  if (!pair) return false;
  return std::any_of(seller.config.clients.begin(), seller.config.clients.end(),
                     [&](const Credentials& client) { return *pair == client.client_id + ":" + client.client_secret; });
}

}  // namespace

std::string Tokens::issue(Chance& chance, domain::UtcTime now, domain::Milliseconds life) {
  forget_expired(access_, now);
  std::string token = opaque(chance, "eyJraWQiOiI", 1024);
  access_[token] = Grant{now, now + life};
  return token;
}

std::string Tokens::issue_refresh(Chance& chance, domain::UtcTime now) {
  forget_expired(refresh_, now);
  std::string token = opaque(chance, "APX", 96);
  refresh_[token] = Grant{now, now + refresh_life};
  return token;
}

const Tokens::Grant* Tokens::find(const std::string& token, domain::UtcTime now) const {
  const auto found = access_.find(token);
  return found != access_.end() && now < found->second.expires ? &found->second : nullptr;
}

bool Tokens::is_refresh_token(const std::string& token, domain::UtcTime now) const {
  const auto found = refresh_.find(token);
  return found != refresh_.end() && now < found->second.expires;
}

ports::HttpResponse post_token(Seller& seller, const Request& request, domain::UtcTime now) {
  const Switches& switches = seller.switches;
  if (!is_known_client(seller, request.header("Authorization"))) {
    return refuse(
        switches, Origin::gateway, static_cast<int>(switches.bad_client_status),
        Fault{"INVALID_REQUEST_HEADER", "Authorization", "Client authentication failed",
              "Unauthorized client. Please verify correct format: \"Authorization: Basic "
              "Base64Encode(clientId:clientSecret)\" And please ensure the clientId and clientSecret are valid.",
              "ERROR", "DATA"});
  }
  const auto form = ports::parse_query(request.source.body);
  const auto field = [&form](std::string_view name) -> std::string {
    for (const auto& [key, value] : form) {
      if (key == name) return value;
    }
    return {};
  };
  const std::string grant = field("grant_type");
  json::Value body;
  const auto refuse_grant = [&switches](std::string_view name, std::string_view why) {
    return refuse(switches, Origin::gateway, 400,
                  Fault{"INVALID_REQUEST_PARAM", std::string(name), std::string(why), "Request parameter is invalid.",
                        "ERROR", "DATA"});
  };
  if (grant != "client_credentials" && grant != "authorization_code" && grant != "refresh_token") {
    return refuse_grant("grant_type", "Grant type is missing or not supported");
  }
  if (grant != "client_credentials" && request.header("WM_PARTNER.ID").empty()) {
    return refuse_grant("WM_PARTNER.ID", "WM_PARTNER.ID is required for this grant type");
  }
  if (grant == "authorization_code" && (field("code").empty() || field("redirect_uri").empty())) {
    return refuse_grant("code", "code and redirect_uri are required");
  }
  if (grant == "refresh_token" && !seller.tokens.is_refresh_token(field("refresh_token"), now)) {
    return refuse_grant("refresh_token", "The refresh token is not valid");
  }
  body.set("access_token", seller.tokens.issue(seller.chance, now, std::chrono::seconds(switches.token_seconds)));
  if (grant == "authorization_code") body.set("refresh_token", seller.tokens.issue_refresh(seller.chance, now));
  body.set("token_type", "Bearer");
  body.set("expires_in", switches.token_seconds);
  return json_reply(body);
}

ports::HttpResponse get_token_detail(Seller& seller, const Request& request, domain::UtcTime now) {
  const Tokens::Grant* grant = seller.tokens.find(std::string(request.header("WM_SEC.ACCESS_TOKEN")), now);
  json::Value body;
  const Tokens::Grant none{};
  const Tokens::Grant& shown = grant != nullptr ? *grant : none;
  body.set("expire_at", std::to_string(domain::to_epoch_milliseconds(shown.expires)));
  body.set("issued_at", std::to_string(domain::to_epoch_milliseconds(shown.issued)));
  body.set("is_valid", grant != nullptr);
  const Switches& switches = seller.switches;
  body.set("scopes", json::Object{{"reports", switches.scope_reports},
                                  {"item", switches.scope_item},
                                  {"price", switches.scope_price},
                                  {"lagtime", switches.scope_lagtime},
                                  {"feeds", switches.scope_feeds},
                                  {"returns", switches.scope_returns},
                                  {"orders", switches.scope_orders},
                                  {"inventory", switches.scope_inventory},
                                  {"content", switches.scope_content}});
  return json_reply(body);
}

}  // namespace connector::sandbox::walmart
