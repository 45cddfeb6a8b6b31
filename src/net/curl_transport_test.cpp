#include "net/curl_transport.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/http_server.h"
#include "net/system_clock.h"
#include "ports/concurrency.h"

namespace connector::net {
namespace curl_transport_test {

using domain::Milliseconds;
using Kind = ports::TransportFailure::Kind;

class FixedClock : public ports::Clock {
 public:
  domain::UtcTime now() const override { return time; }
  domain::UtcTime time = domain::from_epoch_milliseconds(1'000'000);
};

/// Accepts connections one after another and hands each to `talk`, on a thread of its own.
class RawServer {
 public:
  explicit RawServer(std::function<void(int)> talk) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, talk = std::move(talk)] {
      for (;;) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        {
          const std::lock_guard lock(mutex_);
          current_ = socket;
          if (stopping_) ::shutdown(socket, SHUT_RDWR);
        }
        talk(socket);
        const std::lock_guard lock(mutex_);
        current_ = -1;
        ::close(socket);
      }
    });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      // A client that keeps its connection must not keep the thread.
      if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
      ::shutdown(listener_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
  }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

  static std::string read_request(int socket, std::string_view until) {
    std::string text;
    char buffer[4096];
    while (text.find(until) == std::string::npos) {
      const auto count = ::recv(socket, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }
  static void write(int socket, std::string_view text) {
    (void)!::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  int current_ = -1;
  bool stopping_ = false;
  std::thread thread_;
};

class CurlTransportTest : public ::testing::Test {
 protected:
  CurlTransportTest()
      : server_(loop_, ServerOptions{},
                [this](ports::ServerRequest request) { return answer(&loop_, &handled_, std::move(request)); }) {
    open({.allow_plain_loopback = true, .connect_timeout = Milliseconds(2'000)});
  }

  void open(TransportOptions options) { transport_.emplace(loop_, clock_, std::move(options)); }

  static ports::Task<ports::ServerReply> answer(EventLoop* loop, int* handled, ports::ServerRequest request) {
    ++*handled;
    ports::ServerReply reply;
    const auto path = request.path();
    if (path == "/slow") co_await ports::sleep_for(*loop, Milliseconds(300));
    if (path == "/slower") co_await ports::sleep_for(*loop, Milliseconds(5'000));
    if (path == "/reset") reply.reset_without_answer = true;
    if (path == "/cut") reply.cut_body_after = 3;
    if (path == "/redirect") {
      reply.response.status = 302;
      reply.response.headers.emplace_back("Location", "/echo");
    }
    if (path == "/large") {
      reply.response.body.assign(100'000, 'x');
      co_return reply;
    }
    for (const auto& [name, value] : request.headers) reply.response.headers.emplace_back("Echo-" + name, value);
    reply.response.body = request.method + " " + request.target + " " + request.body;
    co_return reply;
  }

  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(server_.port()) + path; }

  ports::HttpOutcome send(ports::HttpRequest request) {
    return run_until_complete(loop_, transport_->send(std::move(request)));
  }

  ports::HttpRequest post(const std::string& path, std::string body = "body") const {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = url(path);
    request.body = std::move(body);
    return request;
  }

  ports::HttpRequest get(const std::string& path) const {
    ports::HttpRequest request;
    request.url = url(path);
    return request;
  }

  EventLoop loop_;
  FixedClock clock_;
  int handled_ = 0;
  HttpServer server_;
  std::optional<CurlTransport> transport_;
};

TEST_F(CurlTransportTest, CarriesMethodHeadersAndBody) {
  auto request = post("/echo?a=b%20c", "hello");
  request.headers = {{"X-One", "1"}, {"x-empty", ""}, {"Content-Type", "application/json"}, {"Content-Length", "99"}};
  const auto outcome = send(request);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->status, 200);
  EXPECT_EQ(outcome->body, "POST /echo?a=b%20c hello");
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-x-one"), "1");
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-x-empty"), "");
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-content-type"), "application/json");
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-content-length"), "5");
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-expect"), std::nullopt);
}

TEST_F(CurlTransportTest, MethodsDoNotLeakIntoTheNextRequest) {
  for (const char* method : {"POST", "GET", "HEAD", "GET", "PUT", "DELETE", "PATCH", "GET", "HEAD", "POST"}) {
    for (const char* body : {"", "b"}) {
      auto request = get("/echo");
      request.method = method;
      if (std::string_view(method) != "HEAD") request.body = body;
      const auto outcome = send(request);
      ASSERT_TRUE(outcome.has_value()) << method << outcome.error().message;
      const auto expected = std::string(method) + " /echo " + request.body;
      EXPECT_EQ(outcome->body, std::string_view(method) == "HEAD" ? "" : expected);
      EXPECT_EQ(ports::find_header(outcome->headers, "echo-content-type"), std::nullopt);
    }
  }
  EXPECT_EQ(server_.accepted(), 1U);
}

TEST_F(CurlTransportTest, LargeBodiesGoWithoutExpect) {
  const auto outcome = send(post("/echo", std::string(1'000'000, 'a')));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->body.size(), 1'000'011U);
  EXPECT_EQ(ports::find_header(outcome->headers, "echo-expect"), std::nullopt);
}

TEST_F(CurlTransportTest, DoesNotFollowRedirects) {
  const auto outcome = send(get("/redirect"));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, 302);
  EXPECT_EQ(handled_, 1);
}

ports::Task<void> send_many(CurlTransport& transport, ports::HttpRequest request, int count, int& succeeded) {
  for (int i = 0; i < count; ++i) {
    const auto outcome = co_await transport.send(request);
    if (outcome.has_value() && outcome->status == 200) ++succeeded;
  }
}

ports::Task<void> send_in_parallel(EventLoop& loop, CurlTransport& transport, ports::HttpRequest request, int workers,
                                   int each, int& succeeded) {
  ports::TaskGroup group(loop);
  for (int i = 0; i < workers; ++i) group.spawn(send_many(transport, request, each, succeeded));
  co_await group.join();
}

TEST_F(CurlTransportTest, ManyRequestsShareTheirConnections) {
  int succeeded = 0;
  run_until_complete(loop_, send_in_parallel(loop_, *transport_, post("/echo"), 50, 20, succeeded));
  EXPECT_EQ(succeeded, 1'000);
  EXPECT_EQ(handled_, 1'000);
  EXPECT_LE(server_.accepted(), 50U);
}

TEST_F(CurlTransportTest, ConnectionsPerHostAreLimited) {
  open({.allow_plain_loopback = true, .max_connections_per_host = 3});
  int succeeded = 0;
  run_until_complete(loop_, send_in_parallel(loop_, *transport_, post("/echo"), 20, 10, succeeded));
  EXPECT_EQ(succeeded, 200);
  EXPECT_LE(server_.accepted(), 3U);
}

TEST_F(CurlTransportTest, TimesOut) {
  auto request = post("/slower");
  request.timeout = Milliseconds(500);
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = send(request);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Milliseconds(4'500)) << "it did not wait for the answer";
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::timed_out);
  EXPECT_TRUE(outcome.error().may_have_arrived);
  EXPECT_TRUE(send(post("/echo")).has_value());
}

TEST_F(CurlTransportTest, ResetsAndCutAnswersAreLostConnections) {
  for (const char* path : {"/reset", "/cut"}) {
    const auto outcome = send(post(path));
    ASSERT_FALSE(outcome.has_value()) << path;
    EXPECT_EQ(outcome.error().kind, Kind::connection_lost) << path;
    EXPECT_TRUE(outcome.error().may_have_arrived) << path;
  }
  EXPECT_EQ(handled_, 2);
}

TEST_F(CurlTransportTest, NeverRepeatsAPostOnItsOwn) {
  ASSERT_TRUE(send(post("/echo")).has_value());
  ASSERT_EQ(server_.accepted(), 1U);
  const auto outcome = send(post("/reset"));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::connection_lost);
  EXPECT_TRUE(outcome.error().may_have_arrived);
  EXPECT_EQ(handled_, 2);
}

TEST_F(CurlTransportTest, NeverRepeatsAPostWhenAKeptConnectionIsClosed) {
  std::atomic<int> posts = 0;
  const RawServer server([&posts](int socket) {
    while (!RawServer::read_request(socket, "body").empty()) {
      if (++posts % 2 == 0) return;
      RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  auto request = post("/");
  request.url = server.url("/");
  ASSERT_TRUE(send(request).has_value());
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::connection_lost);
  EXPECT_TRUE(outcome.error().may_have_arrived);
  EXPECT_EQ(posts, 2);
}

TEST_F(CurlTransportTest, ConnectionsClosedWhileIdleAreNotUsed) {
  ASSERT_TRUE(send(post("/echo")).has_value());
  run_until_complete(loop_, server_.stop(Milliseconds(0)));
  const HttpServer again(loop_, {.port = server_.port()}, [this](ports::ServerRequest request) {
    return answer(&loop_, &handled_, std::move(request));
  });
  const auto outcome = send(post("/echo"));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
}

TEST_F(CurlTransportTest, LargeAnswersAreRefused) {
  auto request = get("/large");
  request.max_response_bytes = 99'999;
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::too_large);
  EXPECT_TRUE(outcome.error().may_have_arrived);
  request.max_response_bytes = 100'000;
  EXPECT_TRUE(send(request).has_value());
}

TEST_F(CurlTransportTest, AnswersWithoutALengthAreCountedToo) {
  const RawServer server([](int socket) {
    RawServer::read_request(socket, "\r\n\r\n");
    RawServer::write(socket, "HTTP/1.1 200 OK\r\n\r\n" + std::string(50'000, 'x'));
  });
  auto request = get("/");
  request.url = server.url("/");
  request.max_response_bytes = 49'999;
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::too_large);
}

TEST_F(CurlTransportTest, UnpacksGzip) {
  const RawServer server([](int socket) {
    RawServer::read_request(socket, "\r\n\r\n");
    static constexpr unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                               0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                                               0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\nX-A: b\r\n\r\n");
    RawServer::write(socket, {reinterpret_cast<const char*>(packed), sizeof packed});
    RawServer::read_request(socket, "never");
  });
  auto request = get("/");
  request.url = server.url("/");
  const auto outcome = send(request);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->body, "hello");
  EXPECT_EQ(outcome->headers, (ports::HttpHeaders{{"X-A", "b"}}));
}

TEST_F(CurlTransportTest, KeepsTheHeadersOfTheFinalAnswerOnly) {
  const RawServer server([](int socket) {
    RawServer::read_request(socket, "\r\n\r\n");
    RawServer::write(socket,
                     "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
                     "HTTP/1.1 200 OK\r\nX-Late:  2 \r\nX-Late: 3\r\nContent-Length: 0\r\n\r\n");
    RawServer::read_request(socket, "never");
  });
  auto request = get("/");
  request.url = server.url("/");
  const auto outcome = send(request);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->headers, (ports::HttpHeaders{{"X-Late", "2"}, {"X-Late", "3"}, {"Content-Length", "0"}}));
}

TEST_F(CurlTransportTest, StrangeAnswersAreMalformed) {
  for (const std::string& text :
       {std::string("this is no HTTP\r\n\r\n"), "HTTP/1.1 200 OK\r\n" + std::string(2'000'000, 'x') + "\r\n\r\n",
        std::string("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot packed at all")}) {
    const RawServer server([&text](int socket) {
      RawServer::read_request(socket, "\r\n\r\n");
      RawServer::write(socket, text);
    });
    auto request = get("/");
    request.url = server.url("/");
    const auto outcome = send(request);
    ASSERT_FALSE(outcome.has_value()) << text.substr(0, 50);
    EXPECT_TRUE(outcome.error().kind == Kind::malformed || outcome.error().kind == Kind::connection_lost)
        << outcome.error().message;
    EXPECT_TRUE(outcome.error().may_have_arrived);
  }
}

TEST_F(CurlTransportTest, RefusedConnectionsSentNothing) {
  auto request = post("/");
  const auto port = server_.port();
  run_until_complete(loop_, server_.stop(Milliseconds(0)));
  request.url = "http://127.0.0.1:" + std::to_string(port) + "/";
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::could_not_connect);
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(CurlTransportTest, UnknownHostsSentNothing) {
  auto request = post("/");
  request.url = "https://no-such-host.invalid/";
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::could_not_connect);
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(CurlTransportTest, SilentHandshakesEndInTimeAndSentNothing) {
  const RawServer server([](int socket) { RawServer::read_request(socket, "never"); });
  auto request = post("/");
  request.url = "https" + server.url("/").substr(4);
  request.timeout = Milliseconds(100);
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::could_not_connect);
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(CurlTransportTest, BrokenHandshakesSentNothing) {
  const RawServer server([](int socket) { RawServer::read_request(socket, "\x01"); });
  auto request = post("/");
  request.url = "https" + server.url("/").substr(4);
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::could_not_connect) << outcome.error().message;
  EXPECT_FALSE(outcome.error().may_have_arrived);
}

TEST_F(CurlTransportTest, PlainHttpGoesToLoopbackOnly) {
  auto request = get("/");
  for (const char* elsewhere : {"http://example.com/", "http://10.0.0.1/", "http://127.0.0.1@example.com/"}) {
    request.url = elsewhere;
    const auto outcome = send(request);
    ASSERT_FALSE(outcome.has_value()) << elsewhere;
    EXPECT_EQ(outcome.error().kind, Kind::plain_http_refused) << elsewhere;
    EXPECT_FALSE(outcome.error().may_have_arrived);
  }
  EXPECT_TRUE(send(get("/echo")).has_value());
  request.url = "http://localhost:" + std::to_string(server_.port()) + "/echo";
  EXPECT_TRUE(send(request).has_value());
  open({});
  const auto refused = send(get("/echo"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, Kind::plain_http_refused);
}

TEST_F(CurlTransportTest, WhatIsNoRequestIsNotSent) {
  for (const char* url : {"", "nonsense", "ftp://127.0.0.1/", "file:///etc/passwd", "https://"}) {
    auto request = get("/");
    request.url = url;
    const auto outcome = send(request);
    ASSERT_FALSE(outcome.has_value()) << url;
    EXPECT_EQ(outcome.error().kind, Kind::malformed) << url;
    EXPECT_FALSE(outcome.error().may_have_arrived);
  }
  for (const auto& header : ports::HttpHeaders{{"X-A", "b\r\nX-Evil: 1"}, {"X A", "b"}, {"", "b"}, {"X:A", "b"}}) {
    auto request = get("/echo");
    request.headers = {header};
    const auto outcome = send(request);
    ASSERT_FALSE(outcome.has_value()) << header.first;
    EXPECT_FALSE(outcome.error().may_have_arrived);
  }
  auto request = get("/echo");
  request.method = "GET / HTTP/1.1\r\n";
  EXPECT_FALSE(send(request).has_value());
  EXPECT_EQ(handled_, 0);
  EXPECT_TRUE(send(get("/echo")).has_value());
}

TEST_F(CurlTransportTest, NothingIsSentTooLate) {
  auto request = post("/echo");
  request.not_after = clock_.time;
  EXPECT_TRUE(send(request).has_value());
  clock_.time += Milliseconds(1);
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::too_late_to_send);
  EXPECT_FALSE(outcome.error().may_have_arrived);
  EXPECT_EQ(handled_, 1);
}

TEST_F(CurlTransportTest, TheTimeIsLookedAtAfterConnecting) {
  open({.allow_plain_loopback = true, .max_connections_per_host = 1});
  ports::TaskGroup group(loop_);
  int ignored = 0;
  group.spawn(send_many(*transport_, post("/slow"), 1, ignored));
  loop_.call_after(Milliseconds(50), [this] { clock_.time += Milliseconds(1); });
  // Waits for the only connection until the time has passed.
  auto request = post("/echo");
  request.not_after = clock_.time;
  const auto outcome = send(request);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::too_late_to_send);
  EXPECT_FALSE(outcome.error().may_have_arrived);
  EXPECT_EQ(handled_, 1);
}

TEST_F(CurlTransportTest, LoopbackNeedsNoProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  open({.allow_plain_loopback = true});
  EXPECT_TRUE(send(get("/echo")).has_value());
  auto request = get("/");
  request.url = "https://example.invalid/";
  const auto outcome = send(request);
  ::unsetenv("http_proxy");
  ::unsetenv("https_proxy");
  ::unsetenv("ALL_PROXY");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, Kind::could_not_connect);
  EXPECT_NE(outcome.error().message.find("127.0.0.1 port 1"), std::string::npos) << outcome.error().message;
}

TEST_F(CurlTransportTest, DestroyedWaitersAbortTheirTransfers) {
  int succeeded = 0;
  {
    ports::TaskGroup group(loop_);
    for (int i = 0; i < 10; ++i) group.spawn(send_many(*transport_, post("/slow"), 1, succeeded));
    run_until_complete(loop_, send_many(*transport_, post("/echo"), 1, succeeded));
  }
  run_until_complete(loop_, send_many(*transport_, post("/echo"), 1, succeeded));
  EXPECT_EQ(succeeded, 2);
}

ports::Task<void> note_outcome(CurlTransport& transport, ports::HttpRequest request, std::vector<Kind>& kinds) {
  const auto outcome = co_await transport.send(std::move(request));
  if (!outcome.has_value()) kinds.push_back(outcome.error().kind);
}

TEST_F(CurlTransportTest, ItsEndCancelsAllTransfers) {
  std::vector<Kind> kinds;
  ports::TaskGroup group(loop_);
  for (int i = 0; i < 5; ++i) group.spawn(note_outcome(*transport_, post("/slow"), kinds));
  loop_.call_after(Milliseconds(50), [this] { transport_.reset(); });
  run_until_complete(loop_, group.join());
  EXPECT_EQ(kinds, std::vector<Kind>(5, Kind::cancelled));
}

ports::Task<void> close_after(std::optional<CurlTransport>& transport, ports::HttpRequest request) {
  const auto outcome = co_await transport->send(std::move(request));
  transport.reset();
}

TEST_F(CurlTransportTest, MayEndWhileItResumesAWaiter) {
  std::vector<Kind> kinds;
  ports::TaskGroup group(loop_);
  group.spawn(close_after(transport_, post("/echo")));
  group.spawn(note_outcome(*transport_, post("/slow"), kinds));
  run_until_complete(loop_, group.join());
  EXPECT_EQ(kinds, std::vector<Kind>(1, Kind::cancelled));
}

ports::Task<void> destroy_after(CurlTransport& transport, ports::HttpRequest request,
                                std::unique_ptr<ports::TaskGroup>& other) {
  const auto outcome = co_await transport.send(std::move(request));
  other.reset();
}

TEST_F(CurlTransportTest, AWaiterMayDestroyOthersThatAreFinishedToo) {
  int succeeded = 0;
  for (int round = 0; round < 20; ++round) {
    ports::TaskGroup group(loop_);
    auto others = std::make_unique<ports::TaskGroup>(loop_);
    for (int i = 0; i < 10; ++i) others->spawn(send_many(*transport_, post("/echo"), 3, succeeded));
    group.spawn(destroy_after(*transport_, post("/echo"), others));
    run_until_complete(loop_, group.join());
  }
  run_until_complete(loop_, send_many(*transport_, post("/echo"), 1, succeeded));
  EXPECT_GE(succeeded, 1);
}

TEST_F(CurlTransportTest, UnreadableAuthoritiesAreAnErrorAtStart) {
  EXPECT_THROW(open({.extra_ca_file = "/no/such/file.pem"}), std::runtime_error);
}

}  // namespace curl_transport_test
}  // namespace connector::net
