#include "server/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

#include "flows/posting_json.h"
#include "server/api_schemas.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::ServerReply;
using ports::Task;

namespace {

constexpr std::string_view kBase = "/api/v1";

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

struct QueryParameter {
  std::string_view name;
  std::string_view type;  ///< as schema_of_type takes it
  std::string_view description;
};

/// The lines of ApiDescription::query.
std::vector<QueryParameter> query_parameters(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('\n'), query.size());
    const auto line = query.substr(0, end);
    const auto colon = std::min(line.find(": "), line.size());
    QueryParameter parameter{line.substr(0, colon), "string", line.substr(std::min(colon + 2, line.size()))};
    if (const auto open = parameter.name.find('('); open != std::string_view::npos) {
      parameter.type = parameter.name.substr(open + 1, parameter.name.size() - open - 2);
      parameter.name = parameter.name.substr(0, open);
    }
    parameters.push_back(parameter);
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return parameters;
}

/// Why the query is not one that the address takes; nullopt if it is.
std::optional<std::string> problem_of_query(std::string_view described, const RoutedRequest& routed) {
  for (const QueryParameter& parameter : query_parameters(described)) {
    if (parameter.type != "integer") continue;
    const std::string given = routed.query_value(parameter.name);
    if (given.empty() || json::parse_integer(given).value_or(-1) >= 0) continue;
    return fmt::format("{} must be a whole number, not \"{}\": {}", parameter.name, given, parameter.description);
  }
  return std::nullopt;
}

Task<ServerReply> handle(ApiContext* context, Needs needs, ApiHandler handler, std::string_view query,
                         RoutedRequest routed) {
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
  if (const auto problem = problem_of_query(query, request.routed)) co_return error_reply(400, "bad_input", *problem);
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

/// A schema by its JSON or by its name among the components.
json::Value schema_of(std::string_view text) {
  if (text.starts_with('{')) return parsed(text);
  json::Value reference;
  reference.set("$ref", "#/components/schemas/" + std::string(text));
  return reference;
}

/// "integer", "boolean" or the words to choose from, divided by bars.
json::Value schema_of_type(std::string_view type) {
  json::Value schema;
  const bool words = type.find('|') != std::string_view::npos;
  schema.set("type", words ? std::string_view("string") : type);
  if (!words) return schema;
  json::Value choices{json::Array{}};
  while (!type.empty()) {
    const auto bar = std::min(type.find('|'), type.size());
    choices.push_back(type.substr(0, bar));
    type.remove_prefix(std::min(bar + 1, type.size()));
  }
  schema.set("enum", std::move(choices));
  return schema;
}

struct PathParameter {
  std::string_view name;
  std::string_view type;
  std::string_view description;
};
constexpr std::array<PathParameter, 7> kPathParameters{{
    {"connection", "string", "the connection's name"},
    {"order", "string", "Walmart's purchase order number"},
    {"payout_date", "string", "the day of a payout of Walmart's, such as 2026-07-28"},
    {"day", "string", "a day in the booking zone, such as 2026-11-23"},
    {"kind", "item|gl_account|cost_center|cost_unit|vat_code|warehouse|journal", "which list of Exact"},
    {"user", "string", "the user's name"},
    {"token", "integer", "the token's id"},
}};

json::Value parameter(std::string_view in, std::string_view name, std::string_view type, std::string_view description) {
  json::Value entry;
  entry.set("name", name);
  entry.set("in", in);
  if (in == "path") entry.set("required", true);
  entry.set("description", description);
  entry.set("schema", schema_of_type(type));
  return entry;
}

json::Value parameters_of(std::string_view path, std::string_view query) {
  json::Value list{json::Array{}};
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const auto name = path.substr(open + 1, path.find('}', open) - open - 1);
    const auto known = std::find_if(kPathParameters.begin(), kPathParameters.end(),
                                    [name](const PathParameter& each) { return each.name == name; });
    if (known == kPathParameters.end()) throw std::logic_error("nothing is told of {" + std::string(name) + "}");
    list.push_back(parameter("path", name, known->type, known->description));
  }
  for (const QueryParameter& each : query_parameters(query)) {
    list.push_back(parameter("query", each.name, each.type, each.description));
  }
  return list;
}

json::Value content_of(const std::vector<std::string_view>& types, const json::Value& schema) {
  json::Value content;
  for (const auto type : types) {
    json::Value media;
    media.set("schema", schema);
    content.set(type, std::move(media));
  }
  return content;
}

/// "get_connections_connection_orders": a name for programs that are made of the document.
std::string operation_id(std::string_view method, std::string_view path) {
  std::string id(method);
  for (const char c : path) {
    if (c == '/' || c == '-' || c == '.') {
      id += '_';
    } else if (c != '{' && c != '}') {
      id += c;
    }
  }
  return id;
}

