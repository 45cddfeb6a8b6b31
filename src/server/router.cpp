#include "server/router.h"

#include <set>
#include <stdexcept>

#include "json/value.h"

namespace connector::server {

using ports::ServerReply;
using ports::Task;

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  }
  return segments;
}

bool is_variable(const std::string& segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

std::string RoutedRequest::path_value(std::string_view name) const {
  auto found = path_values.find(name);
  return found == path_values.end() ? std::string() : found->second;
}

std::string RoutedRequest::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

void Router::add(std::string method, std::string pattern, RouteHandler handler) {
  Route route{std::move(method), segments_of(pattern), std::move(handler)};
  for (const Route& known : routes_) {
    if (known.method == route.method && known.segments == route.segments)
      throw std::logic_error("route registered twice: " + pattern);
  }
  routes_.push_back(std::move(route));
}

Task<ServerReply> Router::handle(ports::ServerRequest request) const {
  const auto segments = segments_of(request.path());
  std::set<std::string> allowed;
  const Route* chosen = nullptr;
  RoutedRequest routed;
  for (const Route& route : routes_) {
    if (route.segments.size() != segments.size()) continue;
    std::map<std::string, std::string, std::less<>> values;
    bool matches = true;
    for (std::size_t i = 0; i < segments.size() && matches; ++i) {
      const std::string& wanted = route.segments[i];
      if (is_variable(wanted)) {
        values[wanted.substr(1, wanted.size() - 2)] = ports::percent_decode(segments[i], false);
      } else {
        matches = wanted == segments[i];
      }
    }
    if (!matches) continue;
    allowed.insert(route.method);
    const bool same_method = route.method == request.method || (request.method == "HEAD" && route.method == "GET");
    if (same_method && chosen == nullptr) {
      chosen = &route;
      routed.path_values = std::move(values);
    }
  }
  if (chosen == nullptr) {
    if (allowed.empty()) co_return error_reply(404, "not_found", "there is nothing at this address");
    std::string list;
    for (const auto& method : allowed) list += (list.empty() ? "" : ", ") + method;
    ServerReply reply = error_reply(405, "bad_input", "this address does not take " + request.method);
    reply.response.headers.emplace_back("Allow", list);
    co_return reply;
  }
  routed.query = ports::parse_query(request.query());
  routed.request = std::move(request);
  co_return co_await chosen->handler(std::move(routed));
}

ServerReply json_reply(int status, std::string body) { return text_reply(status, std::move(body), "application/json"); }

ServerReply error_reply(int status, std::string_view cause, std::string_view message) {
  json::Value error{json::Object{}};
  error.set("cause", cause);
  error.set("message", message);
  json::Value body{json::Object{}};
  body.set("error", std::move(error));
  return json_reply(status, json::write(body));
}

ServerReply text_reply(int status, std::string body, std::string content_type) {
  ServerReply reply;
  reply.response.status = status;
  reply.response.headers = {{"Content-Type", std::move(content_type)}, {"Cache-Control", "no-store"}};
  reply.response.body = std::move(body);
  return reply;
}

}  // namespace connector::server
