#include "net/curl_transfer.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "net/socket_watch.h"

namespace connector::net {
namespace {

using Kind = ports::TransportFailure::Kind;

constexpr std::size_t largest_head = 256UL << 10U;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() && curl_strnequal(left.data(), right.data(), left.size()) != 0;
}

bool is_loopback(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.addr);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.addr);
  return address.family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

long milliseconds(domain::Milliseconds duration) {
  // Zero would mean no limit to libcurl.
  return std::clamp<domain::Milliseconds::rep>(duration.count(), 1, std::numeric_limits<int>::max());
}

Kind kind_of(CURLcode code, bool sent) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return sent ? Kind::timed_out : Kind::could_not_connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PEER_FAILED_VERIFICATION:
      return sent ? Kind::connection_lost : Kind::tls_refused;
    case CURLE_FILESIZE_EXCEEDED:
      return Kind::too_large;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
      return Kind::malformed;
    default:
      return sent ? Kind::connection_lost : Kind::could_not_connect;
  }
}

template <class T>
void set(CURL* easy, CURLoption option, T value) {
  const auto code = curl_easy_setopt(easy, option, value);
  if (code != CURLE_OK) throw std::runtime_error(fmt::format("libcurl: {}", curl_easy_strerror(code)));
}

}  // namespace

CurlTransfer::CurlTransfer(const TransportOptions& options, const ports::Clock& clock, SocketWatch& sockets)
    : options_(options), clock_(clock), sockets_(sockets), easy_(curl_easy_init()) {
  if (easy_ == nullptr) throw std::runtime_error("libcurl: no handle");
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_TCP_NODELAY, 1L);
  set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  // Servers often close after a minute; a POST that meets the close would count as unclear.
  set(easy_, CURLOPT_MAXAGE_CONN, 50L);
  set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy_, CURLOPT_ERRORBUFFER, error_text_);
  set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // With one bundle and no directory libcurl keeps the parsed authorities between connections.
  const char* bundle = curl_version_info(CURLVERSION_NOW)->cainfo;
  if (bundle != nullptr) set(easy_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (!options_.extra_ca_file.empty()) {
    set(easy_, CURLOPT_SSL_CTX_FUNCTION, &on_tls_context);
    set(easy_, CURLOPT_SSL_CTX_DATA, this);
  }
  if (!options_.user_agent.empty()) set(easy_, CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(easy_, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy_, CURLOPT_WRITEDATA, this);
  set(easy_, CURLOPT_PREREQFUNCTION, &on_about_to_send);
  set(easy_, CURLOPT_PREREQDATA, this);
  set(easy_, CURLOPT_OPENSOCKETFUNCTION, &on_open_socket);
  set(easy_, CURLOPT_OPENSOCKETDATA, this);
  // A socket may outlive this handle in the cache of connections, but not the watch.
  set(
      easy_, CURLOPT_CLOSESOCKETFUNCTION, +[](void* watch, curl_socket_t socket) {
        static_cast<SocketWatch*>(watch)->close_socket(socket);
        return 0;
      });
  set(easy_, CURLOPT_CLOSESOCKETDATA, &sockets_);
}

CurlTransfer::~CurlTransfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

std::optional<ports::TransportFailure> CurlTransfer::prepare(ports::HttpRequest request, const UrlRoute& route) {
  request_ = std::move(request);
  response_ = {};
  route_ = route;
  error_text_[0] = '\0';
  header_bytes_ = 0;
  sent_ = died_once_ = too_late_ = too_large_ = body_began_ = false;
  if (!is_token(request_.method)) return abandoned(Kind::malformed, "the method is no HTTP method");
  if (auto refused = set_headers()) return refused;
  set_method_and_body();
  set(easy_, CURLOPT_URL, request_.url.c_str());
  set(easy_, CURLOPT_TIMEOUT_MS, milliseconds(request_.timeout));
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(std::min(options_.connect_timeout, request_.timeout)));
  constexpr auto largest = static_cast<std::size_t>(std::numeric_limits<curl_off_t>::max());
  // Zero would mean no limit to libcurl; on_body() counts in any case.
  set(easy_, CURLOPT_MAXFILESIZE_LARGE,
      static_cast<curl_off_t>(std::clamp<std::size_t>(request_.max_response_bytes, 1, largest)));
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(route_.plain ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  // A burst of requests waits for the first connection, which may carry them all.
  set(easy_, CURLOPT_PIPEWAIT, route_.plain ? 0L : 1L);
  set(easy_, CURLOPT_PROXY, route_.loopback ? "" : static_cast<const char*>(nullptr));
  return std::nullopt;
}

void CurlTransfer::add_header_line(std::string_view line) {
  // Always terminated: from literals and fmt's results.
  auto* longer = curl_slist_append(headers_, line.data());
  if (longer == nullptr) throw std::bad_alloc();
  headers_ = longer;
}

std::optional<ports::TransportFailure> CurlTransfer::set_headers() {
  curl_slist_free_all(headers_);
  headers_ = nullptr;
  bool typed = false;
  std::string line;
  for (const auto& [name, value] : request_.headers) {
    if (!is_token(name) || !is_field_value(value)) return abandoned(Kind::malformed, "a header is no HTTP header");
    // libcurl states the length itself.
    if (same_name(name, "content-length") || same_name(name, "transfer-encoding")) continue;
    typed = typed || same_name(name, "content-type");
    line = value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
    add_header_line(line);
  }
  if (!typed) add_header_line("Content-Type:");
  add_header_line("Expect:");
  set(easy_, CURLOPT_HTTPHEADER, headers_);
  return std::nullopt;
}

void CurlTransfer::set_method_and_body() {
  const auto& method = request_.method;
  const bool with_body = !request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  if (with_body) {
    set(easy_, CURLOPT_POST, 1L);
    set(easy_, CURLOPT_POSTFIELDS, request_.body.data());
    set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  } else {
    set(easy_, CURLOPT_HTTPGET, 1L);
    if (method == "HEAD") set(easy_, CURLOPT_NOBODY, 1L);
  }
  const bool usual = with_body ? method == "POST" : method == "GET" || method == "HEAD";
  set(easy_, CURLOPT_CUSTOMREQUEST, usual ? nullptr : method.c_str());
}

ports::TransportFailure CurlTransfer::abandoned(Kind kind, std::string message) const {
  return {.kind = kind, .message = std::move(message), .may_have_arrived = sent_};
}

ports::HttpOutcome CurlTransfer::finish(CURLcode code) {
  const auto failed = [this](Kind kind, std::string message) {
    return tl::unexpected(abandoned(kind, std::move(message)));
  };
  if (too_late_) return failed(Kind::too_late_to_send, "the time to send the request had passed");
  if (too_large_) {
    return failed(Kind::too_large, fmt::format("the answer is larger than {} bytes", request_.max_response_bytes));
  }
  if (died_once_) return failed(Kind::connection_lost, "a kept connection ended before the answer");
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }
  auto kind = kind_of(code, sent_);
  const std::string_view text = error_text_;
  // A connection that broke during the handshake says nothing about certificates.
  if (kind == Kind::tls_refused && code == CURLE_SSL_CONNECT_ERROR &&
      (text.find("SYSCALL") != std::string_view::npos || text.find("reset") != std::string_view::npos ||
       text.find("unexpected eof") != std::string_view::npos)) {
    kind = Kind::could_not_connect;
  }
  // libcurl's own words may quote what was exchanged: only those of connecting are passed on.
  if (!sent_ && !text.empty()) return failed(kind, std::string(text));
  return failed(kind, curl_easy_strerror(code));
}

