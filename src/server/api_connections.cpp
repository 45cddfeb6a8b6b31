#include <fmt/format.h>

#include "flows/added_connection.h"
#include "flows/connected_systems.h"
#include "flows/connection_changes.h"
#include "flows/document_mode.h"
#include "flows/exact_sign_in.h"
#include "flows/ping.h"
#include "flows/settings_json.h"
#include "flows/shared_division.h"
#include "flows/with_runtime.h"
#include "server/api.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;
using store::ConnectionRow;

namespace {

Result<json::Value> connection_json(store::Reader& reader, const ConnectionRow& row) {
  json::Value value;
  value.set("name", row.name);
  value.set("market", row.market);
  value.set("division", row.division == 0 ? json::Value() : json::Value(row.division));
  value.set("paused", row.paused);
  value.set("created_at", domain::to_iso8601(row.created_at));
  const auto systems = flows::connected_systems(reader, row);
  if (!systems) return domain::fail(systems.error());
  value.set("walmart_connected", systems->walmart);
  value.set("exact_app_known", systems->exact_app);
  value.set("exact_connected", systems->exact_sign_in);
  auto settings = flows::settings_of(row);
  if (!settings) return domain::fail(settings.error());
  value.set("settings", flows::to_json(*settings));
  return value;
}

Task<ApiAnswer> list_connections(ApiContext* api, ApiRequest) {
  auto query = [](store::Reader& reader) -> Result<json::Value> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    json::Value list{json::Array{}};
    for (const ConnectionRow& row : *rows) {
      auto described = connection_json(reader, row);
      if (!described) return described;
      list.push_back(std::move(*described));
    }
    json::Value value;
    value.set("connections", std::move(list));
    return value;
  };
  auto value = co_await api->environment.store.read(std::move(query));
  if (!value) co_return domain::fail(value.error());
  co_return ok(*value);
}

Task<ApiAnswer> show_connection(ApiContext* api, ApiRequest request) {
  return read_of_connection(api, std::move(request), connection_json);
}

/// Paused until a person lets it go live: nothing is posted while it is being set up.
Task<ApiAnswer> add_connection(ApiContext* api, ApiRequest request) {
  ConnectionRow row;
  row.name = request.body["name"].text_or("");
  row.market = request.body["market"].text_or("us");
  row.division = request.body["division"].integer().value_or(0);
  row.paused = true;
  if (row.market != "us") co_return domain::fail(Cause::bad_input, "the market is us");
  row.settings = json::write(flows::to_json(domain::ConnectionSettings{}));
  row.created_at = api->environment.clock.now();
  json::Value detail;
  detail.set("name", row.name);
  auto record = caller_audit(api, request.caller, 0, "connection.add", detail);
  auto work = [row, record](store::Transaction& transaction) -> Result<json::Value> {
    auto added = flows::add_connection(transaction, row);
    if (!added) return domain::fail(added.error());
    store::AuditRecord written = record;
    written.connection = added->row.id;
    if (auto done = transaction.append_audit(std::move(written)); !done) return domain::fail(done.error());
    return connection_json(transaction, added->row);
  };
  auto value = co_await api->environment.store.write(std::move(work));
  if (!value) co_return domain::fail(value.error());
  co_return ok(*value);
}

/// Error: bad_input if Exact's edition is known not to have the documents asked for. Nothing is refused while Exact
/// cannot be asked.
Task<Result<void>> check_document_mode(ApiContext* api, const ApiRequest* request) {
  const auto mode = domain::parse_document_mode(request->body["settings"]["document_mode"].text_or(""));
  if (!mode) co_return Result<void>{};
  auto row = co_await connection_of(api, request);
  if (!row) co_return domain::fail(row.error());
  auto settings = flows::settings_of(*row);
  if (!settings) co_return domain::fail(settings.error());
  if (settings->document_mode == *mode || row->division == 0) co_return Result<void>{};
  auto ask = [mode = *mode](flows::ConnectionRuntime& runtime) -> Task<Result<void>> {
    const auto edition = co_await exact::probe_edition(runtime.exact(), ports::CallPriority::person);
    const std::string refusal = edition ? flows::mode_refusal(mode, edition->value) : std::string();
    if (!refusal.empty()) co_return domain::fail(Cause::bad_input, refusal);
    co_return Result<void>{};
  };
  co_return co_await flows::with_runtime(api->environment, *std::move(row), std::move(ask));
}

