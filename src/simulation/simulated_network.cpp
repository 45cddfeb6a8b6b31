#include "simulation/simulated_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "ports/concurrency.h"

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

constexpr const char* kHtml = "<html><body>Bad gateway</body></html>";
constexpr const char* kBadRequest =
    R"({"error":{"code":"","message":{"lang":"","value":"Error processing request stream."}}})";

/// Whether the request may change something at its remote. Signing in is watched on its own.
bool changes(const HttpRequest& request, bool is_token_request) { return request.method != "GET" && !is_token_request; }

/// Whether this asks Walmart for a page after the first: items begin with the cursor "*", feeds with offset 0.
bool is_later_page(std::string_view target) {
  if (!target.starts_with("/v3/")) return false;
  if (target.find("hasMoreElements=") != std::string_view::npos) return true;
  const auto value_of = [target](std::string_view name) {
    const auto at = target.find(name);
    return at == std::string_view::npos ? std::string_view{} : target.substr(at + name.size());
  };
  const std::string_view offset = value_of("&offset=");
  const std::string_view cursor = value_of("nextCursor=");
  const bool is_beginning = cursor.empty() || cursor.starts_with('*') || cursor.starts_with("%2A");
  return !is_beginning || (!offset.empty() && !offset.starts_with('0'));
}

}  // namespace

SimulatedNetwork::SimulatedNetwork(SimulatedLoop& loop, SeededRandom random, Trace& trace)
    : loop_(loop), random_(random), trace_(trace) {}

int SimulatedNetwork::attach(std::string base_url, std::string name, sandbox::Service& service) {
  remotes_.push_back({std::move(base_url), std::move(name), &service});
  return static_cast<int>(remotes_.size()) - 1;
}

Milliseconds SimulatedNetwork::latency() { return Milliseconds{5 + static_cast<std::int64_t>(random_.below(90))}; }

bool SimulatedNetwork::happens(std::uint32_t rate) {
  if (rate == 0 || !random_.chance(rate)) return false;
  ++injected_;
  return true;
}