/// What an address may answer besides 200: by status.
json::Value responses_of(json::Value done, bool signed_in_only, bool names_something, bool takes_body) {
  json::Value error;
  error.set("$ref", "#/components/responses/Error");
  json::Value responses;
  responses.set("200", std::move(done));
  if (takes_body) responses.set("400", error);
  if (signed_in_only) {
    responses.set("401", error);
    responses.set("403", error);
  }
  if (names_something) responses.set("404", error);
  responses.set("default", error);
  return responses;
}

}  // namespace

void ApiRoutes::add(std::string method, std::string path, Needs needs, ApiHandler handler, ApiDescription description) {
  known_.push_back({method, path, needs, description});
  router_.add(std::move(method), std::string(kBase) + path,
              [context = &context_, needs, handler, query = description.query](RoutedRequest request) {
                return handle(context, needs, handler, query, std::move(request));
              });
}

json::Value ApiRoutes::openapi() const {
  json::Value paths;
  for (const Known& known : known_) {
    std::string method = known.method;
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    json::Value operation;
    operation.set("operationId", operation_id(method, known.path));
    json::Value tags{json::Array{}};
    tags.push_back(known.path.substr(1, known.path.find_first_of("/.", 1) - 1));
    operation.set("tags", std::move(tags));
    operation.set("summary", known.description.summary);
    operation.set("parameters", parameters_of(known.path, known.description.query));
    const auto role = role_for(known.needs);
    if (role) {
      operation.set("x-role", to_string(*role));
    } else {
      operation.set("security", json::Array{});
    }
    const bool takes_body = !known.description.body.empty();
    if (takes_body) {
      json::Value body;
      body.set("required", true);
      body.set("content", content_of({known.description.body_type}, schema_of(known.description.body)));
      operation.set("requestBody", std::move(body));
    }
    json::Value done;
    done.set("description", "done");
    const auto answer = known.description.answer.empty() ? std::string_view("Done") : known.description.answer;
    done.set("content", content_of(known.description.answer_types, schema_of(answer)));
    const bool names_something = known.path.find('{') != std::string::npos;
    operation.set("responses", responses_of(std::move(done), role.has_value(), names_something, takes_body));
    json::Value* path = paths.find(known.path);
    if (path == nullptr) {
      paths.set(known.path, json::Object{});
      path = paths.find(known.path);
    }
    path->set(method, std::move(operation));
  }
  json::Value document = parsed(
      R"json({"openapi":"3.0.3","info":{"title":"ml-connector","version":"1","description":"All that the console does. Amounts are JSON numbers with up to six decimals: read them as decimals. Times are ISO 8601 in UTC. A browser's session shows its CSRF token in X-CSRF-Token with every request that changes something; other programs use an API token. x-role is the least role or scope that an address asks for."},"servers":[{"url":"/api/v1"}],"security":[{"token":[]},{"session":[]}]})json");
  json::Value components = parsed(
      R"json({"securitySchemes":{"token":{"type":"http","scheme":"bearer"},"session":{"type":"apiKey","in":"cookie","name":"ml_connector_session"}},"responses":{"Error":{"description":"what went wrong","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}}})json");
  components.set("schemas", parsed(api_schemas()));
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

Result<json::Value> trail_of(store::Reader& reader, const store::AuditFilter& filter) {
  auto trail = reader.audit(filter);
  if (!trail) return domain::fail(trail.error());
  json::Value records{json::Array{}};
  for (const auto& record : *trail) records.push_back(flows::audit_json(record));
  return records;
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

Task<ApiAnswer> write_of_connection(ApiContext* api, ApiRequest request, std::string action, json::Value detail,
                                    ConnectionWrite write) {
  auto work = [name = request.routed.path_value("connection"), write = std::move(write),
               record = caller_audit(api, request.caller, 0, std::move(action), detail)](
                  store::Transaction& transaction) mutable -> Result<json::Value> {
    auto connection = connection_named(transaction, name);
    if (!connection) return domain::fail(connection.error());
    record.connection = connection->id;
    return write(transaction, *std::move(connection), record);
  };
  auto value = co_await api->environment.store.write(std::move(work));
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
  const auto given = json::parse_integer(request.routed.query_value("limit"));
  if (!given || *given < 1) return fallback;
  return std::min(static_cast<std::size_t>(*given), most);
}

Result<std::optional<domain::UtcTime>> time_of(const ApiRequest& request, const char* name) {
  const std::string text = request.routed.query_value(name);
  if (text.empty()) return std::nullopt;
  auto time = domain::parse_iso8601(text);
  if (!time) return domain::fail(Cause::bad_input, std::string(name) + " is a time such as 2026-11-23T00:00:00Z");
  return std::optional(*time);
}

}  // namespace connector::server
