// The wire floor: with the connector's own HTTP client, fetches the same pages and makes the same POSTs, and does
// nothing else. Prints one JSON object: {"orders":N,"pages":N,"posts":N,"seconds":S}.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "json/value.h"
#include "net/curl_transport.h"
#include "net/event_loop.h"
#include "net/system_clock.h"
#include "net/system_random.h"
#include "ports/concurrency.h"

namespace {

using connector::json::Value;
using connector::ports::HttpRequest;
using connector::ports::Task;

struct Arguments {
  std::string walmart, walmart_id_and_secret_base64, exact, exact_token, division, body_file;
  std::size_t concurrency = 64;
  std::size_t posts = 0;  ///< as many as the connector made of the same pages
};

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "wire_floor: %s\n", message.c_str());
  std::exit(70);
}

Task<std::string> exchange(connector::ports::HttpTransport* transport, HttpRequest request, int expected) {
  auto outcome = co_await transport->send(std::move(request));
  if (!outcome) die(outcome.error().message);
  if (outcome->status != expected)
    die("status " + std::to_string(outcome->status) + ": " + outcome->body.substr(0, 300));
  co_return std::move(outcome->body);
}

/// Counts the orders of a page and finds its cursor without building anything.
std::pair<std::size_t, std::string> scan_page(const std::string& body) {
  std::size_t orders = 0;
  for (std::size_t at = body.find("\"purchaseOrderId\""); at != std::string::npos;
       at = body.find("\"purchaseOrderId\"", at + 1))
    ++orders;
  std::string cursor;
  const std::string mark = "\"nextCursor\":\"";
  if (const auto at = body.find(mark); at != std::string::npos) {
    const auto begin = at + mark.size();
    cursor = body.substr(begin, body.find('"', begin) - begin);
  }
  return {orders, cursor};
}

Task<void> post_one(connector::ports::HttpTransport* transport, const Arguments* arguments, const std::string* before,
                    const std::string* after, std::size_t number) {
  HttpRequest request;
  request.method = "POST";
  request.url = arguments->exact + "/api/v1/" + arguments->division + "/salesinvoice/SalesInvoices";
  request.headers = {{"Authorization", "Bearer " + arguments->exact_token},
                     {"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"Prefer", "return=representation"}};
  request.body = *before + "FLOOR-" + std::to_string(number) + *after;
  auto body = co_await exchange(transport, std::move(request), 201);
  (void)body;
}

Task<int> floor(connector::net::EventLoop* loop, connector::ports::HttpTransport* transport,
                connector::ports::Random* random, const Arguments* arguments, const std::string* before,
                const std::string* after) {
  HttpRequest sign_in;
  sign_in.method = "POST";
  sign_in.url = arguments->walmart + "/v3/token";
  sign_in.headers = {{"Authorization", "Basic " + arguments->walmart_id_and_secret_base64},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"},
                     {"WM_QOS.CORRELATION_ID", random->uuid()},
                     {"WM_SVC.NAME", "Walmart Marketplace"}};
  sign_in.body = "grant_type=client_credentials";
  const std::string answer = co_await exchange(transport, std::move(sign_in), 200);
  auto token_answer = connector::json::parse(answer);
  if (!token_answer) die("token answer");
  const std::string token = (*token_answer)["access_token"].text_or("");

  const auto started = std::chrono::steady_clock::now();
  std::size_t orders = 0;
  std::size_t pages = 0;
  std::size_t made = 0;
  {
    connector::ports::TaskGroup posts(*loop);
    const std::string from =
        connector::domain::to_iso8601_seconds(connector::net::SystemClock().now() - std::chrono::hours(24 * 179));
    std::string query =
        "?limit=200&shipNodeType=SellerFulfilled&createdStartDate=" + connector::ports::percent_encode(from);
    while (!query.empty()) {
      HttpRequest request;
      request.url = arguments->walmart + "/v3/orders" + query;
      request.headers = {{"WM_SEC.ACCESS_TOKEN", token},
                         {"WM_QOS.CORRELATION_ID", random->uuid()},
                         {"WM_SVC.NAME", "Walmart Marketplace"},
                         {"Accept", "application/json"}};
      const std::string body = co_await exchange(transport, std::move(request), 200);
      ++pages;
      auto [count, cursor] = scan_page(body);
      for (std::size_t i = 0; i < count; ++i) {
        ++orders;
        if (made == arguments->posts) continue;
        co_await posts.below(arguments->concurrency);
        posts.spawn(post_one(transport, arguments, before, after, made++));
      }
      query = cursor;
    }
    co_await posts.join();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::printf("{\"orders\":%zu,\"pages\":%zu,\"posts\":%zu,\"seconds\":%.6f}\n", orders, pages, made, seconds);
  co_return 0;
}

std::string read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) die("cannot read " + path);
  std::string text;
  char buffer[4096];
  for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, count);
  std::fclose(file);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  Arguments arguments;
  arguments.walmart = given["--walmart"];
  arguments.walmart_id_and_secret_base64 = given["--walmart-basic"];
  arguments.exact = given["--exact"];
  arguments.exact_token = given["--exact-token"];
  arguments.division = given["--division"];
  arguments.body_file = given["--body"];
  if (given.contains("--posts")) arguments.posts = std::stoul(given["--posts"]);
  if (given.contains("--concurrency")) arguments.concurrency = std::stoul(given["--concurrency"]);
  if (arguments.walmart.empty() || arguments.exact.empty() || arguments.body_file.empty()) {
    die("needs --walmart URL --walmart-basic B64 --exact URL --exact-token T --division N --body FILE --posts N "
        "[--concurrency N]");
  }
  // The body is a real invoice of the run with its reference replaced by the mark @REFERENCE@.
  const std::string body = read_file(arguments.body_file);
  const auto mark = body.find("@REFERENCE@");
  if (mark == std::string::npos) die("the body has no @REFERENCE@");
  const std::string before = body.substr(0, mark);
  const std::string after = body.substr(mark + 11);
  connector::net::EventLoop loop;
  connector::net::SystemClock clock;
  connector::net::SystemRandom random;
  connector::net::TransportOptions options;
  options.allow_plain_loopback = true;
  connector::net::CurlTransport transport(loop, clock, options);
  return connector::net::run_until_complete(loop, floor(&loop, &transport, &random, &arguments, &before, &after));
}
