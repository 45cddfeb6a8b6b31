#include "net/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <exception>
#include <list>
#include <optional>
#include <stdexcept>
#include <vector>

#include "net/http_answer.h"
#include "ports/concurrency.h"

namespace connector::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t read_size = 8UL << 10U;
constexpr std::size_t body_read_size = 64UL << 10U;
constexpr auto longest_lingering = std::chrono::seconds(2);
/// So long a connection that was just let in does not give way: its request may be there already.
constexpr auto first_grace = std::chrono::seconds(1);

}  // namespace

/// What the sessions share; lives until the last of their completions has run.
class HttpServer::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(EventLoop& loop, ServerOptions options, ports::ServerHandler handler);
  void start();
  void shut_down();
  ports::Task<void> stop(domain::Milliseconds grace);

  void accept();
  void leave(Session& session);
  /// A session has become idle: the last in the order in which idle ones give way.
  void rest(Session& session);
  ports::Task<void> answer(std::shared_ptr<Session> session, ports::ServerRequest request);
  ports::TaskGroup& handlers() { return *handlers_; }

  EventLoop& loop;
  const ServerOptions options;
  std::uint16_t port = 0;
  std::uint64_t accepted = 0;
  bool stopping = false;
  bool closed = false;
  std::list<Session*> sessions;

 private:
  void on_accepted(tcp::socket socket);
  Session* longest_idle() const;
  void sweep_later();
  void sweep();

  ports::ServerHandler handler_;
  tcp::acceptor acceptor_;
  std::optional<ports::TaskGroup> handlers_;
  ports::Signal changed_;
  ports::TimerId sweep_timer_ = 0;
  ports::TimerId accept_timer_ = 0;
  bool accepting_ = false;
  std::optional<tcp::socket> waiting_;
};

/// One connection: reads a request, has it answered, writes the answer, and again.
class HttpServer::Session : public std::enable_shared_from_this<Session> {
 public:
  enum class Phase { idle, header, body, handling, writing, lingering };

  Session(std::shared_ptr<Core> core, tcp::socket socket, std::string remote_address);
  void start();
  void reply(ports::ServerReply reply);
  void close();
  void close_when_idle();
  bool overdue(SteadyClock::time_point now) const { return now >= deadline_; }
  void time_out();
  bool idle() const { return phase_ == Phase::idle && SteadyClock::now() >= gives_way_from_; }

  std::list<Session*>::iterator position;

 private:
  void run();
  void advance();
  bool parse();
  void read();
  void dispatch();
  void refuse(int status);
  void write();
  void write_rest();
  void on_written();
  void linger();
  void reset();
  void enter(Phase phase);

  std::shared_ptr<Core> core_;
  tcp::socket socket_;
  const std::string remote_address_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Phase phase_ = Phase::idle;
  SteadyClock::time_point deadline_;
  SteadyClock::time_point gives_way_from_ = SteadyClock::now() + first_grace;
  bool running_ = false;  ///< run() is on the stack and goes on by itself
  bool reading_ = false;
  bool is_head_ = false;
  bool keep_alive_ = true;
  bool cut_ = false;  ///< reset after the prepared bytes
  bool closed_ = false;
  std::string head_;
  std::string body_;
  std::size_t written_ = 0;
};

// Session

HttpServer::Session::Session(std::shared_ptr<Core> core, tcp::socket socket, std::string remote_address)
    : core_(std::move(core)), socket_(std::move(socket)), remote_address_(std::move(remote_address)) {}

void HttpServer::Session::start() {
  enter(Phase::idle);
  run();
}

void HttpServer::Session::enter(Phase phase) {
  phase_ = phase;
  const auto& options = core_->options;
  const auto now = SteadyClock::now();
  switch (phase) {
    case Phase::idle:
      deadline_ = now + options.idle_timeout;
      core_->rest(*this);
      break;
    case Phase::header:
      deadline_ = now + options.header_timeout;
      break;
    case Phase::body:
      deadline_ = now + options.body_timeout;
      break;
    case Phase::handling:
      deadline_ = SteadyClock::time_point::max();
      break;
    case Phase::writing:
      deadline_ = now + options.write_timeout;
      break;
    case Phase::lingering:
      deadline_ = now + longest_lingering;
      break;
  }
}

