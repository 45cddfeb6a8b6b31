#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/environment.h"
#include "json/value.h"
#include "ports/concurrency.h"
#include "server/access.h"
#include "server/connection_host.h"
#include "server/exact_pages.h"
#include "server/live_changes.h"
#include "server/role.h"
#include "server/router.h"
#include "store/console_store.h"

namespace connector::server {

/// What the API's handlers work on. Outlives all requests.
struct ApiContext {
  flows::Environment& environment;
  Access& access;
  ConnectionHost& host;
  LiveChanges& changes;
  std::string public_url;
  ExactPages exact_pages;
  std::string openapi = {};  ///< the document that describes the API, once all addresses are known
};

struct ApiRequest {
  RoutedRequest routed;
  Caller caller;
  json::Value body;  ///< null when the request has none; JSON requests only
};

using ApiAnswer = domain::Result<ports::ServerReply>;
using ApiHandler = ports::Task<ApiAnswer> (*)(ApiContext* api, ApiRequest request);

/// Who may call an address.
enum class Needs { nobody, viewer, operates, administrator };

/// What the OpenAPI document tells of an address besides method and path.
struct ApiDescription {
  std::string_view summary;
  /// "name: what it does" per line; its type behind the name unless it is text: "limit(integer): ..." or
  /// "state(any|failed): ...". What is no integer where one is told is refused. Lives as long as the program.
  std::string_view query = {};
  std::string_view body = {};    ///< JSON schema of the request's body, or the name of one; empty for none
  std::string_view answer = {};  ///< the same of what 200 holds; empty: it has nothing to tell
  std::string_view body_type = "application/json";
  std::vector<std::string_view> answer_types = {"application/json"};
};

/// The addresses under /api/v1, added to a router with sign-in, rights, JSON reading and typed errors around them.
class ApiRoutes {
 public:
  ApiRoutes(Router& router, ApiContext& context) : router_(router), context_(context) {}
  /// `path` is below /api/v1.
  void add(std::string method, std::string path, Needs needs, ApiHandler handler, ApiDescription description);
  /// OpenAPI 3.0, of all that was added.
  json::Value openapi() const;

 private:
  struct Known {
    std::string method;
    std::string path;
    Needs needs;
    ApiDescription description;
  };
  Router& router_;
  ApiContext& context_;
  std::vector<Known> known_;
};

void add_session_routes(ApiRoutes& routes);
void add_user_routes(ApiRoutes& routes);
void add_overview_routes(ApiRoutes& routes);
void add_connection_routes(ApiRoutes& routes);
void add_preview_routes(ApiRoutes& routes);
void add_mapping_routes(ApiRoutes& routes);
void add_order_routes(ApiRoutes& routes);
void add_day_routes(ApiRoutes& routes);
void add_posting_routes(ApiRoutes& routes);
void add_inventory_routes(ApiRoutes& routes);
void add_price_routes(ApiRoutes& routes);
void add_settlement_routes(ApiRoutes& routes);
void add_reconciliation_routes(ApiRoutes& routes);
void add_audit_routes(ApiRoutes& routes);

/// 200 with a JSON value.
ports::ServerReply ok(const json::Value& value);
/// The HTTP status of an error: 400, 404 or 409 for what the caller gave, 422 for what a remote refused, 502 and 503.
int status_of(domain::Cause cause);
ports::ServerReply failed(const domain::Error& error);

/// The connection of the path's {connection}. Error: not_found.
domain::Result<store::ConnectionRow> connection_named(store::Reader& reader, const std::string& name);
ports::Task<domain::Result<store::ConnectionRow>> connection_of(ApiContext* api, const ApiRequest* request);
/// Answers what `read` finds of the path's {connection}, all of one moment. Error: not_found, or read's own.
ports::Task<ApiAnswer> read_of_connection(
    ApiContext* api, ApiRequest request,
    std::function<domain::Result<json::Value>(store::Reader&, const store::ConnectionRow&)> read);
/// What changes a connection. The record names it, and `write` appends it to the trail, completed as need be.
using ConnectionWrite =
    std::function<domain::Result<json::Value>(store::Transaction&, store::ConnectionRow, const store::AuditRecord&)>;
/// Answers what `write` makes of the path's {connection}, with a record of `action` by the caller; all in one
/// transaction or nothing. Error: not_found, or write's own.
ports::Task<ApiAnswer> write_of_connection(ApiContext* api, ApiRequest request, std::string action, json::Value detail,
                                           ConnectionWrite write);
/// The records of the audit trail that `filter` names, as the API tells them.
domain::Result<json::Value> trail_of(store::Reader& reader, const store::AuditFilter& filter);
/// A record of what the caller does; `detail` is an object without secrets.
store::AuditRecord caller_audit(ApiContext* api, const Caller& caller, store::ConnectionId connection,
                                std::string action, const json::Value& detail);
/// Whether a list shows this text to a search: part of it, whatever the case of its letters. Empty finds all.
bool found_by(const std::string& search, const std::string& text);
/// A number from the query between 1 and `most`, `fallback` when it is absent or 0.
std::size_t limit_of(const ApiRequest& request, std::size_t fallback, std::size_t most);

/// A time of the query; nothing where it names none. Error: bad_input.
domain::Result<std::optional<domain::UtcTime>> time_of(const ApiRequest& request, const char* name);

}  // namespace connector::server
