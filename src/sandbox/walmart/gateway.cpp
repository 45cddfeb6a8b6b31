#include "sandbox/walmart/gateway.h"

#include <optional>

#include "sandbox/walmart/endpoints.h"
#include "sandbox/walmart/xml.h"

namespace connector::sandbox::walmart {
namespace {

enum class Media { json, xml, other };

Media wanted_media(const Switches& switches, const Request& request) {
  const auto accept = request.header("Accept");
  if (accept.find("json") != std::string_view::npos) return Media::json;
  if (accept.find("xml") != std::string_view::npos) return Media::xml;
  const bool is_open = accept.empty() || accept.find("*/*") != std::string_view::npos ||
                       accept.find("application/*") != std::string_view::npos;
  if (!is_open) return Media::other;
  return switches.media_type_without_accept == "json" ? Media::json : Media::xml;
}

ports::HttpResponse unauthorized(const Switches& switches) {
  return refuse(switches, Origin::gateway, 401,
                Fault{"UNAUTHORIZED", "UNAUTHORIZED", "Unauthorized",
                      "Unauthorized token or incorrect authorization header. Please verify correct format: "
                      "\"Authorization: Basic Base64Encode(clientId:clientSecret)\" And please ensure the access token "
                      "is valid and has not expired.",
                      "ERROR", "DATA"});
}

ports::HttpResponse missing_header(const Switches& switches, std::string name) {
  const std::string description = name + " is required";
  return refuse(
      switches, Origin::gateway, 400,
      Fault{"MISSING_REQUEST_HEADER", std::move(name), description, "Request header is missing.", "ERROR", "DATA"});
}

/// Writing needs full_access, reading any access.
bool is_in_scope(const Switches& switches, const Endpoint& endpoint) {
  if (endpoint.scope == nullptr) return true;
  const std::string& access = switches.*endpoint.scope;
  return access == "full_access" || (access == "view_only" && endpoint.method == "GET");
}

/// A body must be JSON, or an uploaded file for a feed.
bool is_supported_media(const Endpoint& endpoint, const Request& request) {
  const auto type = request.header("Content-Type");
  if (endpoint.is_public || request.source.body.empty() || type.empty()) return true;
  if (endpoint.handler == post_feed) return true;
  return type.find("json") != std::string_view::npos;
}

/// What keeps the call from its handler, if anything.
std::optional<ports::HttpResponse> refusal(Seller& seller, const Endpoint& endpoint, const Request& request,
                                           domain::UtcTime now) {
  const Switches& switches = seller.switches;
  if (switches.check_headers && request.header("WM_QOS.CORRELATION_ID").empty()) {
    return missing_header(switches, "WM_QOS.CORRELATION_ID");
  }
  if (switches.check_headers && request.header("WM_SVC.NAME").empty()) return missing_header(switches, "WM_SVC.NAME");
  if (endpoint.is_public) return std::nullopt;
  const std::string token(request.header("WM_SEC.ACCESS_TOKEN"));
  if (seller.tokens.find(token, now) == nullptr) {
    ++seller.counters.unauthorized;
    return unauthorized(switches);
  }
  if (!is_in_scope(switches, endpoint)) {
    return refuse(
        switches, Origin::gateway, 403,
        Fault{"FORBIDDEN", "FORBIDDEN", "Forbidden", "The access token lacks the scope of this API.", "ERROR", "DATA"});
  }
  return std::nullopt;
}

ports::HttpResponse limited_call(Seller& seller, const Endpoint& endpoint, const Request& request,
                                 domain::UtcTime now) {
  const Switches& switches = seller.switches;
  const std::string name = endpoint.name();
  ++seller.counters.requests[name];
  const Limit limit = limit_of(endpoint, request);
  std::optional<RateLimits::Outcome> outcome;
  if (switches.rate_limits && limit.count > 0) {
    outcome = seller.limits.take(limit, now);
    if (!outcome->admitted) {
      ++seller.counters.refused_by_limit[name];
      return too_many_requests(switches, *outcome, now);
    }
  }
  ports::HttpResponse response =
      is_supported_media(endpoint, request)
          ? endpoint.handler(seller, request, now)
          : refuse(switches, Origin::gateway, 415,
                   Fault{"UNSUPPORTED_MEDIA_TYPE", "Content-Type", "The media type is not supported",
                         "Use application/json.", "ERROR", "DATA"});
  if (outcome) add_rate_headers(switches, *outcome, now, response);
  return response;
}

/// The token's XML answer has its own names.
std::string xml_of(const Request& request, const json::Value& body) {
  if (request.segments.size() == 2 && request.segments[1] == "token" && body.contains("access_token")) {
    json::Value token;
    token.set("accessToken", body["access_token"]);
    token.set("tokenType", body["token_type"]);
    token.set("expiresIn", body["expires_in"]);
    return to_xml(token, "OAuthTokenDTO");
  }
  return to_xml(body, "response");
}

void turn_into_xml(const Request& request, ports::HttpResponse& response) {
  const auto body = json::parse(response.body);
  if (!body) return;
  response.body = xml_of(request, *body);
  for (auto& [name, value] : response.headers) {
    if (name == "Content-Type") value = "application/xml";
  }
}

/// `status` tells why there is no endpoint: 404 or 405.
ports::HttpResponse answer_in_json(Seller& seller, const Endpoint* endpoint, int status, const Request& request,
                                   domain::UtcTime now) {
  if (endpoint == nullptr && status == 405) {
    return refuse(
        seller.switches, Origin::gateway, 405,
        Fault{"METHOD_NOT_ALLOWED", "", "Method not allowed", "The method is not allowed here.", "ERROR", "DATA"});
  }
  if (endpoint == nullptr) {
    return refuse(seller.switches, Origin::gateway, 404,
                  Fault{"URI_NOT_FOUND", "", "URI not found", "The requested URI does not exist.", "ERROR", "DATA"});
  }
  if (auto refused = refusal(seller, *endpoint, request, now)) return *refused;
  return limited_call(seller, *endpoint, request, now);
}

}  // namespace

ports::HttpResponse answer_call(Seller& seller, const ports::ServerRequest& source, domain::UtcTime now) {
  const Request request(source);
  const Media media = wanted_media(seller.switches, request);
  int status = 0;
  const Endpoint* endpoint = find_endpoint(request, status);
  const bool chooses_media = endpoint != nullptr && endpoint->chooses_media;
  if (media == Media::other && !chooses_media) {
    return refuse(seller.switches, Origin::gateway, 406,
                  Fault{"INVALID_ACCEPT_TYPE", "Accept", "The accept type is not supported",
                        "Use application/json or application/xml.", "ERROR", "DATA"});
  }
  ports::HttpResponse response = answer_in_json(seller, endpoint, status, request, now);
  if (media == Media::xml) turn_into_xml(request, response);
  const auto correlation = request.header("WM_QOS.CORRELATION_ID");
  if (!correlation.empty()) response.headers.emplace_back("WM_QOS.CORRELATION_ID", std::string(correlation));
  return response;
}

}  // namespace connector::sandbox::walmart
