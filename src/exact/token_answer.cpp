#include "exact/token_answer.h"

#include <fmt/format.h>

#include "json/value.h"

namespace connector::exact {

using domain::Cause;
using Kind = TokenAnswer::Kind;

namespace {

/// The endpoint's own words in OAuth's form {"error":..,"error_description":..}.
std::string words_of(const json::Value& body) {
  std::string words = body["error"].text_or("");
  const std::string description = body["error_description"].text_or("");
  if (!description.empty()) words.append(words.empty() ? "" : ": ").append(description);
  return ports::remote_words(words);
}

bool says_too_early(const ports::HttpResponse& response, const json::Value& body) {
  const auto reason = ports::find_header(response.headers, "Reason");
  if (reason && reason->starts_with("TooEarlyToRefreshTokens")) return true;
  return body["error_description"].string().find("access_token not expired") != std::string_view::npos;
}

TokenAnswer failed(Kind kind, Cause cause, ports::CallFailure failure) {
  TokenAnswer answer;
  answer.kind = kind;
  failure.error.cause = cause;
  answer.failure = std::move(failure);
  return answer;
}

}  // namespace

TokenAnswer read_token_answer(const ports::HttpOutcome& outcome, std::string correlation_id) {
  if (!outcome) {
    const ports::TransportFailure& reason = outcome.error();
    TokenAnswer answer;
    answer.kind = reason.may_have_arrived ? Kind::lost : Kind::not_sent;
    answer.failure =
        ports::from_transport_failure(reason, ports::CallKind::read, "Exact's sign-in", std::move(correlation_id));
    return answer;
  }
  const ports::HttpResponse& response = *outcome;
  const auto parsed = json::parse(response.body);
  const json::Value body = parsed ? *parsed : json::Value();
  ports::CallFailure failure;
  failure.status = response.status;
  failure.correlation_id = std::move(correlation_id);
  if (response.status == 200) {
    TokenAnswer answer;
    answer.access_token = body["access_token"].text_or("");
    answer.refresh_token = body["refresh_token"].text_or("");
    const auto seconds = body["expires_in"].integer();
    if (seconds && *seconds > 0 && *seconds < 86'400) answer.lifetime = std::chrono::seconds{*seconds};
    if (!answer.access_token.empty()) {
      answer.kind = Kind::issued;
      return answer;
    }
    failure.error.message = "Exact's answer to the sign-in holds no token";
    return failed(Kind::lost, Cause::malformed_response, std::move(failure));
  }
  failure.remote_text = words_of(body);
  failure.error.message = fmt::format("Exact refused to sign in ({}{}{})", response.status,
                                      failure.remote_text.empty() ? "" : ": ", failure.remote_text);
  if (response.status == 429) return failed(Kind::rate_limited, Cause::rate_limited, std::move(failure));
  if (response.status == 400 && says_too_early(response, body)) {
    return failed(Kind::too_early, Cause::rate_limited, std::move(failure));
  }
  if (response.status == 400 || response.status == 401 || response.status == 403) {
    TokenAnswer answer = failed(Kind::refused, Cause::authentication_failed, std::move(failure));
    answer.is_final = body["error"].is_string();
    return answer;
  }
  failure.error.message = fmt::format("Exact's sign-in answered {}", response.status);
  return failed(Kind::lost, Cause::api_outage, std::move(failure));
}

}  // namespace connector::exact
