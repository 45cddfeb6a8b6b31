#pragma once

#include <memory>
#include <string>

#include "net/event_loop.h"
#include "ports/clock.h"
#include "ports/http.h"

namespace connector::net {

struct TransportOptions {
  /// Permits http:// to 127.0.0.0/8, ::1 and localhost; elsewhere TLS is required and verified.
  bool allow_plain_loopback = false;
  domain::Milliseconds connect_timeout{5'000};
  /// PEM file with certification authorities trusted besides those of the system; empty for none.
  std::string extra_ca_file = {};
  /// Sent as User-Agent unless a request brings its own; empty for none.
  std::string user_agent = {};
  /// Connections kept open for the next request.
  long max_idle_connections = 256;
  /// At one time to one host; further requests wait. 0 for no limit.
  long max_connections_per_host = 0;
};

/// HTTP/1.1 and HTTP/2 by libcurl. Redirects are not followed; proxies come from the environment,
/// but never for loopback; gzip answers are unpacked. A request other than GET or HEAD is put on the
/// wire at most once: if a kept connection dies under it the outcome is connection_lost, not a second
/// attempt. Destroying the awaiting coroutine aborts its transfer; the destructor of the transport
/// ends all others as cancelled. Loop thread only.
class CurlTransport : public ports::HttpTransport {
 public:
  /// The clock tells when HttpRequest::not_after has passed. Throws std::runtime_error if the CA file is unreadable.
  CurlTransport(EventLoop& loop, const ports::Clock& clock, TransportOptions options);
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;
  ~CurlTransport() override;

  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override;

 private:
  class Multi;
  std::shared_ptr<Multi> multi_;
};

}  // namespace connector::net
