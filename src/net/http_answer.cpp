#include "net/http_answer.h"

#include <fmt/format.h>
#include <strings.h>

#include <iterator>

namespace connector::net {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      // The phrase may be empty by RFC 9112.
      return "";
  }
}

bool same_header(std::string_view left, std::string_view right) {
  return left.size() == right.size() && ::strncasecmp(left.data(), right.data(), left.size()) == 0;
}

bool is_stated_here(std::string_view name) {
  return same_header(name, "content-length") || same_header(name, "transfer-encoding") ||
         same_header(name, "connection");
}

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string answer_head(const ports::HttpResponse& response, bool keep_alive) {
  std::string head;
  head.reserve(256);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || is_stated_here(name) || !is_clean(name) || !is_clean(value)) continue;
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (may_have_body(response.status)) {
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  }
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

ports::HttpResponse plain_answer(int status) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain"}},
          .body = fmt::format("{} {}\n", status, reason_of(status))};
}

bool wants_close(const ports::HttpHeaders& headers) {
  const auto connection = ports::find_header(headers, "connection");
  return connection && same_header(*connection, "close");
}

}  // namespace connector::net