void SimulatedNetwork::describe(const Exchange& exchange, const char* what, int status, std::string_view body) {
  trace_.mix(static_cast<std::uint64_t>(domain::to_epoch_milliseconds(loop_.now())));
  trace_.mix(exchange.id * 1'000 + static_cast<std::uint64_t>(status));
  trace_.mix(exchange.request.target);
  trace_.mix(body);
  if (!trace_.wants_lines()) return;
  // Whoever reads a story wants the words, not the pages.
  std::string shown(body.substr(0, 1'500));
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  const std::string remote = exchange.remote < 0 ? "nobody" : remotes_[static_cast<std::size_t>(exchange.remote)].name;
  trace_.on_line(loop_.now(), fmt::format("#{} {} {} {} {} {}{}{}{}", exchange.id, exchange.process, what, remote,
                                          exchange.request.method, exchange.request.target,
                                          status == 0 ? std::string() : fmt::format(" {}", status),
                                          shown.empty() ? "" : "  ", shown));
}

HttpResponse SimulatedNetwork::deliver(const Exchange& exchange) {
  Remote& remote = remotes_[static_cast<std::size_t>(exchange.remote)];
  remote.service->advance(loop_.now());
  HttpResponse response = remote.service->handle(exchange.request, loop_.now());
  describe(exchange, "takes effect at", response.status, response.body);
  for (auto* observer : observers_) observer->arrived(exchange, response);
  if (on_work) on_work(*remote.service);
  return response;
}

void SimulatedNetwork::answer(const Shared& exchange, const Done& done, Milliseconds after, HttpOutcome outcome) {
  loop_.call_after(after, [this, exchange, done, outcome = std::move(outcome)] {
    if (done.is_set() || *exchange->sender_is_dead) return;
    if (outcome) {
      describe(*exchange, "hears from", outcome->status, {});
    } else {
      describe(*exchange, outcome.error().message.c_str(), 0, {});
    }
    for (auto* observer : observers_) observer->answered(*exchange, outcome);
    const bool refused = outcome && outcome->status >= 400;
    if (exchange->is_write && refused && happens(rates_.paused_at_refusal)) exchange->sender->sleep();
    if (exchange->is_token_request && happens(rates_.paused_at_tokens)) exchange->sender->sleep();
    done.set(outcome);
  });
}

std::optional<HttpResponse> SimulatedNetwork::answer_before(const Exchange& exchange) {
  const Remote& remote = remotes_[static_cast<std::size_t>(exchange.remote)];
  const bool token = exchange.is_token_request;
  if (remote.failing || (token && remote.token_down)) return plain(503, "", "text/plain");
  if (happens(rates_.server_error_before)) return plain(503, "", "text/plain");
  if (happens(rates_.html_error_page)) return plain(502, kHtml, "text/html");
  if (is_later_page(exchange.request.target) && happens(rates_.cursor_expired)) return plain(400, "", "text/plain");
  if (token) return std::nullopt;
  if (happens(rates_.bad_request)) return plain(400, kBadRequest, "application/json");
  if (happens(rates_.too_many_requests)) {
    HttpResponse slow_down = plain(429, "", "text/plain");
    slow_down.headers.emplace_back("Retry-After", std::to_string(1 + random_.below(30)));
    return slow_down;
  }
  if (happens(rates_.too_many_requests_bare)) return plain(429, "", "text/plain");
  if (happens(rates_.unauthorized)) return plain(401, "", "text/plain");
  if (happens(rates_.forbidden)) return plain(403, "", "text/plain");
  return std::nullopt;
}

HttpOutcome SimulatedNetwork::spoil(const Exchange& exchange, HttpResponse response, bool& lost) {
  lost = happens(rates_.response_lost) || (exchange.is_token_request && happens(rates_.token_answer_lost));
  if (happens(rates_.reset_after_effect)) {
    return failure(TransportFailure::Kind::connection_lost, "connection reset", true);
  }
  if (happens(rates_.body_cut) && response.body.size() > 1) {
    return failure(TransportFailure::Kind::connection_lost, "the answer ended early", true);
  }
  const Remote& remote = remotes_[static_cast<std::size_t>(exchange.remote)];
  if (remote.answers_lost && response.status < 400 && !exchange.is_token_request) return plain(504, kHtml, "text/html");
  if (happens(rates_.server_error_after)) return plain(500, "", "text/plain");
  if (happens(rates_.request_timeout_408)) return plain(408, "", "text/plain");
  if (happens(rates_.html_after_effect)) return plain(502, kHtml, "text/html");
  if (happens(rates_.body_garbled)) response.body.resize(response.body.size() / 2);
  if (happens(rates_.wrong_content_type)) {
    for (auto& [name, value] : response.headers) {
      if (name == "Content-Type") value = "text/html";
    }
  }
  return response;
}

Task<HttpOutcome> SimulatedNetwork::send(const Sender& sender, HttpRequest request) {
  if (*sender.is_dead) co_return failure(TransportFailure::Kind::cancelled, "the process is dead", false);
  const bool is_token_request = request.method == "POST" && request.url.ends_with("/token");
  const bool is_write = changes(request, is_token_request);
  if (is_write && happens(rates_.paused_at_send)) {
    sender.sleep();
    co_await ports::sleep_for(sender.executor, Milliseconds{1});
  }
  if (request.not_after && sender.clock.now() > *request.not_after) {
    co_return failure(TransportFailure::Kind::too_late_to_send, "the request was too late to be sent", false);
  }
  auto exchange = std::make_shared<Exchange>();
  exchange->id = ++requests_;
  exchange->process = sender.process;
  exchange->remote = -1;
  exchange->sender_is_dead = sender.is_dead;
  std::size_t path = 0;
  for (std::size_t index = 0; index < remotes_.size(); ++index) {
    if (!request.url.starts_with(remotes_[index].base_url)) continue;
    exchange->remote = static_cast<int>(index);
    path = remotes_[index].base_url.size();
  }
  exchange->is_token_request = is_token_request;
  exchange->is_write = is_write;
  exchange->sender = &sender;
  exchange->sent_at = loop_.now();
  exchange->timeout = request.timeout;
  exchange->request.method = std::move(request.method);
  exchange->request.target = request.url.substr(path);
  exchange->request.headers = std::move(request.headers);
  exchange->request.body = std::move(request.body);
  exchange->request.remote_address = "10.0.0.1";
  if (page_limit_ > 0) {
    std::string& target = exchange->request.target;
    const auto limit = target.find("limit=");
    // Only the first page: a cursor is sent as it was given.
    const bool is_list = target.starts_with("/v3/orders?") || target.starts_with("/v3/returns?");
    if (is_list && limit != std::string::npos && target.find("hasMoreElements") == std::string::npos) {
      const auto end = target.find('&', limit);
      target.replace(limit, (end == std::string::npos ? target.size() : end) - limit,
                     "limit=" + std::to_string(page_limit_));
    }
  }

  Done done(sender.executor);
  const Milliseconds there = latency();
  const Milliseconds back = latency();
  const Milliseconds timeout = exchange->timeout;
  const auto remote = exchange->remote;
  const auto down = [this, remote] { return remote < 0 || remotes_[static_cast<std::size_t>(remote)].down; };
  if (down() || happens(rates_.connect_refused)) {
    answer(exchange, done, there, failure(TransportFailure::Kind::could_not_connect, "connection refused", false));
    co_return co_await done.wait();
  }
  describe(*exchange, "sends to", 0, exchange->request.body);
  for (auto* observer : observers_) observer->sent(*exchange);
  if (exchange->is_write && sender.on_write_sent) sender.on_write_sent();
  answer(exchange, done, timeout, failure(TransportFailure::Kind::timed_out, "no answer in time", true));
  if (happens(rates_.request_lost)) co_return co_await done.wait();
  if (auto instead = answer_before(*exchange)) {
    answer(exchange, done, there + back, std::move(*instead));
    co_return co_await done.wait();
  }
  Milliseconds arrives = there;
  if (happens(rates_.request_late)) {
    arrives =
        timeout +
        Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(timeout.count() * 9 / 10)))};
  } else if (happens(rates_.slow)) {
    arrives += Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(timeout.count())))};
  }
  if (exchange->request.method == "GET" && happens(rates_.duplicated)) {
    auto twin = std::make_shared<Exchange>(*exchange);
    twin->is_duplicate = true;
    loop_.call_after(arrives + latency(), [this, twin, down] {
      if (!down()) deliver(*twin);
    });
  }
  loop_.call_after(arrives, [this, exchange, done, back, down] {
    if (down()) {
      answer(exchange, done, back, failure(TransportFailure::Kind::connection_lost, "connection reset", true));
      return;
    }
    HttpResponse response = deliver(*exchange);
    bool lost = false;
    HttpOutcome outcome = spoil(*exchange, std::move(response), lost);
    if (!lost) answer(exchange, done, back, std::move(outcome));
  });
  co_return co_await done.wait();
}

}  // namespace connector::simulation