/// The row with what a PATCH names: "paused", "division" and "settings".
Result<ConnectionRow> with_changes(store::Transaction& transaction, ConnectionRow row, const json::Value& changes) {
  for (const auto& [member, value] : changes.object()) {
    if (member == "paused" && value.boolean()) {
      row.paused = *value.boolean();
    } else if (member == "division") {
      auto changed = flows::with_change(transaction, row, "division", value.text_or(""));
      if (!changed) return changed;
      row = *std::move(changed);
    } else if (member == "settings") {
      auto base = flows::settings_of(row);
      if (!base) return domain::fail(base.error());
      auto settings = flows::settings_from_json(value, *std::move(base));
      if (!settings) return domain::fail(settings.error());
      if (auto fits = flows::fit_together(*settings); !fits) return domain::fail(fits.error());
      row.settings = json::write(flows::to_json(*settings));
      if (value.contains("document_mode")) {
        if (auto noted = flows::note_document_mode_set(transaction, row.id); !noted) {
          return domain::fail(noted.error());
        }
      }
    } else {
      return domain::fail(Cause::bad_input, fmt::format("{} cannot be changed like this", member));
    }
  }
  return row;
}

/// All that is asked for, or nothing.
Task<ApiAnswer> change_connection(ApiContext* api, ApiRequest request) {
  if (auto allowed = co_await check_document_mode(api, &request); !allowed) co_return domain::fail(allowed.error());
  json::Value changes = request.body;
  ConnectionWrite write = [changes, vault = api->environment.secrets.vault()](
                              store::Transaction& transaction, ConnectionRow row,
                              const store::AuditRecord& record) -> Result<json::Value> {
    auto next = with_changes(transaction, std::move(row), changes);
    if (!next) return domain::fail(next.error());
    if (auto done = flows::write_change(transaction, vault, *next, record); !done) return domain::fail(done.error());
    return connection_json(transaction, *next);
  };
  auto answer =
      co_await write_of_connection(api, std::move(request), "connection.set", std::move(changes), std::move(write));
  if (answer) api->host.connections_changed();
  co_return answer;
}

Task<ApiAnswer> set_paused(ApiContext* api, ApiRequest request) {
  const auto wanted = request.body["paused"].boolean();
  if (!wanted) co_return domain::fail(Cause::bad_input, "say whether it is to be paused: true or false");
  const bool paused = *wanted;
  json::Value detail;
  detail.set("paused", paused);
  ConnectionWrite write = [paused](store::Transaction& transaction, ConnectionRow row,
                                   const store::AuditRecord& record) -> Result<json::Value> {
    row.paused = paused;
    if (auto done = transaction.update_connection(row); !done) return domain::fail(done.error());
    if (auto done = transaction.append_audit(record); !done) return domain::fail(done.error());
    return json::Value(json::Object{});
  };
  std::string action = paused ? "connection.pause" : "connection.resume";
  auto answer =
      co_await write_of_connection(api, std::move(request), std::move(action), std::move(detail), std::move(write));
  if (answer) api->host.connections_changed();
  co_return answer;
}

Task<ApiAnswer> remove_connection(ApiContext* api, ApiRequest request) {
  json::Value detail;
  detail.set("name", request.routed.path_value("connection"));
  ConnectionWrite write =
      [vault = api->environment.secrets.vault(), force = request.routed.query_value("force") == "true"](
          store::Transaction& transaction, ConnectionRow row, const store::AuditRecord& record) -> Result<json::Value> {
    if (auto open = flows::remove_connection(transaction, vault, row, force); !open) return domain::fail(open.error());
    if (auto done = transaction.append_audit(record); !done) return domain::fail(done.error());
    return json::Value(json::Object{});
  };
  auto answer =
      co_await write_of_connection(api, std::move(request), "connection.remove", std::move(detail), std::move(write));
  if (answer) api->host.connections_changed();
  co_return answer;
}

Result<void> require_credential(const json::Value& body) {
  if (body["client_id"].text_or("").empty() || body["client_secret"].text_or("").empty())
    return domain::fail(Cause::bad_input, "give both client_id and client_secret");
  return {};
}

Task<ApiAnswer> connect_walmart(ApiContext* api, ApiRequest request) {
  if (auto given = require_credential(request.body); !given) co_return domain::fail(given.error());
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  const std::string id = request.body["client_id"].text_or("");
  const std::string secret = request.body["client_secret"].text_or("");
  auto proved = co_await flows::prove_walmart_credential(api->environment, id, secret);
  if (!proved) co_return domain::fail(proved.error());
  auto stored = co_await flows::store_credential(api->environment, row->id, std::string(flows::kWalmartCredentials), id,
                                                 secret, request.caller.name, "walmart.connected");
  if (!stored) co_return domain::fail(stored.error());
  api->host.connections_changed();
  co_return ok(json::Object{});
}

