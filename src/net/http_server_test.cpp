#include "net/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "ports/concurrency.h"

namespace connector::net {
namespace http_server_test {

using domain::Milliseconds;

/// A client that sends and reads bytes as told, on its own thread's time.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(socket_); }

  bool connected() const { return connected_; }
  void send(std::string_view text) { (void)!::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  /// Until `until` occurs in what was read in all, the end of the stream, or five seconds.
  std::string read(std::string_view until) {
    while (text_.find(until) == std::string::npos) {
      pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 5'000) <= 0) break;
      char buffer[65536];
      const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
      ended_ = count == 0;
      reset_ = count < 0 && errno == ECONNRESET;
      if (count <= 0) break;
      text_.append(buffer, static_cast<std::size_t>(count));
    }
    return text_;
  }
  std::string read_to_end() { return read("\x01 never sent"); }
  void forget() { text_.clear(); }
  bool ended() const { return ended_; }
  bool reset() const { return reset_; }

 private:
  int socket_;
  bool connected_ = false;
  std::string text_;
  bool ended_ = false;
  bool reset_ = false;
};

/// Runs the loop while the test's clients block on this thread.
class HttpServerTest : public ::testing::Test {
 protected:
  void start(ServerOptions options) {
    server_.emplace(loop_, std::move(options),
                    [this](ports::ServerRequest request) { return answer(&loop_, &handled_, std::move(request)); });
    port_ = server_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }

  void finish() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
  }

  void TearDown() override {
    finish();
    server_.reset();
  }

  static ports::Task<ports::ServerReply> answer(EventLoop* loop, int* handled, ports::ServerRequest request) {
    ++*handled;
    ports::ServerReply reply;
    const auto path = request.path();
    if (path == "/slow") co_await ports::sleep_for(*loop, Milliseconds(100));
    if (path == "/throw") throw std::runtime_error("a secret detail");
    if (path == "/reset") reply.reset_without_answer = true;
    if (path == "/cut") reply.cut_body_after = 3;
    if (path == "/empty") {
      reply.response.status = 204;
      co_return reply;
    }
    if (path == "/inject") reply.response.headers = {{"X-A", "b\r\nX-Evil: 1"}, {"Content-Length", "1"}, {"X-B", "c"}};
    if (path == "/large") {
      reply.response.body.assign(8UL << 20U, 'x');
      co_return reply;
    }
    reply.response.body =
        request.method + " " + request.target + " " + request.body + " " + request.remote_address + "\n";
    co_return reply;
  }

  /// Whether the server, asked on its own thread, says so within half a minute: however busy the machine is.
  template <class Condition>
  bool comes_true(Condition condition) {
    for (int attempt = 0; attempt < 600; ++attempt) {
      if (is_true_now(condition)) return true;
      std::this_thread::sleep_for(Milliseconds(50));
    }
    return false;
  }

  /// The same of this moment.
  template <class Condition>
  bool is_true_now(Condition condition) {
    std::promise<bool> answer;
    loop_.post([&] { answer.set_value(condition()); });
    return answer.get_future().get();
  }