void HttpServer::Session::run() {
  // Answers that are there at once come back here from deep below: they only change the phase.
  if (running_) return;
  running_ = true;
  const auto self = shared_from_this();
  while (!closed_ && !reading_ && (phase_ == Phase::idle || phase_ == Phase::header || phase_ == Phase::body)) {
    advance();
  }
  running_ = false;
}

void HttpServer::Session::advance() {
  if (!parser_) {
    if (core_->stopping && buffer_.size() == 0) return close();
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(core_->options.max_header_bytes));
    parser_->body_limit(core_->options.max_body_bytes);
  }
  if (buffer_.size() > 0) {
    if (phase_ == Phase::idle) enter(Phase::header);
    if (!parse()) return;
    if (parser_->is_done()) return dispatch();
  }
  if (parser_->is_header_done() && phase_ != Phase::body) {
    enter(Phase::body);
    if (boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      ErrorCode ignored;
      socket_.write_some(asio::buffer(go_on), ignored);
    }
  }
  // What the parser leaves of a body is framing: sizes and extensions of chunks, and trailers.
  if (buffer_.size() > core_->options.max_header_bytes) return refuse(431);
  read();
}

bool HttpServer::Session::parse() {
  ErrorCode error;
  const auto used = parser_->put(buffer_.data(), error);
  buffer_.consume(used);
  if (!error || error == http::error::need_more) return true;
  if (error == http::error::body_limit) {
    refuse(413);
  } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    refuse(431);
  } else {
    refuse(400);
  }
  return false;
}

void HttpServer::Session::read() {
  reading_ = true;
  const auto size = phase_ == Phase::body || phase_ == Phase::lingering ? body_read_size : read_size;
  socket_.async_read_some(buffer_.prepare(size), [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
    self->reading_ = false;
    if (self->closed_) return;
    // 408 is on its way, and what still comes is dropped.
    if (self->phase_ == Phase::writing) return;
    if (error) return self->close();
    if (self->phase_ == Phase::lingering) return self->read();
    self->buffer_.commit(size);
    self->run();
  });
}

void HttpServer::Session::dispatch() {
  // Where such a body ends nobody can tell (RFC 9112, 6.1 and 6.3): the rest would be read as the next request.
  const bool is_encoded = parser_->get().find(http::field::transfer_encoding) != parser_->get().end();
  if (is_encoded && (!parser_->chunked() || parser_->get().version() < 11)) return refuse(400);
  auto message = parser_->release();
  parser_.reset();
  ports::ServerRequest request;
  request.method.assign(message.method_string());
  request.target.assign(message.target());
  request.remote_address = remote_address_;
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  is_head_ = message.method() == http::verb::head;
  keep_alive_ = message.keep_alive();
  request.body = std::move(message.body());
  enter(Phase::handling);
  core_->handlers().spawn(core_->answer(shared_from_this(), std::move(request)));
}

void HttpServer::Session::refuse(int status) {
  parser_.reset();
  is_head_ = false;
  keep_alive_ = false;
  reply({.response = plain_answer(status), .cut_body_after = std::nullopt});
}

void HttpServer::Session::reply(ports::ServerReply reply) {
  // The handler of a connection that was cut meanwhile.
  if (closed_) return;
  if (reply.reset_without_answer) return reset();
  auto& response = reply.response;
  if (response.status < 200 || response.status > 999) response = plain_answer(500);
  keep_alive_ = keep_alive_ && !core_->stopping && !wants_close(response.headers);
  cut_ = reply.cut_body_after.has_value();
  head_ = answer_head(response, keep_alive_);
  body_ = is_head_ || !may_have_body(response.status) ? std::string() : std::move(response.body);
  if (cut_ && *reply.cut_body_after < body_.size()) body_.resize(*reply.cut_body_after);
  written_ = 0;
  enter(Phase::writing);
  write();
}