Task<ApiAnswer> connect_exact(ApiContext* api, ApiRequest request) {
  if (auto given = require_credential(request.body); !given) co_return domain::fail(given.error());
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  auto stored = co_await flows::store_credential(
      api->environment, row->id, std::string(flows::kExactCredentials), request.body["client_id"].text_or(""),
      request.body["client_secret"].text_or(""), request.caller.name, "exact.credentials");
  if (!stored) co_return domain::fail(stored.error());
  co_return ok(json::Object{});
}

/// Only to pages of the console itself.
std::string safe_return(const std::string& path) {
  const bool local = path.starts_with('/') && !path.starts_with("//") && path.find_first_of("\r\n\\") == path.npos;
  return local ? path : std::string("/");
}

Task<ApiAnswer> authorize(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  flows::SignInOrigin origin;
  origin.actor = request.caller.name;
  origin.return_to = safe_return(request.body["return_to"].text_or("/"));
  auto address = co_await flows::begin_exact_sign_in(api->environment, *row, origin);
  if (!address) co_return domain::fail(address.error());
  json::Value value;
  value.set("address", *address);
  co_return ok(value);
}

Task<ApiAnswer> ping(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  auto ask = [api](flows::ConnectionRuntime& runtime) -> Task<Result<json::Value>> {
    const auto systems = co_await flows::ping(runtime, api->environment);
    json::Value value;
    for (const auto& system : systems) value.set(system.system, flows::to_json(system));
    co_return value;
  };
  auto value = co_await flows::with_runtime(api->environment, *std::move(row), std::move(ask));
  if (!value) co_return domain::fail(value.error());
  co_return ok(*value);
}

/// Exact lists divisions through one that the user may see: the connection's, or the user's own.
Task<Result<std::vector<exact::Client::Division>>> reachable_divisions(flows::ConnectionRuntime& runtime) {
  std::int64_t through = runtime.row().division;
  if (through == 0) {
    auto me = co_await runtime.exact().me();
    if (!me) co_return domain::fail(me.error().error);
    through = me->value.current_division;
  }
  auto found = co_await runtime.exact().divisions(through);
  if (!found) co_return domain::fail(found.error().error);
  co_return found->value;
}

Task<ApiAnswer> divisions(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  auto found = co_await flows::with_runtime(api->environment, *std::move(row), reachable_divisions);
  if (!found) co_return domain::fail(found.error());
  json::Value rows{json::Array{}};
  for (const auto& division : *found) {
    json::Value entry;
    entry.set("division", division.code);
    entry.set("name", division.description);
    entry.set("currency", division.currency);
    entry.set("country", division.country);
    rows.push_back(std::move(entry));
  }
  json::Value value;
  value.set("divisions", std::move(rows));
  co_return ok(value);
}

Task<ApiAnswer> poll_now(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  api->host.poll_orders_now(row->id);
  co_return ok(json::Object{});
}

/// Of one of Exact's lists, those whose code, name or barcode is searched for.
json::Value found_references(const std::vector<store::ReferenceRow>& rows, const std::string& search,
                             std::size_t limit) {
  json::Value list{json::Array{}};
  std::size_t found = 0;
  for (const store::ReferenceRow& reference : rows) {
    auto data = json::parse(reference.data.empty() ? "{}" : reference.data);
    const json::Value properties = data ? *std::move(data) : json::Value();
    const std::string name = properties.is_object() ? properties["Description"].text_or("") : properties.text_or("");
    if (!found_by(search, reference.code) && !found_by(search, name) && properties["Barcode"].text_or("") != search) {
      continue;
    }
    if (++found > limit) continue;
    const bool blocked =
        properties["IsBlocked"].boolean().value_or(false) || !properties["IsSalesItem"].boolean().value_or(true);
    json::Value entry;
    entry.set("code", reference.code);
    entry.set("name", name);
    entry.set("usable", !blocked);
    list.push_back(std::move(entry));
  }
  json::Value value;
  value.set("rows", std::move(list));
  value.set("found", found);
  value.set("total", rows.size());
  return value;
}

Task<ApiAnswer> references(ApiContext* api, ApiRequest request) {
  auto read = [kind = request.routed.path_value("kind"), search = request.routed.query_value("search"),
               limit = limit_of(request, 50, 500)](store::Reader& reader,
                                                   const ConnectionRow& connection) -> Result<json::Value> {
    auto rows = reader.references(connection.id, kind);
    if (!rows) return domain::fail(rows.error());
    return found_references(*rows, search, limit);
  };
  return read_of_connection(api, std::move(request), std::move(read));
}

