#include "walmart/session.h"

#include <algorithm>

#include "ports/call_failure.h"
#include "walmart/basic_authorization.h"
#include "walmart/endpoints.h"
#include "walmart/errors.h"
#include "walmart/token_reader.h"

namespace connector::walmart {

using domain::Milliseconds;
using ports::CallResult;
using ports::Task;

namespace {

constexpr Milliseconds ahead_of_expiry{60'000};
/// While another process asks; longer each time, for it may have died.
constexpr Milliseconds first_share_poll{200};
constexpr Milliseconds longest_share_poll{3'000};

}  // namespace

Session::Session(Credentials credentials, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
                 ports::Clock& clock, ports::Executor& executor, ClientOptions options, TokenShare* share)
    : credentials_(std::move(credentials)),
      transport_(transport),
      gate_(gate),
      random_(random),
      clock_(clock),
      executor_(executor),
      options_(std::move(options)),
      share_(share),
      mutex_(executor) {}

Task<CallResult<std::string>> Session::token() {
  if (is_good()) co_return ports::Answer<std::string>{token_, correlation_id_};
  const auto guard = co_await mutex_.lock();
  if (is_good()) co_return ports::Answer<std::string>{token_, correlation_id_};
  if (credentials_.client_id.empty()) {
    ports::CallFailure failure;
    failure.error = {domain::Cause::authentication_failed, "no Walmart client id and secret are stored"};
    co_return tl::unexpected(std::move(failure));
  }
  if (share_ == nullptr) co_return co_await ask();
  co_await take_shared();
  if (is_good()) co_return ports::Answer<std::string>{token_, correlation_id_};
  const domain::UtcTime until = clock_.now() + options_.request_timeout;
  Milliseconds pause = first_share_poll;
  while (true) {
    auto locked = co_await share_->lock(until);
    if (!locked || *locked) break;
    // Another process is asking: the token in hand may still do, or theirs soon will.
    if (is_valid()) co_return ports::Answer<std::string>{token_, correlation_id_};
    co_await ports::sleep_for(executor_, pause);
    pause = std::min(pause * 2, longest_share_poll);
    co_await take_shared();
    if (is_good()) co_return ports::Answer<std::string>{token_, correlation_id_};
    if (clock_.now() >= until) break;
  }
  co_await take_shared();
  if (is_good()) {
    co_await share_->unlock();
    co_return ports::Answer<std::string>{token_, correlation_id_};
  }
  auto asked = co_await ask();
  if (asked) {
    AccessToken token{credentials_.client_id, token_, asked_at_, renew_at_, expires_at_};
    auto saved = co_await share_->save(std::move(token));
    (void)saved;  // the others will ask by themselves
  }
  co_await share_->unlock();
  co_return asked;
}

Task<void> Session::take_shared() {
  auto shared = co_await share_->load();
  if (!shared || !*shared) co_return;
  AccessToken& token = **shared;
  if (token.client_id != credentials_.client_id || token.token.empty() || token.token == rejected_) co_return;
  if (!token_.empty() && token.asked_at <= asked_at_) co_return;
  token_ = std::move(token.token);
  correlation_id_.clear();
  asked_at_ = token.asked_at;
  renew_at_ = token.renew_at;
  expires_at_ = token.expires_at;
}

Task<CallResult<std::string>> Session::ask() {
  const std::string endpoint(endpoints::token);
  auto admitted = co_await gate_.admit(endpoint, ports::CallPriority::sign_in, std::nullopt);
  if (!admitted) {
    ports::CallFailure failure;
    failure.error = admitted.error();
    co_return tl::unexpected(std::move(failure));
  }
  std::string correlation_id = random_.uuid();
  ports::HttpRequest request = token_request(correlation_id);
  const domain::UtcTime asked_at = clock_.now();
  ports::HttpOutcome outcome = co_await transport_.send(std::move(request));
  gate_.completed(endpoint, outcome);
  if (!outcome) {
    co_return tl::unexpected(
        ports::from_transport_failure(outcome.error(), ports::CallKind::read, "Walmart", std::move(correlation_id)));
  }
  if (outcome->status < 200 || outcome->status > 299) {
    auto failure = read_sign_in_failure(*outcome, std::move(correlation_id));
    refused_ = failure.error.cause == domain::Cause::authentication_failed;
    co_return tl::unexpected(std::move(failure));
  }
  auto answer = read_token_answer(outcome->body);
  if (!answer) {
    co_return tl::unexpected(
        unreadable_answer(answer.error(), *outcome, ports::CallKind::read, std::move(correlation_id)));
  }
  refused_ = false;
  token_ = std::move(answer->access_token);
  correlation_id_ = std::move(correlation_id);
  expires_at_ = asked_at + answer->lifetime;
  // A token that lives for less than two minutes is used for half its life, or it would never be used.
  renew_at_ = expires_at_ - std::min<Milliseconds>(ahead_of_expiry, Milliseconds{answer->lifetime} / 2);
  asked_at_ = asked_at;
  co_return ports::Answer<std::string>{token_, correlation_id_};
}

void Session::reject(std::string_view rejected) {
  if (token_ != rejected) return;
  rejected_ = std::move(token_);
  token_.clear();
}

bool Session::is_good() const {
  const domain::UtcTime now = clock_.now();
  // A clock that was set back tells nothing about the token's age.
  return !token_.empty() && now < renew_at_ && now >= asked_at_;
}

bool Session::is_valid() const {
  const domain::UtcTime now = clock_.now();
  return !token_.empty() && now + options_.request_timeout < expires_at_ && now >= asked_at_;
}

ports::HttpRequest Session::token_request(const std::string& correlation_id) const {
  ports::HttpRequest request;
  request.method = "POST";
  request.url = options_.base_url + "/v3/token";
  request.headers = {{"Authorization", basic_authorization(credentials_.client_id, credentials_.client_secret)},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"},
                     {"WM_QOS.CORRELATION_ID", correlation_id},
                     {"WM_SVC.NAME", options_.service_name}};
  request.body = "grant_type=client_credentials";
  request.timeout = options_.request_timeout;
  return request;
}

}  // namespace connector::walmart
