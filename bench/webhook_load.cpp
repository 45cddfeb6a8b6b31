// Sends signed webhook notices as Walmart does by HMAC, over a fixed number of connections of which each waits for its
// answer before it sends the next. Prints one JSON object: {"notices":N,"connections":N,"seconds":S,"p99_ms":M}.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "net/curl_transport.h"
#include "net/event_loop.h"
#include "net/system_clock.h"
#include "net/system_random.h"
#include "ports/concurrency.h"
#include "sandbox/walmart/encoding.h"

namespace {

using connector::ports::HttpRequest;
using connector::ports::Task;
using Clock = std::chrono::steady_clock;

struct Load {
  std::string url, header, secret;
  std::size_t notices = 10'000;
  std::size_t connections = 32;
  std::size_t next = 0;
  std::vector<double> milliseconds;
};

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "webhook_load: %s\n", message.c_str());
  std::exit(70);
}

Task<void> send_in_turn(connector::ports::HttpTransport* transport, connector::ports::Random* random, Load* load) {
  while (load->next < load->notices) {
    // A hundred orders, each told of many times, as in a burst.
    const std::string order = std::to_string(1'000'000'000'000 + load->next++ % 100);
    HttpRequest request;
    request.method = "POST";
    request.url = load->url;
    request.body = R"({"source":{"eventType":"PO_CREATED","eventTime":"2026-11-23T10:00:00.000Z","eventId":")" +
                   random->uuid() + R"("},"payload":{"purchaseOrderId":")" + order + R"("}})";
    const std::string digest = connector::sandbox::walmart::hmac_sha256(load->secret, request.body);
    request.headers = {{"Content-Type", "application/json"},
                       {load->header, connector::sandbox::walmart::base64_encode(digest)}};
    const auto started = Clock::now();
    auto outcome = co_await transport->send(std::move(request));
    if (!outcome) die(outcome.error().message);
    if (outcome->status != 200) die("status " + std::to_string(outcome->status) + ": " + outcome->body);
    load->milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
  }
}

Task<int> send_all(connector::net::EventLoop* loop, connector::ports::HttpTransport* transport,
                   connector::ports::Random* random, Load* load) {
  const auto started = Clock::now();
  connector::ports::TaskGroup senders(*loop);
  for (std::size_t each = 0; each < load->connections; ++each) senders.spawn(send_in_turn(transport, random, load));
  co_await senders.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  std::sort(load->milliseconds.begin(), load->milliseconds.end());
  const double p99 = load->milliseconds[load->milliseconds.size() * 99 / 100];
  std::printf("{\"notices\":%zu,\"connections\":%zu,\"seconds\":%.6f,\"p99_ms\":%.3f}\n", load->milliseconds.size(),
              load->connections, seconds, p99);
  co_return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  Load load;
  load.url = given["--url"];
  load.header = given["--header"];
  if (const char* secret = std::getenv("WEBHOOK_SECRET")) load.secret = secret;
  if (given.contains("--notices")) load.notices = std::stoul(given["--notices"]);
  if (given.contains("--connections")) load.connections = std::stoul(given["--connections"]);
  if (load.url.empty() || load.header.empty() || load.secret.empty() || load.notices == 0) {
    die("needs --url URL --header NAME [--notices N] [--connections N], and WEBHOOK_SECRET in the environment");
  }
  connector::net::EventLoop loop;
  connector::net::SystemClock clock;
  connector::net::SystemRandom random;
  connector::net::TransportOptions options;
  options.allow_plain_loopback = true;
  connector::net::CurlTransport transport(loop, clock, options);
  return connector::net::run_until_complete(loop, send_all(&loop, &transport, &random, &load));
}