void HttpServer::Session::write() {
  // Nearly always the socket takes all at once, and no turn of the loop is needed.
  const std::array buffers{asio::buffer(head_), asio::buffer(body_)};
  ErrorCode error;
  written_ = socket_.write_some(buffers, error);
  if (error && error != asio::error::would_block && error != asio::error::try_again) return close();
  if (written_ == head_.size() + body_.size()) return on_written();
  write_rest();
}

void HttpServer::Session::write_rest() {
  std::array buffers{asio::const_buffer(asio::buffer(head_)), asio::const_buffer(asio::buffer(body_))};
  buffers[0] += written_;
  buffers[1] += written_ - std::min(written_, head_.size());
  socket_.async_write_some(buffers, [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
    if (self->closed_) return;
    if (error) return self->close();
    self->written_ += size;
    if (self->written_ == self->head_.size() + self->body_.size()) return self->on_written();
    self->write_rest();
  });
}

void HttpServer::Session::on_written() {
  head_.clear();
  body_ = {};
  if (cut_) return reset();
  if (!keep_alive_) return core_->stopping ? close() : linger();
  if (buffer_.size() == 0 && buffer_.capacity() > body_read_size) buffer_ = {};
  gives_way_from_ = {};
  enter(Phase::idle);
  run();
}

void HttpServer::Session::linger() {
  // Closing with unread input resets the connection, and the client may lose the answer (413, 408).
  ErrorCode error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return close();
  buffer_.clear();
  enter(Phase::lingering);
  if (!reading_) read();
}

void HttpServer::Session::close() {
  if (std::exchange(closed_, true)) return;
  ErrorCode ignored;
  socket_.close(ignored);
  core_->leave(*this);
}

void HttpServer::Session::reset() {
  if (closed_) return;
  ErrorCode ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void HttpServer::Session::close_when_idle() {
  if (phase_ == Phase::idle && buffer_.size() == 0) close();
}

void HttpServer::Session::time_out() {
  if (closed_) return;
  if (phase_ == Phase::header || phase_ == Phase::body) {
    refuse(408);
  } else if (phase_ == Phase::writing) {
    reset();
  } else {
    close();
  }
}

// Core

HttpServer::Core::Core(EventLoop& event_loop, ServerOptions server_options, ports::ServerHandler handler)
    : loop(event_loop),
      options(std::move(server_options)),
      handler_(std::move(handler)),
      acceptor_(loop.context()),
      handlers_(std::in_place, loop),
      changed_(loop) {
  const auto fail = [this](const ErrorCode& error) {
    if (error) {
      throw std::runtime_error(
          fmt::format("cannot listen on {} port {}: {}", options.address, options.port, error.message()));
    }
  };
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  fail(error);
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), error);
  fail(error);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  fail(error);
  acceptor_.bind(endpoint, error);
  fail(error);
  acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  fail(error);
  port = acceptor_.local_endpoint().port();
}

void HttpServer::Core::start() {
  accept();
  sweep_later();
}

void HttpServer::Core::accept() {
  if (accepting_ || stopping || closed) return;
  if (sessions.size() >= options.max_connections && longest_idle() == nullptr) return;
  if (waiting_) return on_accepted(*std::exchange(waiting_, std::nullopt));
  accepting_ = true;
  acceptor_.async_accept([self = shared_from_this()](const ErrorCode& error, tcp::socket socket) {
    self->accepting_ = false;
    if (self->closed || self->stopping) return;
    if (!error) {
      self->on_accepted(std::move(socket));
      return self->accept();
    }
    // Out of file numbers, most likely.
    if (self->accept_timer_ != 0) return;
    self->accept_timer_ = self->loop.call_after(domain::Milliseconds(100), [core = self.get()] {
      core->accept_timer_ = 0;
      core->accept();
    });
  });
}

HttpServer::Session* HttpServer::Core::longest_idle() const {
  const auto found =
      std::find_if(sessions.begin(), sessions.end(), [](const Session* session) { return session->idle(); });
  return found == sessions.end() ? nullptr : *found;
}