Task<ApiAnswer> refresh_references(ApiContext* api, ApiRequest request) {
  auto row = co_await connection_of(api, &request);
  if (!row) co_return domain::fail(row.error());
  auto refresh = [](flows::ConnectionRuntime& runtime) {
    return runtime.references().run(domain::Milliseconds::zero());
  };
  auto report = co_await flows::with_runtime(api->environment, *std::move(row), refresh);
  if (!report) co_return domain::fail(report.error());
  json::Value problems{json::Array{}};
  for (const std::string& problem : report->problems) problems.push_back(problem);
  json::Value value;
  value.set("changed", report->changed);
  value.set("problems", std::move(problems));
  co_return ok(value);
}

}  // namespace

void add_connection_routes(ApiRoutes& routes) {
  using enum Needs;
  routes.add("GET", "/connections", viewer, list_connections,
             {.summary = "All connections with their settings",
              .answer = R"({"type":"object","required":["connections"],"properties":{"connections":{"type":"array",
                        "items":{"$ref":"#/components/schemas/Connection"}}}})"});
  routes.add("POST", "/connections", administrator, add_connection,
             {.summary = "Adds a connection, paused until it goes live",
              .body = R"({"type":"object","required":["name"],"properties":{"name":{"type":"string"},
                      "market":{"type":"string"},"division":{"type":"integer"}}})",
              .answer = "Connection"});
  routes.add("GET", "/connections/{connection}", viewer, show_connection,
             {.summary = "One connection with its settings", .answer = "Connection"});
  routes.add("PATCH", "/connections/{connection}", administrator, change_connection,
             {.summary = "Changes paused, division and settings, all or nothing",
              .body = R"({"type":"object","properties":{"paused":{"type":"boolean"},"division":{"type":"integer"},
                      "settings":{"type":"object","description":"the settings to change, by name",
                      "additionalProperties":true}}})",
              .answer = "Connection"});
  routes.add("DELETE", "/connections/{connection}", administrator, remove_connection,
             {.summary = "Removes a connection and its secrets; its postings and audit trail stay. Refused while "
                         "postings are open, which would never be made",
              .query = "force(boolean): true removes it also with open postings"});
  routes.add("POST", "/connections/{connection}/paused", operates, set_paused,
             {.summary = "Stops or resumes all work of a connection",
              .body = R"({"type":"object","required":["paused"],"properties":{"paused":{"type":"boolean"}}})"});
  routes.add("PUT", "/connections/{connection}/walmart", administrator, connect_walmart,
             {.summary = "Proves Walmart's credential with a token call and stores it", .body = "Credential"});
  routes.add("PUT", "/connections/{connection}/exact", administrator, connect_exact,
             {.summary = "Stores the client id and secret of the Exact app", .body = "Credential"});
  routes.add("POST", "/connections/{connection}/exact/authorization", administrator, authorize,
             {.summary = "The address at which a person signs in to Exact and allows the connection",
              .body = R"({"type":"object","properties":{"return_to":{"type":"string"}}})",
              .answer = R"({"type":"object","properties":{"address":{"type":"string"}}})"});
  routes.add("POST", "/connections/{connection}/ping", operates, ping,
             {.summary = "Calls both systems",
              .answer = R"({"type":"object","properties":{"walmart":{"$ref":"#/components/schemas/Ping"},
                        "exact":{"$ref":"#/components/schemas/Ping"}}})"});
  routes.add("GET", "/connections/{connection}/divisions", operates, divisions,
             {.summary = "Exact divisions that the signed-in user can reach",
              .answer = R"({"type":"object","required":["divisions"],"properties":{"divisions":{"type":"array","items":{
                        "type":"object","properties":{"division":{"type":"integer"},"name":{"type":"string"},
                        "currency":{"type":"string"},"country":{"type":"string"}}}}}})"});
  routes.add("POST", "/connections/{connection}/orders/poll", operates, poll_now,
             {.summary = "Reads Walmart's orders soon"});
  routes.add(
      "GET", "/connections/{connection}/references/{kind}", viewer, references,
      {.summary = "Cached lists of Exact: item, gl_account, cost_center, cost_unit, vat_code, warehouse, journal",
       .query = "search: part of code or name, or a whole barcode\nlimit(integer): 1 to 500, 50 if absent",
       .answer = R"({"type":"object","required":["rows","found","total"],"properties":{"rows":{"type":"array","items":{
                 "type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},
                 "usable":{"type":"boolean","description":"not blocked, and for sale"}}}},"found":{"type":"integer"},
                 "total":{"type":"integer"}}})"});
  routes.add("POST", "/connections/{connection}/references/refresh", operates, refresh_references,
             {.summary = "Reads the lists from Exact anew",
              .answer = R"({"type":"object","required":["changed","problems"],"properties":{
                        "changed":{"type":"integer","description":"rows"},"problems":{"type":"array","items":{"type":"string"}}}})"});
}

}  // namespace connector::server
