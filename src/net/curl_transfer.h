#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "net/curl_transport.h"
#include "net/loopback.h"

namespace connector::net {

class SocketWatch;

/// One easy handle with the request it carries and the answer as it grows. Reused: options that
/// never change are set once. Private to the transport's sources.
class CurlTransfer {
 public:
  CurlTransfer(const TransportOptions& options, const ports::Clock& clock, SocketWatch& sockets);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer();

  /// Takes a request up; a failure if it can never be sent.
  std::optional<ports::TransportFailure> prepare(ports::HttpRequest request, const UrlRoute& route);
  /// The outcome once libcurl has ended with `code`.
  ports::HttpOutcome finish(CURLcode code);
  /// The outcome when we ended it ourselves.
  ports::TransportFailure abandoned(ports::TransportFailure::Kind kind, std::string message) const;
  /// Forgets request and answer.
  void clear();

  CURL* easy() const { return easy_; }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_about_to_send(void* self, char*, char*, int, int);
  static curl_socket_t on_open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static CURLcode on_tls_context(CURL*, void* context, void* self);

  bool repeatable() const { return request_.method == "GET" || request_.method == "HEAD"; }
  std::optional<ports::TransportFailure> set_headers();
  void set_method_and_body();
  void add_header_line(std::string_view line);

  const TransportOptions& options_;
  const ports::Clock& clock_;
  SocketWatch& sockets_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};

  ports::HttpRequest request_;
  ports::HttpResponse response_;
  UrlRoute route_;
  bool sent_ = false;       ///< the request may be on the wire
  bool died_once_ = false;  ///< libcurl wanted to repeat what must not be repeated
  bool too_late_ = false;
  bool too_large_ = false;
  bool body_began_ = false;
  std::size_t header_bytes_ = 0;
};

}  // namespace connector::net
