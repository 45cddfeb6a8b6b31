#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "ports/http.h"

namespace connector::net {

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6 address
  std::uint16_t port = 0;             ///< 0 for a free one
  std::size_t max_header_bytes = 32UL << 10U;
  std::size_t max_body_bytes = 1UL << 20U;
  domain::Milliseconds header_timeout{10'000};  ///< from the first byte of a request to the end of its headers
  domain::Milliseconds body_timeout{30'000};    ///< for the whole body; later gets 408
  domain::Milliseconds write_timeout{30'000};   ///< for a client that does not read its answer
  domain::Milliseconds idle_timeout{60'000};    ///< between requests on a kept connection
  std::size_t max_connections = 1'024;          ///< the longest idle one gives way, otherwise new ones wait
  /// Told what an exception said that escaped the handler; the client gets 500 without detail.
  std::function<void(std::string_view)> on_handler_failure = {};
};

/// HTTP/1.1 without TLS, on the loop's thread: keep-alive, pipelining (answered in order), HEAD,
/// 400 for malformed requests, 413 and 431 for large ones, 408 for slow bodies. The handler of one
/// connection's next request starts after its previous answer. Loop thread only.
class HttpServer {
 public:
  /// Listens at once. Throws std::runtime_error when the address cannot be bound.
  HttpServer(EventLoop& loop, ServerOptions options, ports::ServerHandler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Cuts all connections and destroys the handlers that still run.
  ~HttpServer();

  /// The port really bound.
  std::uint16_t port() const;
  std::size_t connections() const;
  /// All connections accepted so far.
  std::uint64_t accepted() const;
  /// Accepts no more, lets the requests in hand be answered for at most `grace`, then cuts the rest.
  ports::Task<void> stop(domain::Milliseconds grace);

 private:
  class Core;
  class Session;
  std::shared_ptr<Core> core_;
};

}  // namespace connector::net