void CurlTransfer::clear() {
  request_ = {};
  response_ = {};
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(data, size * count);
  if (transfer.body_began_) return line.size();
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > largest_head) return 0;
  auto& headers = transfer.response_.headers;
  if (line.starts_with("HTTP/")) {
    // An interim answer came before this one.
    headers.clear();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  if (trim(line).empty() && ports::find_header(headers, "content-encoding") == "gzip") {
    // libcurl unpacks the body.
    std::erase_if(headers, [](const auto& header) {
      return same_name(header.first, "content-encoding") || same_name(header.first, "content-length");
    });
  }
  return line.size();
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const auto length = size * count;
  transfer.body_began_ = true;
  auto& body = transfer.response_.body;
  if (length > transfer.request_.max_response_bytes - std::min(body.size(), transfer.request_.max_response_bytes)) {
    transfer.too_large_ = true;
    return 0;
  }
  body.append(data, length);
  return length;
}

int CurlTransfer::on_about_to_send(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const auto& limit = transfer.request_.not_after;
  if (limit && transfer.clock_.now() > *limit) {
    transfer.too_late_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  // libcurl repeats a request when a kept connection dies under it, though the remote may have acted on it.
  if (transfer.sent_ && !transfer.repeatable()) {
    transfer.died_once_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer.sent_ = true;
  return CURL_PREREQFUNC_OK;
}

curl_socket_t CurlTransfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  // Whatever the name resolved to: without TLS nothing leaves this machine.
  if (transfer.route_.plain && !is_loopback(*address)) return CURL_SOCKET_BAD;
  return transfer.sockets_.open_socket(*address);
}

CURLcode CurlTransfer::on_tls_context(CURL*, void* context, void* self) {
  const auto& file = static_cast<CurlTransfer*>(self)->options_.extra_ca_file;
  const int loaded = SSL_CTX_load_verify_locations(static_cast<SSL_CTX*>(context), file.c_str(), nullptr);
  return loaded == 1 ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

}  // namespace connector::net
