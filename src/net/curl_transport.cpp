#include "net/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "net/curl_transfer.h"
#include "net/loopback.h"
#include "net/socket_watch.h"

namespace connector::net {
namespace {

using Kind = ports::TransportFailure::Kind;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kept_transfers = 256;
// Answers bring new requests, which start at once; after so many rounds others get their turn.
constexpr int rounds_without_pause = 8;

void initialise_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_ALL);
  if (code != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

ports::TransportFailure not_sent(Kind kind, std::string message) {
  return {.kind = kind, .message = std::move(message), .may_have_arrived = false};
}

}  // namespace

/// All transfers in flight. Shared with the coroutines that await them, so that these may outlive the transport.
class CurlTransport::Multi : public std::enable_shared_from_this<Multi> {
 public:
  class Exchange;

  Multi(EventLoop& loop, const ports::Clock& clock, TransportOptions options);
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() = default;

  std::optional<ports::TransportFailure> begin(Exchange& exchange, ports::HttpRequest request);
  void abandon(Exchange& exchange);
  void shut_down();

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);

  const UrlRoute& cached_route(const std::string& url);
  void release(Exchange& exchange);
  void start_soon();
  void set_alarm(domain::Milliseconds delay);
  void on_alarm();
  void act(curl_socket_t socket, int mask);
  void collect();
  void resume_finished();

  EventLoop& loop_;
  const ports::Clock& clock_;
  const TransportOptions options_;
  std::unique_ptr<SocketWatch> sockets_;
  CURLM* multi_ = nullptr;
  std::vector<std::unique_ptr<CurlTransfer>> idle_;
  std::vector<Exchange*> active_;
  std::deque<Exchange*> finished_;
  std::string route_origin_;
  UrlRoute route_;
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  SteadyClock::time_point alarm_at_ = SteadyClock::time_point::max();
  ports::TimerId alarm_ = 0;
  bool looking_ = false;  ///< resume_finished() runs, or follows the events at hand
  bool start_wanted_ = false;
  bool start_posted_ = false;
  bool closed_ = false;
};

/// One request, living in the coroutine that awaits it.
class CurlTransport::Multi::Exchange {
 public:
  explicit Exchange(std::shared_ptr<Multi> multi) : multi_(std::move(multi)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (resumption) *resumption = {};
    multi_->abandon(*this);
  }

  bool await_ready() const noexcept { return outcome.has_value(); }
  void await_suspend(std::coroutine_handle<> handle) noexcept { waiter = handle; }
  ports::HttpOutcome await_resume() { return std::move(*outcome); }

  std::unique_ptr<CurlTransfer> transfer;
  std::size_t position = 0;  ///< in active_, while there is a transfer
  bool queued = false;       ///< in finished_
  std::optional<ports::HttpOutcome> outcome;
  std::coroutine_handle<> waiter;
  std::shared_ptr<std::coroutine_handle<>> resumption;

 private:
  std::shared_ptr<Multi> multi_;
};

CurlTransport::Multi::Multi(EventLoop& loop, const ports::Clock& clock, TransportOptions options)
    : loop_(loop), clock_(clock), options_(std::move(options)) {
  initialise_once();
  if (!options_.extra_ca_file.empty() && !std::ifstream(options_.extra_ca_file).good()) {
    throw std::runtime_error(fmt::format("cannot read the certification authorities in {}", options_.extra_ca_file));
  }
  sockets_ = std::make_unique<SocketWatch>(
      loop_,
      [this](curl_socket_t socket, int mask) {
        looking_ = true;
        act(socket, mask);
      },
      [this] { resume_finished(); });
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::runtime_error("libcurl: no multi handle");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.max_idle_connections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
}

const UrlRoute& CurlTransport::Multi::cached_route(const std::string& url) {
  const auto origin = origin_of(url);
  if (route_origin_ != origin || !route_.valid) {
    route_ = route_of(url);
    route_origin_ = origin;
  }
  return route_;
}

