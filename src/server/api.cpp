#include "server/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::ServerReply;
using ports::Task;

namespace {

constexpr std::string_view kBase = "/api/v1";

/// Defined once, named by the schemas of the addresses.
constexpr std::string_view kSchemas = R"json({
"Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["cause","message"],
 "properties":{"cause":{"type":"string","description":"one of a closed list, e.g. bad_input, not_found"},
 "message":{"type":"string","description":"for a person: what, where, what to do"}}}}},
"Posting":{"type":"object","properties":{"key":{"type":"string"},"kind":{"type":"string"},
 "state":{"type":"string","enum":["planned","sending","retry","held","posted","skipped","withdrawn"]},
 "cause":{"type":"string","nullable":true},"message":{"type":"string","nullable":true},
 "source":{"type":"string"},"reference":{"type":"string","nullable":true},"total":{"type":"number"},
 "currency":{"type":"string","nullable":true},"date":{"type":"string","nullable":true},"attempt":{"type":"integer"},
 "target_id":{"type":"string","nullable":true},"target_number":{"type":"string","nullable":true},
 "created_at":{"type":"string","format":"date-time"},"updated_at":{"type":"string","format":"date-time"}}},
"MappingRow":{"type":"object","required":["sku"],"properties":{"sku":{"type":"string"},"exact_item":{"type":"string"},
 "gl_account":{"type":"string"},"cost_center":{"type":"string"},"cost_unit":{"type":"string"},
 "vat_code":{"type":"string"},"warehouse":{"type":"string"}}},
"Kit":{"type":"object","required":["sku","items"],"properties":{"sku":{"type":"string"},"items":{"type":"array",
 "items":{"type":"object","properties":{"exact_item":{"type":"string"},"quantity":{"type":"number"},
 "price_share":{"type":"number"}}}}}},
"Alias":{"type":"object","required":["alias","sku"],"properties":{"alias":{"type":"string"},
 "sku":{"type":"string"}}},
"AuditRecord":{"type":"object","properties":{"sequence":{"type":"integer"},"at":{"type":"string","format":"date-time"},
 "connection":{"type":"integer"},"actor":{"type":"string"},"action":{"type":"string"},
 "source":{"type":"string","nullable":true},"posting_key":{"type":"string","nullable":true},
 "attempt":{"type":"integer"},"detail":{"type":"object","nullable":true},"previous_hash":{"type":"string"},
 "hash":{"type":"string"}}}
})json";

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  if (!value) throw std::logic_error("a schema of the API is no JSON: " + std::string(text));
  return *std::move(value);
}

std::optional<Role> role_for(Needs needs) {
  switch (needs) {
    case Needs::nobody:
      return std::nullopt;
    case Needs::viewer:
      return Role::viewer;
    case Needs::operates:
      return Role::operates;
    case Needs::administrator:
      return Role::administrator;
  }
  return Role::administrator;
}