  EventLoop loop_;
  int handled_ = 0;
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(HttpServerTest, KeepsTheConnection) {
  start({});
  RawClient client(port_);
  client.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_NE(client.read("127.0.0.1\n").find("POST /a?b=c hello 127.0.0.1\n"), std::string::npos);
  client.forget();
  client.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto text = client.read("127.0.0.1\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
  EXPECT_EQ(text.find("Connection: close"), std::string::npos);
  finish();
  EXPECT_EQ(server_->accepted(), 1U);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start({});
  RawClient client(port_);
  std::string requests = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < 500; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab";
  }
  client.send(requests + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto text = client.read_to_end();
  EXPECT_TRUE(client.ended());
  std::size_t position = text.find("GET /slow");
  ASSERT_NE(position, std::string::npos);
  for (int i = 0; i < 500; ++i) {
    position = text.find("POST /" + std::to_string(i) + " ab", position);
    ASSERT_NE(position, std::string::npos) << i;
  }
  EXPECT_NE(text.find("GET /last", position), std::string::npos);
}

TEST_F(HttpServerTest, ReadsRequestsThatComeByteByByte) {
  start({});
  RawClient client(port_);
  for (const char byte : std::string("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) {
    client.send(std::string_view(&byte, 1));
  }
  EXPECT_NE(client.read("127.0.0.1\n").find("POST /a abc"), std::string::npos);
  client.forget();
  client.send("POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_NE(client.read("127.0.0.1\n").find("POST /b abcde"), std::string::npos);
}

TEST_F(HttpServerTest, SendsHeadersOnlyForHead) {
  start({});
  RawClient client(port_);
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto text = client.read_to_end();
  EXPECT_NE(text.find("Content-Length: 19\r\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, SendsNoBodyWith204) {
  start({});
  RawClient client(port_);
  client.send("GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_to_end(), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST_F(HttpServerTest, KeepsTheFramingFromHandlers) {
  start({});
  RawClient client(port_);
  client.send("GET /inject HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto text = client.read_to_end();
  EXPECT_EQ(text.find("X-Evil"), std::string::npos) << text;
  EXPECT_EQ(text.find("Content-Length: 1\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("X-B: c\r\n"), std::string::npos) << text;
}

TEST_F(HttpServerTest, RefusesMalformedRequests) {
  start({});
  for (const char* request :
       {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nBad Header\r\n\r\n"}) {
    RawClient client(port_);
    client.send(request);
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 ")) << request;
    EXPECT_TRUE(client.ended()) << request;
  }
  finish();
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerTest, RefusesLargeBodies) {
  start({.max_body_bytes = 1'000});
  RawClient announced(port_);
  announced.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + std::string(1'001, 'a'));
  EXPECT_TRUE(announced.read_to_end().starts_with("HTTP/1.1 413 "));
  EXPECT_FALSE(announced.reset());
  RawClient chunked(port_);
  std::string body;
  for (int i = 0; i < 20; ++i) body += "64\r\n" + std::string(100, 'a') + "\r\n";
  chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body + "0\r\n\r\n");
  EXPECT_TRUE(chunked.read_to_end().starts_with("HTTP/1.1 413 "));
  RawClient fitting(port_);
  fitting.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'a'));
  EXPECT_TRUE(fitting.read("127.0.0.1\n").starts_with("HTTP/1.1 200 "));
  RawClient polite(port_);
  polite.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(polite.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, RefusesEndlessFramingOfChunks) {
  start({});
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& framing :
       {"5;" + std::string(60'000, 'a'), "3\r\nabc\r\n0\r\nA: " + std::string(60'000, 'a'), std::string(60'000, '0')}) {
    RawClient client(port_);
    client.send(post + framing);
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 400 "))
        << framing.substr(0, 10) << ": " << answer;
  }
  RawClient fitting(port_);
  fitting.send(post + "3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n");
  EXPECT_NE(fitting.read("127.0.0.1\n").find("POST / abc"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesBodiesWhoseEndNobodyCanTell) {
  start({});
  for (const char* request :
       {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"}) {
    RawClient client(port_);
    client.send(request);
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 ")) << request;
  }
  finish();
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerTest, RefusesLargeHeaders) {
  start({});
  RawClient client(port_);
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + std::string(40'000, 'a') + "\r\n\r\n");
  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, AsksForABodyOnDemand) {
  start({});
  RawClient client(port_);
  client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_NE(client.read("127.0.0.1\n").find("POST /a abc"), std::string::npos);
}

TEST_F(HttpServerTest, CutsSlowRequests) {
  start({.header_timeout = Milliseconds(100), .body_timeout = Milliseconds(100), .idle_timeout = Milliseconds(400)});
  RawClient body(port_);
  RawClient header(port_);
  RawClient idle(port_);
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  header.send("GET / HTTP/1.1\r\nHos");
  EXPECT_TRUE(body.read_to_end().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(header.read_to_end().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(idle.ended());
  finish();
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerTest, DripsDoNotExtendTheTimeForABody) {
  start({.body_timeout = Milliseconds(150)});
  RawClient client(port_);
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    client.send("a");
    std::this_thread::sleep_for(Milliseconds(20));
  }
  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, CutsClientsThatDoNotRead) {
  start({.write_timeout = Milliseconds(200)});
  RawClient client(port_);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(comes_true([this] { return server_->accepted() == 1 && server_->connections() == 0; }));
}

TEST_F(HttpServerTest, WritesLargeAnswers) {
  start({});
  RawClient client(port_);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(client.read_to_end().size(), 8UL << 20U);
  EXPECT_TRUE(client.ended());
}

TEST_F(HttpServerTest, HidesExceptions) {
  std::string told;
  start({.on_handler_failure = [&told](std::string_view what) { told = what; }});
  RawClient client(port_);
  client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto text = client.read("Error\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_EQ(text.find("secret"), std::string::npos);
  finish();
  EXPECT_EQ(told, "a secret detail");
}

TEST_F(HttpServerTest, ResetsAndCutsOnDemand) {
  start({});
  RawClient reset(port_);
  reset.send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reset.read_to_end(), "");
  EXPECT_TRUE(reset.reset());
  RawClient cut(port_);
  cut.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto text = cut.read_to_end();
  EXPECT_TRUE(text.ends_with("\r\n\r\nGET")) << text;
  EXPECT_NE(text.find("Content-Length: 20\r\n"), std::string::npos) << text;
  EXPECT_TRUE(cut.reset());
}

TEST_F(HttpServerTest, IdleConnectionsGiveWay) {
  start({.max_connections = 2});
  RawClient first(port_);
  first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  first.read("127.0.0.1\n");
  RawClient second(port_);
  second.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  second.read("127.0.0.1\n");
  RawClient third(port_);
  third.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(third.read("127.0.0.1\n").find("GET /3"), std::string::npos);
  first.forget();
  EXPECT_EQ(first.read_to_end(), "");
  EXPECT_TRUE(first.ended());
  second.forget();
  second.send("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(second.read("127.0.0.1\n").find("GET /4"), std::string::npos);
}

TEST_F(HttpServerTest, BusyConnectionsMakeNewOnesWait) {
  start({.max_connections = 1});
  RawClient busy(port_);
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(Milliseconds(20));
  RawClient waiting(port_);
  waiting.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(busy.read("127.0.0.1\n").find("GET /slow"), std::string::npos);
  EXPECT_NE(waiting.read("127.0.0.1\n").find("GET /a"), std::string::npos);
}

TEST_F(HttpServerTest, NoMoreConnectionsThanAreAllowedAreHeld) {
  start({.max_connections = 2});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    clients.back()->send("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
  }
  EXPECT_TRUE(comes_true([this] { return server_->connections() == 2; }));
  std::this_thread::sleep_for(Milliseconds(50));
  EXPECT_FALSE(is_true_now([this] { return server_->connections() > 2; }));
  for (auto& client : clients) {
    client->send("bc");
    EXPECT_NE(client->read("127.0.0.1\n").find("abc"), std::string::npos) << "each has its turn";
  }
}

TEST_F(HttpServerTest, ASilentConnectionGivesWay) {
  start({.max_connections = 1});
  const RawClient silent(port_);
  EXPECT_TRUE(comes_true([this] { return server_->connections() == 1; }));
  RawClient other(port_);
  other.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(other.read("127.0.0.1\n").find("GET /a"), std::string::npos);
}

TEST_F(HttpServerTest, ListensOnOneAddressOnce) {
  start({});
  EventLoop other;
  EXPECT_THROW(HttpServer(other, {.port = port_}, nullptr), std::runtime_error);
  EXPECT_THROW(HttpServer(other, {.address = "nowhere"}, nullptr), std::runtime_error);
}

TEST_F(HttpServerTest, StopsGracefully) {
  start({});
  RawClient idle(port_);
  RawClient busy(port_);
  idle.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.read("127.0.0.1\n");
  idle.forget();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(comes_true([this] { return handled_ == 2; }));
  loop_.stop();
  thread_.join();
  const auto begin = std::chrono::steady_clock::now();
  run_until_complete(loop_, server_->stop(Milliseconds(5'000)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(server_->connections(), 0U);
  const auto text = busy.read_to_end();
  EXPECT_NE(text.find("GET /slow"), std::string::npos);
  EXPECT_NE(text.find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(RawClient(port_).connected());
}

TEST_F(HttpServerTest, GraceEnds) {
  start({});
  RawClient busy(port_);
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(Milliseconds(20));
  loop_.stop();
  thread_.join();
  run_until_complete(loop_, server_->stop(Milliseconds(10)));
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(busy.read_to_end(), "");
}

}  // namespace http_server_test
}  // namespace connector::net