std::optional<ports::TransportFailure> CurlTransport::Multi::begin(Exchange& exchange, ports::HttpRequest request) {
  if (closed_) return not_sent(Kind::cancelled, "the transport is closed");
  const UrlRoute route = cached_route(request.url);
  if (!route.valid) return not_sent(Kind::malformed, "the address is no http or https URL");
  if (route.plain && !(route.loopback && options_.allow_plain_loopback)) {
    return not_sent(Kind::plain_http_refused, "plain http is refused; use https");
  }
  if (request.not_after && clock_.now() > *request.not_after) {
    return not_sent(Kind::too_late_to_send, "the time to send the request had passed");
  }
  if (idle_.empty()) {
    exchange.transfer = std::make_unique<CurlTransfer>(options_, clock_, *sockets_);
  } else {
    exchange.transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  exchange.position = active_.size();
  active_.push_back(&exchange);
  if (auto refused = exchange.transfer->prepare(std::move(request), route)) {
    release(exchange);
    return refused;
  }
  curl_easy_setopt(exchange.transfer->easy(), CURLOPT_PRIVATE, &exchange);
  if (curl_multi_add_handle(multi_, exchange.transfer->easy()) != CURLM_OK) {
    release(exchange);
    return not_sent(Kind::could_not_connect, "libcurl did not take the request");
  }
  return std::nullopt;
}

void CurlTransport::Multi::release(Exchange& exchange) {
  active_[exchange.position] = active_.back();
  active_[exchange.position]->position = exchange.position;
  active_.pop_back();
  exchange.transfer->clear();
  if (idle_.size() < kept_transfers) {
    idle_.push_back(std::move(exchange.transfer));
  } else {
    exchange.transfer.reset();
  }
}

void CurlTransport::Multi::abandon(Exchange& exchange) {
  if (exchange.transfer) {
    curl_multi_remove_handle(multi_, exchange.transfer->easy());
    release(exchange);
  }
  if (exchange.queued) std::erase(finished_, &exchange);
}

void CurlTransport::Multi::shut_down() {
  closed_ = true;
  if (alarm_ != 0) loop_.cancel(alarm_);
  const auto post_resumption = [this](Exchange& exchange) {
    exchange.resumption = std::make_shared<std::coroutine_handle<>>(std::exchange(exchange.waiter, {}));
    loop_.post([target = exchange.resumption] {
      if (auto waiter = std::exchange(*target, {})) waiter.resume();
    });
  };
  for (auto* exchange : finished_) {
    exchange->queued = false;
    post_resumption(*exchange);
  }
  finished_.clear();
  while (!active_.empty()) {
    auto& exchange = *active_.back();
    curl_multi_remove_handle(multi_, exchange.transfer->easy());
    exchange.outcome = tl::unexpected(exchange.transfer->abandoned(Kind::cancelled, "the transport was closed"));
    release(exchange);
    post_resumption(exchange);
  }
  idle_.clear();
  curl_multi_cleanup(multi_);
  // The watch itself may be the one that called us.
  if (looking_) loop_.post([watch = std::shared_ptr<SocketWatch>(std::move(sockets_))] {});
  sockets_.reset();
}

int CurlTransport::Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<Multi*>(self)->sockets_->want(socket, what);
  return 0;
}

int CurlTransport::Multi::on_timer(CURLM*, long milliseconds, void* self) {
  auto& multi = *static_cast<Multi*>(self);
  if (multi.closed_) return 0;
  if (milliseconds < 0) {
    multi.deadline_ = SteadyClock::time_point::max();
  } else if (milliseconds == 0) {
    multi.start_soon();
  } else {
    multi.set_alarm(domain::Milliseconds(milliseconds));
  }
  return 0;
}

void CurlTransport::Multi::start_soon() {
  start_wanted_ = true;
  if (looking_ || start_posted_) return;
  start_posted_ = true;
  loop_.post([self = shared_from_this()] {
    self->start_posted_ = false;
    if (!self->closed_) self->resume_finished();
  });
}

void CurlTransport::Multi::set_alarm(domain::Milliseconds delay) {
  deadline_ = SteadyClock::now() + delay;
  // An earlier alarm looks again when it fires: most are moved before.
  if (alarm_ != 0 && alarm_at_ <= deadline_) return;
  if (alarm_ != 0) loop_.cancel(alarm_);
  alarm_at_ = deadline_;
  alarm_ = loop_.call_after(delay, [this] { on_alarm(); });
}

void CurlTransport::Multi::on_alarm() {
  alarm_ = 0;
  if (deadline_ == SteadyClock::time_point::max()) return;
  const auto now = SteadyClock::now();
  if (now < deadline_) {
    set_alarm(std::chrono::ceil<domain::Milliseconds>(deadline_ - now));
    return;
  }
  deadline_ = SteadyClock::time_point::max();
  start_wanted_ = true;
  resume_finished();
}

void CurlTransport::Multi::act(curl_socket_t socket, int mask) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, mask, &running);
}

void CurlTransport::Multi::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    void* pointer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
    auto& exchange = *static_cast<Exchange*>(pointer);
    exchange.outcome = exchange.transfer->finish(code);
    curl_multi_remove_handle(multi_, easy);
    release(exchange);
    exchange.queued = true;
    finished_.push_back(&exchange);
  }
}

void CurlTransport::Multi::resume_finished() {
  const auto self = shared_from_this();
  looking_ = true;
  for (int round = 0; round < rounds_without_pause; ++round) {
    if (std::exchange(start_wanted_, false)) act(CURL_SOCKET_TIMEOUT, 0);
    collect();
    while (!finished_.empty()) {
      auto& exchange = *finished_.front();
      finished_.pop_front();
      exchange.queued = false;
      if (auto waiter = std::exchange(exchange.waiter, {})) waiter.resume();
      if (closed_) return;
    }
    if (!start_wanted_) break;
  }
  looking_ = false;
  if (start_wanted_) start_soon();
}

CurlTransport::CurlTransport(EventLoop& loop, const ports::Clock& clock, TransportOptions options)
    : multi_(std::make_shared<Multi>(loop, clock, std::move(options))) {}

CurlTransport::~CurlTransport() { multi_->shut_down(); }

ports::Task<ports::HttpOutcome> CurlTransport::send(ports::HttpRequest request) {
  Multi::Exchange exchange(multi_);
  if (auto refused = multi_->begin(exchange, std::move(request))) co_return tl::unexpected(std::move(*refused));
  co_return co_await exchange;
}

}  // namespace connector::net