void HttpServer::Core::on_accepted(tcp::socket socket) {
  ErrorCode error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;
  if (sessions.size() >= options.max_connections) {
    Session* const idle = longest_idle();
    if (idle == nullptr) {
      waiting_ = std::move(socket);  // it was let in while one was idle, which has work again
      return;
    }
    idle->close();
  }
  socket.set_option(tcp::no_delay(true), error);
  socket.non_blocking(true, error);
  ++accepted;
  const auto session = std::make_shared<Session>(shared_from_this(), std::move(socket), remote.address().to_string());
  sessions.push_back(session.get());
  session->position = std::prev(sessions.end());
  session->start();
}

void HttpServer::Core::rest(Session& session) {
  sessions.splice(sessions.end(), sessions, session.position);
  // It can give way now to a connection that waits.
  accept();
}

void HttpServer::Core::leave(Session& session) {
  sessions.erase(session.position);
  if (closed) return;
  changed_.notify_all();
  accept();
}

ports::Task<void> HttpServer::Core::answer(std::shared_ptr<Session> session, ports::ServerRequest request) {
  ports::ServerReply reply;
  try {
    auto handling = handler_(std::move(request));
    reply = co_await handling;
  } catch (const std::exception& error) {
    if (options.on_handler_failure) options.on_handler_failure(error.what());
    reply.response = plain_answer(500);
  } catch (...) {
    if (options.on_handler_failure) options.on_handler_failure("an exception of unknown type");
    reply.response = plain_answer(500);
  }
  session->reply(std::move(reply));
}

void HttpServer::Core::sweep_later() {
  // Often enough that no time-out is overrun by more than a quarter.
  const auto shortest =
      std::min({options.header_timeout, options.body_timeout, options.write_timeout, options.idle_timeout});
  const auto interval = std::clamp(shortest / 4, domain::Milliseconds(10), domain::Milliseconds(500));
  sweep_timer_ = loop.call_after(interval, [this] { sweep(); });
}

void HttpServer::Core::sweep() {
  const auto now = SteadyClock::now();
  // Collected first: closing one may close others.
  std::vector<std::shared_ptr<Session>> overdue;
  for (Session* session : sessions) {
    if (session->overdue(now)) overdue.push_back(session->shared_from_this());
  }
  for (const auto& session : overdue) session->time_out();
  accept();  // one that was let in and says nothing gives way by now
  sweep_later();
}

ports::Task<void> HttpServer::Core::stop(domain::Milliseconds grace) {
  const auto self = shared_from_this();
  stopping = true;
  ErrorCode ignored;
  acceptor_.close(ignored);
  waiting_.reset();
  for (auto next = sessions.begin(); next != sessions.end();) {
    Session& session = **next++;
    session.close_when_idle();
  }
  const auto until = SteadyClock::now() + std::min<domain::Milliseconds>(grace, std::chrono::hours(24));
  while (!closed && !sessions.empty()) {
    const auto left = std::chrono::ceil<domain::Milliseconds>(until - SteadyClock::now());
    if (left <= domain::Milliseconds::zero()) break;
    co_await changed_.wait(left);
  }
  shut_down();
}

void HttpServer::Core::shut_down() {
  if (std::exchange(closed, true)) return;
  stopping = true;
  ErrorCode ignored;
  acceptor_.close(ignored);
  waiting_.reset();
  if (sweep_timer_ != 0) loop.cancel(sweep_timer_);
  if (accept_timer_ != 0) loop.cancel(accept_timer_);
  while (!sessions.empty()) sessions.front()->close();
  handlers_.reset();
  handler_ = nullptr;
}

HttpServer::HttpServer(EventLoop& loop, ServerOptions options, ports::ServerHandler handler)
    : core_(std::make_shared<Core>(loop, std::move(options), std::move(handler))) {
  core_->start();
}

HttpServer::~HttpServer() { core_->shut_down(); }

std::uint16_t HttpServer::port() const { return core_->port; }

std::size_t HttpServer::connections() const { return core_->sessions.size(); }

std::uint64_t HttpServer::accepted() const { return core_->accepted; }

ports::Task<void> HttpServer::stop(domain::Milliseconds grace) { return core_->stop(grace); }

}  // namespace connector::net
