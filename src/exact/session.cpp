#include "exact/session.h"

#include <algorithm>
#include <utility>

#include "domain/mutation.h"
#include "exact/endpoints.h"

namespace connector::exact {

using domain::Cause;
using domain::Milliseconds;
using domain::Mutation;
using domain::UtcTime;
using ports::CallFailure;
using ports::CallResult;
using ports::Task;
using Kind = TokenAnswer::Kind;

namespace {

constexpr Milliseconds renewal_age{575'000};
constexpr Milliseconds least_renewal_age{570'000};
constexpr Milliseconds lease_margin{15'000};
constexpr Milliseconds lock_poll{500};
constexpr Milliseconds after_refusal{60'000};

CallFailure failure_of(domain::Error error) {
  CallFailure failure;
  failure.error = std::move(error);
  return failure;
}

CallFailure needs_sign_in(std::string why) {
  return failure_of({Cause::authentication_failed, std::move(why) + "; sign in to Exact again"});
}

CallFailure refused_before() { return needs_sign_in("Exact refused the stored refresh token"); }

CallFailure no_credentials() {
  return failure_of({Cause::authentication_failed, "no Exact client id and secret are stored"});
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text.push_back('&');
    text.append(name).append("=").append(ports::percent_encode(value));
  }
  return text;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string renewal_form(const Credentials& credentials, std::string_view refresh_token) {
  return form({{"grant_type", "refresh_token"},
               {"refresh_token", refresh_token},
               {"client_id", credentials.client_id},
               {"client_secret", credentials.client_secret}});
}

/// Four times as long each time.
Milliseconds growing(Milliseconds first, int times, Milliseconds longest) {
  return std::min(longest, first * (1 << (2 * std::min(times, 4))));
}

/// Longer and longer, because each refusal counts against the endpoint's error budget (exact.md 2).
Milliseconds wait_after_too_early(int refusals) { return growing(Milliseconds{20'000}, refusals, renewal_age); }
Milliseconds wait_after_refusal(int refusals) { return growing(after_refusal, refusals, renewal_age); }

/// The first is repeated at once: most requests whose answer is lost were never heard.
Milliseconds wait_after_lost_answer(int unanswered) {
  if (unanswered < 2) return Milliseconds::zero();
  return growing(Milliseconds{5'000}, unanswered - 2, Milliseconds{60'000});
}

/// Their answers were heard by processes that ended before they could say so: each may have been a refusal.
Milliseconds wait_after_unknown_answer(int unanswered) {
  return unanswered < 2 ? Milliseconds::zero() : wait_after_too_early(unanswered - 1);
}

/// A trial that fails is a refused answer as well, and there may be several processes.
Milliseconds wait_between_trials(int trials) {
  constexpr Milliseconds first{30'000};
  return first * (1 << std::min(trials, 3));
}

Tokens pair_of(const TokenAnswer& answer, UtcTime asked_at, const std::string& previous_refresh_token) {
  Tokens tokens;
  tokens.access_token = answer.access_token;
  tokens.refresh_token = answer.refresh_token.empty() ? previous_refresh_token : answer.refresh_token;
  tokens.issued_at = asked_at;
  tokens.expires_at = asked_at + answer.lifetime;
  return tokens;
}

}  // namespace

std::string authorization_address(const ClientOptions& options, const Credentials& credentials,
                                  std::string_view state) {
  return options.base_url + "/api/oauth2/auth?" +
         form({{"client_id", credentials.client_id},
               {"redirect_uri", credentials.redirect_uri},
               {"response_type", "code"},
               {"state", state},
               {"force_login", "0"}});
}

Session::Session(Credentials credentials, TokenVault& vault, ports::HttpTransport& transport, ports::CallGate& gate,
                 ports::Random& random, ports::Clock& clock, ports::Executor& executor, ClientOptions options)
    : credentials_(std::move(credentials)),
      vault_(vault),
      transport_(transport),
      gate_(gate),
      random_(random),
      clock_(clock),
      executor_(executor),
      options_(std::move(options)),
      mutex_(executor) {}

Task<CallResult<std::string>> Session::token() {
  if (is_fresh()) co_return current_token();
  const auto guard = co_await mutex_.lock();
  if (is_fresh()) co_return current_token();
  auto stored = co_await adopt_stored();
  if (!stored) co_return current_or(failure_of(stored.error()));
  if (!tokens_) co_return tl::unexpected(needs_sign_in("no Exact sign-in is stored"));
  if (is_fresh()) co_return current_token();
  // Without a word to the store: whoever has to sign in may take hours, and every call asks here.
  if (needs_person()) co_return tl::unexpected(refused_before());
  const bool is_too_early = !may_be_renewed() || clock_.now() < no_renewal_before();
  if (is_too_early && !has_unsaved()) co_return current_or(too_early_to_renew());
  co_return co_await refresh();
}

Task<CallResult<std::string>> Session::token_to_send() {
  auto found = co_await token();
  if (!found || !is_in_doubt()) co_return found;
  next_trial_at_ = clock_.now() + wait_between_trials(trials_++);
  const UtcTime until = next_trial_at_;
  const auto turn = co_await vault_.take_trial(until);
  if (turn && *turn) co_return found;
  co_return tl::unexpected(
      failure_of({Cause::rate_limited, "Exact refused the access token, and another process is trying it again until " +
                                           domain::to_iso8601_seconds(until)}));
}

void Session::reject(std::string_view rejected) {
  if (!tokens_ || tokens_->access_token != rejected || rejected_ == rejected) return;
  rejected_ = rejected;
  confirmed_.clear();
  next_trial_at_ = clock_.now() + wait_between_trials(trials_++);
}

void Session::confirm(std::string_view accepted) {
  if (trials_ == 0 || !tokens_ || tokens_->access_token != accepted) return;
  rejected_.clear();
  confirmed_ = accepted;
  trials_ = 0;
}

bool Session::is_fresh() const {
  if (!tokens_ || tokens_->access_token == rejected_) return false;
  const Milliseconds lifetime = tokens_->expires_at - tokens_->issued_at;
  return clock_.now() - tokens_->issued_at < std::min(renewal_age, lifetime);
}

/// It is due to be renewed but still lives.
bool Session::is_usable() const {
  if (!tokens_ || tokens_->access_token == rejected_) return false;
  const bool is_trusted = tokens_->access_token == confirmed_ && clock_.now() < tokens_->renewal.trusted_until;
  return is_trusted || clock_.now() < tokens_->expires_at;
}

bool Session::may_be_tried() const {
  return tokens_ && clock_.now() >= next_trial_at_ &&
         clock_.now() < std::max(tokens_->expires_at, tokens_->renewal.trusted_until);
}

bool Session::may_be_renewed() const {
  const Milliseconds age = clock_.now() - tokens_->issued_at;
  const Milliseconds lifetime = tokens_->expires_at - tokens_->issued_at;
  // A negative age means that a clock was set back: it tells nothing.
  return age < Milliseconds::zero() || age >= std::min(least_renewal_age, lifetime);
}

UtcTime Session::no_renewal_before() const {
  const UtcTime until = tokens_->renewal.not_before;
  // No wait is longer: a clock has been set back since, or another process's is ahead.
  return until > clock_.now() + renewal_age ? UtcTime{} : until;
}

CallFailure Session::too_early_to_renew() const {
  const UtcTime until = std::max(no_renewal_before(), tokens_->issued_at + least_renewal_age);
  return failure_of(
      {Cause::rate_limited, "Exact's access token may not be renewed before " + domain::to_iso8601_seconds(until)});
}

ports::Answer<std::string> Session::current_token() const { return {tokens_->access_token, {}}; }

CallResult<std::string> Session::current_or(CallFailure failure) const {
  if (is_usable() || may_be_tried()) return current_token();
  return tl::unexpected(std::move(failure));
}

void Session::forget_troubles() {
  rejected_.clear();
  confirmed_.clear();
  next_trial_at_ = {};
  trials_ = 0;
}

UtcTime Session::lease_end() const { return clock_.now() + 2 * options_.request_timeout + lease_margin; }

Task<domain::Result<void>> Session::adopt_stored() {
  auto stored = co_await vault_.load();
  if (!stored) co_return domain::fail(stored.error());
  const bool is_new = *stored && (!tokens_ || (*stored)->access_token != tokens_->access_token);
  tokens_ = std::move(*stored);
  if (is_new) forget_troubles();
  if (tokens_ && tokens_->renewal.is_dead) dead_refresh_token_ = tokens_->refresh_token;
  co_return domain::Result<void>{};
}

Task<CallResult<std::string>> Session::refresh() {
  if (credentials_.client_id.empty()) co_return current_or(no_credentials());
  const UtcTime give_up = lease_end() + lock_poll;
  while (true) {
    const UtcTime lease_until = lease_end();
    auto locked = co_await vault_.lock(lease_until);
    if (!locked) co_return current_or(failure_of(locked.error()));
    if (*locked || mutated(Mutation::refresh_without_lock)) {
      const std::string before = tokens_->access_token;
      auto result = co_await refresh_under_lock(lease_until);
      co_await vault_.unlock();
      const bool was_heard_too_late = result && tokens_->access_token != before && !is_usable();
      if (!was_heard_too_late) co_return result;
      continue;
    }
    // Another process is at it.
    if (is_usable()) co_return current_token();
    if (clock_.now() >= give_up) {
      co_return tl::unexpected(
          failure_of({Cause::api_outage, "another process has been renewing Exact's tokens for too long"}));
    }
    co_await ports::sleep_for(executor_, lock_poll);
    auto stored = co_await adopt_stored();
    if (!stored) co_return current_or(failure_of(stored.error()));
    if (!tokens_) co_return tl::unexpected(needs_sign_in("no Exact sign-in is stored"));
    if (is_fresh()) co_return current_token();
  }
}

Task<CallResult<std::string>> Session::refresh_under_lock(UtcTime lease_until) {
  auto stored = co_await adopt_stored();
  if (!stored) co_return current_or(failure_of(stored.error()));
  if (!tokens_) co_return tl::unexpected(needs_sign_in("no Exact sign-in is stored"));
  if (is_fresh()) co_return current_token();
  if (has_unsaved()) {
    Unsaved unsaved = *unsaved_;
    co_return co_await keep(std::move(unsaved.tokens), std::move(unsaved.replaces));
  }
  for (bool may_repeat = true;; may_repeat = false) {
    if (needs_person()) co_return tl::unexpected(refused_before());
    Renewal& renewal = tokens_->renewal;
    if (renewal.asked_at) {
      // Whoever asked ended, or could not store what came of it.
      renewal.lost_answer_at = std::exchange(renewal.asked_at, std::nullopt);
      renewal.not_before =
          std::max(renewal.not_before, *renewal.lost_answer_at + wait_after_unknown_answer(renewal.unanswered));
    }
    if (clock_.now() < no_renewal_before()) co_return current_or(too_early_to_renew());
    const auto admitted =
        co_await gate_.admit(std::string(endpoints::token), ports::CallPriority::sign_in, std::nullopt);
    if (!admitted) co_return current_or(failure_of(admitted.error()));
    const std::string used = tokens_->refresh_token;
    const UtcTime asked_at = clock_.now();
    renewal.asked_at = asked_at;
    ++renewal.unanswered;
    const auto noted = co_await vault_.save(*tokens_, used);
    if (!noted) {
      gate_.not_made(endpoints::token);
      co_return current_or(failure_of(noted.error()));
    }
    const TokenAnswer answer = co_await ask(renewal_form(credentials_, used), lease_until);
    if (answer.kind == Kind::issued) {
      Tokens pair = pair_of(answer, asked_at, used);
      co_return co_await keep(std::move(pair), used);
    }
    if (answer.kind == Kind::refused) {
      auto again = co_await adopt_stored();
      if (!again) co_return tl::unexpected(failure_of(again.error()));
      if (!tokens_) co_return tl::unexpected(needs_sign_in("no Exact sign-in is stored"));
      if (tokens_->refresh_token != used) {
        if (is_fresh()) co_return current_token();
        if (may_repeat) continue;
        co_return tl::unexpected(answer.failure);
      }
    }
    note_answer(answer, asked_at);
    // If this fails, the next one finds a request whose answer nobody knows, which is the careful reading.
    co_await vault_.save(*tokens_, used);
    if (answer.kind == Kind::lost && may_repeat && clock_.now() >= no_renewal_before()) continue;
    if (answer.kind != Kind::refused) co_return current_or(answer.failure);
    CallFailure failure = answer.failure;
    failure.error.message.append("; sign in to Exact again");
    co_return tl::unexpected(std::move(failure));
  }
}

/// What one answer without a pair tells of the next request.
void Session::note_answer(const TokenAnswer& answer, UtcTime asked_at) {
  Renewal& renewal = tokens_->renewal;
  renewal.asked_at.reset();
  if (answer.kind == Kind::not_sent) {
    --renewal.unanswered;
    return;
  }
  if (answer.kind == Kind::lost) {
    renewal.lost_answer_at = asked_at;
    // Until the new pair is used the old refresh token is usually still taken (exact.md 1.4).
    renewal.not_before = clock_.now() + wait_after_lost_answer(renewal.unanswered);
    return;
  }
  renewal.unanswered = 0;
  if (answer.kind == Kind::too_early) {
    if (renewal.lost_answer_at && *renewal.lost_answer_at + renewal_age > clock_.now()) {
      // The lost answer held a pair: the refresh token is heard again only when that is old enough.
      renewal.not_before = *renewal.lost_answer_at + renewal_age;
    } else {
      renewal.not_before = clock_.now() + wait_after_too_early(renewal.refusals++);
      if (!renewal.lost_answer_at) renewal.trusted_until = renewal.not_before;
    }
    return;
  }
  if (answer.kind == Kind::rate_limited) {
    renewal.not_before = clock_.now() + after_refusal;
    return;
  }
  renewal.not_before = clock_.now() + wait_after_refusal(renewal.refusals++);
  if (answer.is_final) {
    renewal.is_dead = true;
    dead_refresh_token_ = tokens_->refresh_token;
  }
}

Task<CallResult<std::string>> Session::keep(Tokens tokens, std::string replaces) {
  if (mutated(Mutation::refresh_token_reused)) tokens.refresh_token = replaces;
  auto saved = co_await vault_.save(tokens, replaces);
  if (mutated(Mutation::unsaved_tokens_used)) saved = domain::Result<void>{};
  if (!saved && saved.error().cause == Cause::store_failure) saved = co_await vault_.save(tokens, replaces);
  if (!saved) {
    unsaved_ = Unsaved{std::move(tokens), std::move(replaces)};
    co_return current_or(failure_of(saved.error()));
  }
  unsaved_.reset();
  tokens_ = std::move(tokens);
  forget_troubles();
  co_return current_token();
}

Task<CallResult<std::monostate>> Session::exchange_code(std::string code) {
  if (credentials_.client_id.empty()) co_return tl::unexpected(no_credentials());
  const auto guard = co_await mutex_.lock();
  const UtcTime give_up = lease_end() + lock_poll;
  while (true) {
    const UtcTime lease_until = lease_end();
    auto locked = co_await vault_.lock(lease_until);
    if (!locked) co_return tl::unexpected(failure_of(locked.error()));
    if (*locked) {
      auto result = co_await exchange_under_lock(std::move(code), lease_until);
      co_await vault_.unlock();
      co_return result;
    }
    if (clock_.now() >= give_up) {
      co_return tl::unexpected(
          failure_of({Cause::api_outage, "another process has been renewing Exact's tokens for too long"}));
    }
    co_await ports::sleep_for(executor_, lock_poll);
  }
}

Task<CallResult<std::monostate>> Session::exchange_under_lock(std::string code, UtcTime lease_until) {
  const std::string decoded = ports::percent_decode(trimmed(code), false);
  const UtcTime asked_at = clock_.now();
  std::string body = form({{"grant_type", "authorization_code"},
                           {"code", decoded},
                           {"redirect_uri", credentials_.redirect_uri},
                           {"client_id", credentials_.client_id},
                           {"client_secret", credentials_.client_secret}});
  const auto admitted = co_await gate_.admit(std::string(endpoints::token), ports::CallPriority::sign_in, std::nullopt);
  if (!admitted) co_return tl::unexpected(failure_of(admitted.error()));
  TokenAnswer answer = co_await ask(std::move(body), lease_until);
  if (answer.kind != Kind::issued) co_return tl::unexpected(std::move(answer.failure));
  if (answer.refresh_token.empty()) {
    co_return tl::unexpected(
        failure_of({Cause::malformed_response, "Exact's answer to the sign-in holds no refresh token"}));
  }
  Tokens pair = pair_of(answer, asked_at, {});
  auto kept = co_await keep(std::move(pair), {});
  if (!kept) co_return tl::unexpected(std::move(kept.error()));
  if (unsaved_) {
    co_return tl::unexpected(failure_of({Cause::store_failure, "the new Exact sign-in could not be stored"}));
  }
  dead_refresh_token_.clear();
  co_return ports::Answer<std::monostate>{};
}

Task<TokenAnswer> Session::ask(std::string body, UtcTime lease_until) {
  const std::string endpoint(endpoints::token);
  ports::HttpRequest request;
  request.method = "POST";
  request.url = options_.base_url + "/api/oauth2/token";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = std::move(body);
  request.timeout = options_.request_timeout;
  // Its answer, too, must come while the lock is ours.
  request.not_after = lease_until - options_.request_timeout;
  ports::HttpOutcome outcome = co_await transport_.send(std::move(request));
  gate_.completed(endpoint, outcome);
  co_return read_token_answer(outcome, random_.uuid());
}

}  // namespace connector::exact
