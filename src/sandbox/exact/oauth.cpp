#include "sandbox/exact/oauth.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

using domain::UtcTime;
using std::chrono::seconds;

constexpr auto code_life = std::chrono::minutes{3};
constexpr auto idle_life = std::chrono::days{30};

std::string value_of(const std::map<std::string, std::string>& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

std::map<std::string, std::string> parse(std::string_view text) {
  std::map<std::string, std::string> values;
  for (auto& [name, value] : ports::parse_query(text)) values[name] = std::move(value);
  return values;
}

ports::HttpResponse plain(int status, std::string text) {
  return ports::HttpResponse{status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}

}  // namespace

const AppCredentials* OAuth::find_app(std::string_view client_id) const {
  std::string wanted(client_id);
  std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (wanted.size() > 2 && wanted.front() == '{') wanted = wanted.substr(1, wanted.size() - 2);
  for (const AppCredentials& app : apps_) {
    if (app.client_id == wanted) return &app;
  }
  return nullptr;
}

ports::HttpResponse OAuth::authorize(std::string_view query, UtcTime now) {
  const auto parameters = parse(query);
  const AppCredentials* app = find_app(value_of(parameters, "client_id"));
  const std::string redirect = value_of(parameters, "redirect_uri");
  if (app == nullptr) return plain(400, "Unknown client_id.");
  const bool known_redirect =
      app->redirect_uris.empty() ||
      std::find(app->redirect_uris.begin(), app->redirect_uris.end(), redirect) != app->redirect_uris.end();
  if (redirect.find("://") == std::string::npos || !known_redirect) {
    return plain(400, "The redirect_uri does not match the registration.");
  }
  if (value_of(parameters, "response_type") != "code") return plain(400, "Unsupported response_type.");

  std::string location = redirect + (redirect.find('?') == std::string::npos ? "?" : "&");
  if (switches_->consent_denied) {
    location += "error=access_denied";
  } else {
    // Like the real ones it holds a '!', so that clients must decode it.
    const std::string code = "stampNL001." + chance_.text(24) + "!" + chance_.text(32);
    codes_[code] = Code{app->client_id, redirect, now + code_life};
    ++counters_.codes_issued;
    location += "code=" + ports::percent_encode(code);
  }
  if (parameters.count("state") != 0) location += "&state=" + ports::percent_encode(value_of(parameters, "state"));
  return ports::HttpResponse{302, {{"Location", location}}, {}};
}

ports::HttpResponse OAuth::refuse(int status, std::string_view error, std::string_view description) {
  ++counters_.refused;
  return ports::HttpResponse{
      status,
      {{"Content-Type", "application/json; charset=utf-8"}},
      "{\"error\":\"" + std::string(error) + "\",\"error_description\":\"" + std::string(description) + "\"}"};
}

bool OAuth::over_daily_limit(const std::string& client, UtcTime now) {
  if (switches_->token_calls_per_day == 0) return false;
  const std::int64_t day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  auto& [counted_day, calls] = calls_per_day_[client];
  if (counted_day != day) {
    counted_day = day;
    calls = 0;
  }
  return ++calls > switches_->token_calls_per_day;
}

ports::HttpResponse OAuth::token(std::string_view text, UtcTime now) {
  const auto form = parse(text);
  const AppCredentials* app = find_app(value_of(form, "client_id"));
  if (app == nullptr || app->client_secret != value_of(form, "client_secret")) {
    return refuse(400, "invalid_client", "The client credentials are invalid.");
  }
  if (over_daily_limit(app->client_id, now)) {
    return refuse(429, "access_denied", "Rate limit exceeded: token calls per day");
  }
  const std::string type = value_of(form, "grant_type");
  if (type == "authorization_code") return exchange_code(form, *app, now);
  if (type == "refresh_token") return refresh(form, *app, now);
  return refuse(400, "unsupported_grant_type", "Unsupported grant_type.");
}

ports::HttpResponse OAuth::exchange_code(const std::map<std::string, std::string>& form, const AppCredentials& app,
                                         UtcTime now) {
  const auto found = codes_.find(value_of(form, "code"));
  if (found == codes_.end()) return refuse(400, "invalid_grant", "The authorization code is unknown or already used.");
  const Code code = found->second;
  codes_.erase(found);
  if (code.client != app.client_id || code.redirect_uri != value_of(form, "redirect_uri")) {
    return refuse(400, "invalid_grant", "The authorization code was issued for another client or redirect_uri.");
  }
  if (now >= code.expires) return refuse(400, "invalid_grant", "The authorization code is expired.");
  ports::HttpResponse answer;
  grants_.push_back(Grant{app.client_id, {}, {}, now});
  const Pair pair = new_pair(grants_.size() - 1, now, answer);
  grants_.back().current = pair;
  return answer;
}

ports::HttpResponse OAuth::refresh(const std::map<std::string, std::string>& form, const AppCredentials& app,
                                   UtcTime now) {
  const auto found = refresh_tokens_.find(value_of(form, "refresh_token"));
  if (found == refresh_tokens_.end()) return refuse(400, "invalid_grant", "The refresh token is unknown.");
  RefreshToken& token = found->second;
  Grant& grant = grants_[token.grant];
  if (grant.client != app.client_id)
    return refuse(400, "invalid_grant", "The refresh token belongs to another client.");
  if (token.old) {
    ++counters_.old_refresh_tokens;
    return refuse(401, "unauthorized_client", "Old refresh token used.");
  }
  const Pair* pair = &grant.current;
  for (const Pair& unused : grant.unused) {
    if (unused.number == token.pair) pair = &unused;
  }
  if (now >= pair->issued + idle_life) return refuse(400, "invalid_grant", "The refresh token is expired.");
  const UtcTime last_issued = switches_->too_early_counts_unused_pair ? grant.last_issued : pair->issued;
  if (now < last_issued + seconds{switches_->earliest_renewal_seconds}) {
    ++counters_.too_early;
    ports::HttpResponse answer = refuse(400, "access_denied", "Rate limit exceeded: access_token not expired");
    answer.headers.emplace_back("Reason", "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired");
    return answer;
  }
  if (token.used) ++counters_.refresh_tokens_used_again;
  token.used = true;
  first_use(grant, token.pair);

  ports::HttpResponse answer;
  const std::size_t grant_number = token.grant;
  const Pair fresh = new_pair(grant_number, now, answer);
  grant.unused.push_back(fresh);
  grant.last_issued = now;
  if (switches_->old_refresh_token_dies_at_once) first_use(grant, fresh.number);
  return answer;
}

OAuth::Pair OAuth::new_pair(std::size_t grant, UtcTime now, ports::HttpResponse& answer) {
  while (!access_token_expiries_.empty() && access_token_expiries_.front().first + std::chrono::days{1} < now) {
    access_tokens_.erase(access_token_expiries_.front().second);
    access_token_expiries_.pop_front();
  }
  Pair pair{next_pair_++, "stampNL001.gAAA" + chance_.text(120) + "!" + chance_.text(40), now};
  const std::string access_token = "stampNL001." + chance_.text(180);
  const UtcTime expires = now + seconds{switches_->access_token_seconds};
  access_tokens_[access_token] = AccessToken{grant, pair.number, expires};
  access_token_expiries_.emplace_back(expires, access_token);
  refresh_tokens_[pair.refresh_token] = RefreshToken{grant, pair.number};
  ++counters_.pairs_issued;
  answer = ports::HttpResponse{
      200,
      {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
      "{\"access_token\":\"" + access_token + "\",\"token_type\":\"bearer\",\"expires_in\":\"" +
          std::to_string(switches_->access_token_seconds) + "\",\"refresh_token\":\"" + pair.refresh_token + "\"}"};
  return pair;
}

void OAuth::first_use(Grant& grant, std::uint64_t pair) {
  const auto used = std::find_if(grant.unused.begin(), grant.unused.end(),
                                 [pair](const Pair& candidate) { return candidate.number == pair; });
  if (used == grant.unused.end()) return;
  Pair next = *used;
  refresh_tokens_[grant.current.refresh_token].old = true;
  for (const Pair& other : grant.unused) {
    if (other.number != pair) refresh_tokens_[other.refresh_token].old = true;
  }
  grant.current = std::move(next);
  grant.unused.clear();
}

std::string OAuth::client_of(std::string_view access_token, UtcTime now) {
  const auto found = access_tokens_.find(std::string(access_token));
  if (found == access_tokens_.end() || now >= found->second.expires) return {};
  Grant& grant = grants_[found->second.grant];
  first_use(grant, found->second.pair);
  return grant.client;
}

std::string OAuth::issuer_of(std::string_view access_token) const {
  const auto found = access_tokens_.find(std::string(access_token));
  return found == access_tokens_.end() ? std::string() : grants_[found->second.grant].client;
}

}  // namespace connector::sandbox::exact