/// A page of another origin cannot make a browser send this without asking first.
bool comes_from_elsewhere(const ports::ServerRequest& request) {
  const auto site = ports::find_header(request.headers, "Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

Task<ServerReply> handle(ApiContext* context, Needs needs, ApiHandler handler, RoutedRequest routed) {
  ApiRequest request;
  request.routed = std::move(routed);
  const ports::ServerRequest& http = request.routed.request;
  const bool changing = http.method != "GET" && http.method != "HEAD";
  if (changing && comes_from_elsewhere(http))
    co_return error_reply(403, "permission_denied", "requests of other sites change nothing here");
  if (const auto role = role_for(needs)) {
    auto caller = co_await context->access.caller_of(&http);
    if (!caller) {
      const bool unknown = caller.error().cause == Cause::authentication_failed;
      const int status = unknown ? 401 : caller.error().cause == Cause::permission_denied ? 403 : 503;
      co_return error_reply(status, domain::to_string(caller.error().cause), caller.error().message);
    }
    if (caller->role < *role) {
      co_return error_reply(403, "permission_denied",
                            fmt::format("this needs the role {}; {} has the role {}", to_string(*role), caller->name,
                                        to_string(caller->role)));
    }
    request.caller = std::move(*caller);
  }
  const std::string type(ports::find_header(http.headers, "Content-Type").value_or(""));
  if (changing && !http.body.empty() && type.starts_with("application/json")) {
    auto body = json::parse(http.body);
    if (!body) co_return error_reply(400, "bad_input", "the body is no JSON: " + body.error().message);
    request.body = std::move(*body);
  }
  auto answer = co_await handler(context, std::move(request));
  if (!answer) co_return failed(answer.error());
  co_return std::move(*answer);
}

json::Value parameters_of(std::string_view path, std::string_view query) {
  json::Value list{json::Array{}};
  const auto parameter = [&list](std::string_view in, std::string_view name, std::string_view description) {
    json::Value entry;
    entry.set("name", name);
    entry.set("in", in);
    if (in == "path") entry.set("required", true);
    if (!description.empty()) entry.set("description", description);
    json::Value schema;
    schema.set("type", "string");
    entry.set("schema", std::move(schema));
    list.push_back(std::move(entry));
  };
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const auto close = path.find('}', open);
    parameter("path", path.substr(open + 1, close - open - 1), "");
  }
  while (!query.empty()) {
    const auto end = std::min(query.find('\n'), query.size());
    const auto line = query.substr(0, end);
    const auto colon = std::min(line.find(": "), line.size());
    parameter("query", line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return list;
}

json::Value json_content(json::Value schema) {
  json::Value media;
  media.set("schema", std::move(schema));
  json::Value content;
  content.set("application/json", std::move(media));
  return content;
}

}  // namespace

void ApiRoutes::add(std::string method, std::string path, Needs needs, ApiHandler handler, ApiDescription description) {
  known_.push_back({method, path, needs, description});
  router_.add(std::move(method), std::string(kBase) + path,
              [context = &context_, needs, handler](RoutedRequest request) {
                return handle(context, needs, handler, std::move(request));
              });
}

json::Value ApiRoutes::openapi() const {
  json::Value paths;
  for (const Known& known : known_) {
    json::Value operation;
    operation.set("summary", known.description.summary);
    operation.set("parameters", parameters_of(known.path, known.description.query));
    if (const auto role = role_for(known.needs)) {
      operation.set("x-role", to_string(*role));
    } else {
      operation.set("security", json::Array{});
    }
    if (!known.description.body.empty()) {
      json::Value body;
      body.set("required", true);
      body.set("content", json_content(parsed(known.description.body)));
      operation.set("requestBody", std::move(body));
    }
    json::Value done;
    done.set("description", "done");
    if (!known.description.answer.empty()) done.set("content", json_content(parsed(known.description.answer)));
    json::Value error;
    error.set("description", "what went wrong");
    error.set("content", json_content(parsed(R"({"$ref":"#/components/schemas/Error"})")));
    json::Value responses;
    responses.set("200", std::move(done));
    responses.set("default", std::move(error));
    operation.set("responses", std::move(responses));
    json::Value* path = paths.find(known.path);
    if (path == nullptr) {
      paths.set(known.path, json::Object{});
      path = paths.find(known.path);
    }
    std::string method = known.method;
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    path->set(method, std::move(operation));
  }
  json::Value document = parsed(
      R"json({"openapi":"3.0.3","info":{"title":"ml-connector","version":"1","description":"All that the console does. Amounts are JSON numbers with up to six decimals: read them as decimals. Times are ISO 8601 in UTC. A browser's session shows its CSRF token in X-CSRF-Token with every request that changes something; other programs use an API token."},"servers":[{"url":"/api/v1"}],"security":[{"token":[]},{"session":[]}]})json");
  json::Value components = parsed(
      R"json({"securitySchemes":{"token":{"type":"http","scheme":"bearer"},"session":{"type":"apiKey","in":"cookie","name":"ml_connector_session"}}})json");
  components.set("schemas", parsed(kSchemas));
  document.set("components", std::move(components));
  document.set("paths", std::move(paths));
  return document;
}

ServerReply ok(const json::Value& value) { return json_reply(200, json::write(value)); }

int status_of(Cause cause) {
  switch (cause) {
    case Cause::bad_input:
      return 400;
    case Cause::not_found:
      return 404;
    case Cause::fenced:
      return 409;
    case Cause::rate_limited:
      return 429;
    case Cause::budget_spent:
    case Cause::store_failure:
    case Cause::cancelled:
      return 503;
    case Cause::api_outage:
    case Cause::malformed_response:
    case Cause::unclear_outcome:
      return 502;
    default:
      return 422;
  }
}

ServerReply failed(const domain::Error& error) {
  return error_reply(status_of(error.cause), domain::to_string(error.cause), error.message);
}

Result<store::ConnectionRow> connection_named(store::Reader& reader, const std::string& name) {
  auto row = reader.connection(name);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(Cause::not_found, "there is no connection \"" + name + "\"");
  return **std::move(row);
}

Task<Result<store::ConnectionRow>> connection_of(ApiContext* api, const ApiRequest* request) {
  auto query = [name = request->routed.path_value("connection")](store::Reader& reader) {
    return connection_named(reader, name);
  };
  co_return co_await api->environment.store.read(std::move(query));
}

Task<ApiAnswer> read_of_connection(
    ApiContext* api, ApiRequest request,
    std::function<Result<json::Value>(store::Reader&, const store::ConnectionRow&)> read) {
  auto query = [name = request.routed.path_value("connection"),
                read = std::move(read)](store::Reader& reader) -> Result<json::Value> {
    auto connection = connection_named(reader, name);
    if (!connection) return domain::fail(connection.error());
    return read(reader, *connection);
  };
  auto value = co_await api->environment.store.read(std::move(query));
  if (!value) co_return domain::fail(value.error());
  co_return ok(*value);
}

store::AuditRecord caller_audit(ApiContext* api, const Caller& caller, store::ConnectionId connection,
                                std::string action, const json::Value& detail) {
  store::AuditRecord record;
  record.at = api->environment.clock.now();
  record.connection = connection;
  record.actor = caller.name;
  record.action = std::move(action);
  record.detail = json::write(detail.is_null() ? json::Value(json::Object{}) : detail);
  return record;
}

bool found_by(const std::string& search, const std::string& text) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  return search.empty() || std::search(text.begin(), text.end(), search.begin(), search.end(), same) != text.end();
}

std::size_t limit_of(const ApiRequest& request, std::size_t fallback, std::size_t most) {
  const auto given = json::Value(json::Number{request.routed.query_value("limit")}).integer();
  if (!given || *given < 1) return fallback;
  return std::min(static_cast<std::size_t>(*given), most);
}

}  // namespace connector::server
