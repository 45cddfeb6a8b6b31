#include "simulation/simulated_network.h"

#include <memory>

namespace connector::simulation {

using domain::Milliseconds;
using ports::HttpOutcome;
using ports::HttpRequest;
using ports::HttpResponse;
using ports::Task;
using ports::TransportFailure;

namespace {

HttpOutcome failure(TransportFailure::Kind kind, const char* message, bool may_have_arrived) {
  return tl::unexpected(TransportFailure{kind, message, may_have_arrived});
}

HttpResponse plain(int status, std::string body, const char* type) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", type}};
  response.body = std::move(body);
  return response;
}

bool is_token_request(const HttpRequest& request) {
  return request.url.find("/token") != std::string::npos && request.method == "POST";
}

}  // namespace

SimulatedNetwork::SimulatedNetwork(SimulatedLoop& loop, SeededRandom random, FaultRates rates, Trace trace)
    : loop_(loop), random_(random), rates_(rates), trace_(std::move(trace)) {}

void SimulatedNetwork::attach(std::string base_url, sandbox::Service& service) {
  remotes_[std::move(base_url)].service = &service;
}

void SimulatedNetwork::set_outage(const std::string& base_url, bool down) { remotes_.at(base_url).down = down; }

Milliseconds SimulatedNetwork::latency() { return Milliseconds{5 + static_cast<std::int64_t>(random_.below(90))}; }

HttpResponse SimulatedNetwork::deliver(Remote& remote, const HttpRequest& request, const std::string& base_url) {
  ports::ServerRequest received;
  received.method = request.method;
  received.target = request.url.substr(base_url.size());
  received.headers = request.headers;
  received.body = request.body;
  received.remote_address = "10.0.0.1";
  remote.service->advance(loop_.true_now());
  HttpResponse response = remote.service->handle(received, loop_.true_now());
  if (trace_) trace_(received.method + " " + received.target + " -> " + std::to_string(response.status));
  return response;
}

Task<HttpOutcome> SimulatedNetwork::send(HttpRequest request) {
  ++requests_;
  if (request.not_after && loop_.now() > *request.not_after) {
    co_return failure(TransportFailure::Kind::too_late_to_send, "the request was too late to be sent", false);
  }
  Remote* remote = nullptr;
  std::string base_url;
  for (auto& [base, candidate] : remotes_) {
    if (!request.url.starts_with(base)) continue;
    remote = &candidate;
    base_url = base;
  }
  ports::Completion<HttpOutcome> done(loop_);
  const Milliseconds there = latency();
  const Milliseconds back = latency();
  const Milliseconds timeout = request.timeout;
  const bool token = is_token_request(request);
  if (remote == nullptr || remote->down || random_.chance(rates_.connect_refused)) {
    loop_.call_after(
        there, [done] { done.set(failure(TransportFailure::Kind::could_not_connect, "connection refused", false)); });
    co_return co_await done.wait();
  }
  loop_.call_after(timeout,
                   [done] { done.set(failure(TransportFailure::Kind::timed_out, "no answer in time", true)); });
  if (random_.chance(rates_.request_lost)) co_return co_await done.wait();

  auto shared = std::make_shared<HttpRequest>(std::move(request));
  if (random_.chance(rates_.server_error_before)) {
    loop_.call_after(there + back, [done] { done.set(plain(503, "", "text/plain")); });
  } else if (random_.chance(rates_.html_error_page)) {
    loop_.call_after(there + back,
                     [done] { done.set(plain(502, "<html><body>Bad gateway</body></html>", "text/html")); });
  } else if (!token && random_.chance(rates_.too_many_requests)) {
    HttpResponse answer = plain(429, "", "text/plain");
    answer.headers.emplace_back("Retry-After", std::to_string(1 + random_.below(30)));
    loop_.call_after(there + back, [done, answer] { done.set(answer); });
  } else if (!token && random_.chance(rates_.unauthorized)) {
    loop_.call_after(there + back, [done] { done.set(plain(401, "", "text/plain")); });
  } else if (!token && random_.chance(rates_.forbidden)) {
    loop_.call_after(there + back, [done] { done.set(plain(403, "", "text/plain")); });
  } else {
    Milliseconds arrives = there;
    Milliseconds answers = back;
    if (random_.chance(rates_.request_late)) {
      arrives =
          timeout +
          Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(timeout.count() * 9 / 10)))};
    } else if (random_.chance(rates_.slow)) {
      arrives += Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(timeout.count())))};
    }
    const bool lost = random_.chance(rates_.response_lost) || (token && random_.chance(rates_.token_answer_lost));
    const bool reset = random_.chance(rates_.reset_after_effect);
    const bool cut = random_.chance(rates_.body_cut);
    const bool error_after = random_.chance(rates_.server_error_after);
    const bool timeout_after = random_.chance(rates_.request_timeout_408);
    if (shared->method == "GET" && random_.chance(rates_.duplicated)) {
      loop_.call_after(arrives + latency(), [this, shared, remote, base_url] {
        if (!remote->down) deliver(*remote, *shared, base_url);
      });
    }
    loop_.call_after(arrives,
                     [this, shared, remote, base_url, done, answers, lost, reset, cut, error_after, timeout_after] {
                       if (remote->down) {
                         loop_.call_after(answers, [done] {
                           done.set(failure(TransportFailure::Kind::connection_lost, "connection reset", true));
                         });
                         return;
                       }
                       HttpResponse response = deliver(*remote, *shared, base_url);
                       if (lost) return;
                       HttpOutcome outcome = std::move(response);
                       if (reset) {
                         outcome = failure(TransportFailure::Kind::connection_lost, "connection reset", true);
                       } else if (cut && outcome->body.size() > 1) {
                         outcome = failure(TransportFailure::Kind::connection_lost, "the answer ended early", true);
                       } else if (error_after) {
                         outcome = plain(500, "", "text/plain");
                       } else if (timeout_after) {
                         outcome = plain(408, "", "text/plain");
                       }
                       loop_.call_after(answers, [done, outcome] { done.set(outcome); });
                     });
  }
  co_return co_await done.wait();
}

}  // namespace connector::simulation
