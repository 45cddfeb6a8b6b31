#include "walmart/caller.h"

namespace connector::walmart {

using ports::CallKind;
using ports::CallResult;
using ports::HttpOutcome;
using ports::HttpResponse;
using ports::Task;

namespace {

ports::HttpRequest make_request(const CallRequest& call, const ClientOptions& options, const std::string& token,
                                const std::string& correlation_id) {
  ports::HttpRequest request;
  request.method = call.method;
  request.url = options.base_url + call.target;
  request.headers = {{"WM_SEC.ACCESS_TOKEN", token},
                     {"WM_QOS.CORRELATION_ID", correlation_id},
                     {"WM_SVC.NAME", options.service_name},
                     {"Accept", call.accept}};
  if (call.method != "GET") request.headers.emplace_back("Content-Type", call.content_type);
  request.body = call.body;
  request.timeout = options.request_timeout;
  request.not_after = call.not_after;
  return request;
}

/// A 2xx whose document is an error all the same (walmart.md 1.4); notes of severity INFO or WARN are none.
bool hides_an_error(const HttpResponse& response, const std::string& accept) {
  if (accept != "application/json" || response.body.find("\"error") == std::string::npos) return false;
  const auto document = json::parse(response.body);
  if (!document || document->contains("list")) return false;
  for (const RemoteError& error : read_errors(*document)) {
    if (error.severity != "INFO" && error.severity != "WARN" && !error.code.empty()) return true;
  }
  return false;
}

}  // namespace

CallRequest read_call(std::string_view endpoint, std::string target, ports::CallPriority priority) {
  CallRequest call;
  call.endpoint = endpoint;
  call.target = std::move(target);
  call.priority = priority;
  return call;
}

CallRequest list_call(std::string_view endpoint, std::string target, ports::CallPriority priority) {
  CallRequest call = read_call(endpoint, std::move(target), priority);
  call.not_found_means_empty = true;
  return call;
}

CallRequest repeated_list_call(std::string_view endpoint, std::string target, ports::CallPriority priority) {
  CallRequest call = list_call(endpoint, std::move(target), priority);
  call.wordless_means_empty = true;
  return call;
}

Caller::Caller(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
               ports::Clock& clock, ClientOptions options)
    : session_(session),
      transport_(transport),
      gate_(gate),
      random_(random),
      clock_(clock),
      options_(std::move(options)) {}

Task<CallResult<std::string>> Caller::admitted_token(std::string endpoint, ports::CallPriority priority,
                                                     std::optional<domain::UtcTime> not_after) {
  // Signing in comes first, so that no admission is spent on a call that cannot be made; the token is asked for again
  // because admission may take longer than it lives.
  auto token = co_await session_.token();
  if (!token) co_return token;
  auto admitted = co_await gate_.admit(endpoint, priority, not_after);
  if (!admitted) {
    ports::CallFailure failure;
    failure.error = admitted.error();
    co_return tl::unexpected(std::move(failure));
  }
  token = co_await session_.token();
  if (!token) {
    gate_.not_made(endpoint);
  }
  co_return token;
}

Task<CallResult<HttpResponse>> Caller::send(CallRequest call) {
  const bool is_read = call.kind == CallKind::read;
  if (is_read && reads_not_after_) call.not_after = reads_not_after_;
  for (bool may_renew = true;; may_renew = false) {
    auto token = co_await admitted_token(call.endpoint, call.priority, is_read ? call.not_after : std::nullopt);
    if (!token) co_return tl::unexpected(std::move(token.error()));
    std::string correlation_id = random_.uuid();
    ports::HttpRequest request = make_request(call, options_, token->value, correlation_id);
    if (request.not_after && clock_.now() > *request.not_after) {
      const HttpOutcome not_made = tl::unexpected(ports::TransportFailure{
          ports::TransportFailure::Kind::too_late_to_send, "admission took too long, it was not sent", false});
      gate_.completed(call.endpoint, not_made);
      co_return tl::unexpected(
          ports::from_transport_failure(not_made.error(), call.kind, "Walmart", std::move(correlation_id)));
    }
    HttpOutcome outcome = co_await transport_.send(std::move(request));
    gate_.completed(call.endpoint, outcome);
    if (!outcome) {
      co_return tl::unexpected(
          ports::from_transport_failure(outcome.error(), call.kind, "Walmart", std::move(correlation_id)));
    }
    HttpResponse& response = *outcome;
    if (response.status == 401) {
      session_.reject(token->value);
      if (may_renew) continue;
    }
    const bool is_empty = (call.not_found_means_empty && is_empty_result(response)) ||
                          (call.wordless_means_empty && is_wordless_empty_result(response));
    if (!is_empty && (response.status < 200 || response.status > 299)) {
      co_return tl::unexpected(read_failure(response, call.kind, std::move(correlation_id)));
    }
    if (!is_empty && hides_an_error(response, call.accept)) {
      const domain::Error error{
          domain::Cause::malformed_response,
          "Walmart answered an error with a status of success: " + read_failure(response, call.kind, "").remote_text};
      co_return tl::unexpected(unreadable_answer(error, response, call.kind, std::move(correlation_id)));
    }
    co_return ports::Answer<HttpResponse>{std::move(response), std::move(correlation_id)};
  }
}

}  // namespace connector::walmart
