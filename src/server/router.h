#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/http.h"

namespace connector::server {

/// A request with the variable parts of its path, decoded: "/webhooks/walmart/{connection}".
struct RoutedRequest {
  ports::ServerRequest request;
  std::map<std::string, std::string, std::less<>> path_values;
  std::vector<std::pair<std::string, std::string>> query;

  std::string path_value(std::string_view name) const;
  /// First value of a query parameter, or empty.
  std::string query_value(std::string_view name) const;
};

using RouteHandler = std::function<ports::Task<ports::ServerReply>(RoutedRequest)>;

/// Finds the handler of a request: 404 for an unknown path, 405 with Allow for a known path's other method. Built once,
/// then only read.
class Router {
 public:
  /// `pattern` has literal and {named} segments. Registering the same method and pattern twice is a bug.
  void add(std::string method, std::string pattern, RouteHandler handler);
  ports::Task<ports::ServerReply> handle(ports::ServerRequest request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  std::vector<Route> routes_;
};

/// A JSON answer; `body` is complete JSON text.
ports::ServerReply json_reply(int status, std::string body);
/// {"error":{"cause":...,"message":...}}
ports::ServerReply error_reply(int status, std::string_view cause, std::string_view message);
ports::ServerReply text_reply(int status, std::string body, std::string content_type = "text/plain; charset=utf-8");

}  // namespace connector::server
