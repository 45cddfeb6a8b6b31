#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/time.h"
#include "ports/task.h"

namespace connector::ports {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// First value of a header, by case-insensitive name; nullopt if absent.
std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute, already percent-encoded
  HttpHeaders headers;
  std::string body;
  domain::Milliseconds timeout{30'000};          ///< whole exchange
  std::size_t max_response_bytes = 64UL << 20U;  ///< larger answers fail as too_large
  std::optional<domain::UtcTime> not_after;      ///< checked just before it leaves: later means not sent
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

/// Why no answer arrived, and whether the request may have had an effect at the remote.
struct TransportFailure {
  enum class Kind {
    could_not_connect,
    tls_refused,
    plain_http_refused,
    timed_out,
    connection_lost,
    too_large,
    malformed,
    too_late_to_send,
    cancelled
  };
  Kind kind = Kind::connection_lost;
  std::string message;           ///< never holds URLs with secrets, nor bodies
  bool may_have_arrived = true;  ///< false only when certainly no byte of the request left
};

using HttpOutcome = tl::expected<HttpResponse, TransportFailure>;

/// The only way out. Implementations verify TLS and refuse plain http except, when allowed, to loopback.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Task<HttpOutcome> send(HttpRequest request) = 0;
};

/// A request as a server receives it.
struct ServerRequest {
  std::string method;
  std::string target;  ///< path and query, still percent-encoded
  HttpHeaders headers;
  std::string body;
  std::string remote_address;

  std::string_view path() const;   ///< still percent-encoded
  std::string_view query() const;  ///< without '?', still percent-encoded
};

/// What a server sends back; the faults serve the sandbox's hostile profiles.
struct ServerReply {
  HttpResponse response;
  std::optional<std::size_t> cut_body_after;  ///< send so many body bytes, then reset
  bool reset_without_answer = false;
};

using ServerHandler = std::function<Task<ServerReply>(ServerRequest)>;

/// Percent-encodes all but unreserved characters.
std::string percent_encode(std::string_view text);
/// Decodes %XX, and '+' as space if `plus_is_space`. Malformed escapes stay as they are.
std::string percent_decode(std::string_view text, bool plus_is_space);
/// Decoded name/value pairs of a query or form body, in order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace connector::ports
