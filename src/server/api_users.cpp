#include <algorithm>
#include <array>
#include <set>

#include "domain/letter_case.h"
#include "flows/json_members.h"
#include "server/api.h"
#include "server/second_factor.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::Task;
using store::ConsoleUser;

namespace {

json::Value user_json(const ConsoleUser& user) {
  json::Value value;
  value.set("name", user.name);
  value.set("role", user.role);
  value.set("disabled", user.disabled);
  value.set("has_password", !user.password_hash.empty());
  value.set("invited_until", flows::time_or_null(user.invitation_until));
  value.set("created_at", domain::to_iso8601(user.created_at));
  value.set("signed_in_at", flows::time_or_null(user.signed_in_at));
  return value;
}

json::Value user_detail(const ConsoleUser& user) {
  json::Value detail;
  detail.set("user", user.name);
  detail.set("role", user.role);
  detail.set("disabled", user.disabled);
  return detail;
}

Result<ConsoleUser> user_named(store::Reader& reader, const std::string& name) {
  auto user = store::console(reader).console_user(name);
  if (!user) return domain::fail(user.error());
  if (!*user) return domain::fail(Cause::not_found, "there is no user \"" + name + "\"");
  return **std::move(user);
}

/// Somebody must be able to let others in again.
Result<void> require_administrator(store::Reader& reader) {
  auto users = store::console(reader).console_users();
  if (!users) return domain::fail(users.error());
  if (std::any_of(users->begin(), users->end(), can_administer)) return {};
  return domain::fail(Cause::bad_input, "this would leave no administrator who can sign in");
}

/// What the trail calls the program's own parts.
bool is_reserved(const std::string& name) {
  static constexpr std::array<std::string_view, 4> kReserved{"system", "console", "browser", "demo"};
  return std::find(kReserved.begin(), kReserved.end(), domain::lower_case(name)) != kReserved.end();
}

/// Who may do no more than `most` (nullopt: nothing) must not do more by a token of their own making.
Result<void> withdraw_tokens(store::Transaction& transaction, const std::string& maker, std::optional<Role> most,
                             const store::AuditRecord& record) {
  auto tokens = store::console(transaction).api_tokens();
  if (!tokens) return domain::fail(tokens.error());
  std::set<std::string> makers{maker};
  for (const store::ApiToken& token : *tokens) {
    const auto scope = parse_role(token.role);
    if (!makers.contains(token.created_by) || (most && scope && *scope <= *most)) continue;
    makers.insert("token:" + token.name);  // it may have made others, later
    if (auto done = store::console(transaction).remove_api_token(token.id); !done) return done;
    json::Value detail;
    detail.set("token", token.id);
    detail.set("name", token.name);
    store::AuditRecord written = record;
    written.action = "token.removed";
    written.detail = json::write(detail);
    if (auto done = transaction.append_audit(std::move(written)); !done) return done;
  }
  return {};
}

bool is_user_name(const std::string& name) {
  if (name.empty() || name.size() > Access::longest_name) return false;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                       c == '-' || c == '_' || c == '@' || c == '+';
    if (!plain) return false;
  }
  return true;
}

Task<ApiAnswer> list_users(ApiContext* api, ApiRequest) {
  auto query = [](store::Reader& reader) -> Result<json::Value> {
    auto users = store::console(reader).console_users();
    if (!users) return domain::fail(users.error());
    json::Value rows{json::Array{}};
    for (const ConsoleUser& user : *users) {
      auto second = has_second_factor(reader, user.id);
      if (!second) return domain::fail(second.error());
      json::Value row = user_json(user);
      row.set("second_factor", *second);
      rows.push_back(std::move(row));
    }
    return rows;
  };
  auto rows = co_await api->environment.store.read(std::move(query));
  if (!rows) co_return domain::fail(rows.error());
  json::Value value;
  value.set("users", std::move(*rows));
  co_return ok(value);
}

json::Value invitation_json(ApiContext* api, const std::string& token) {
  json::Value value;
  // In the fragment, which no browser sends to a server or in a Referer.
  value.set("link", api->public_url + "/invitation#" + token);
  value.set("token", token);
  return value;
}

Task<ApiAnswer> add_user(ApiContext* api, ApiRequest request) {
  ConsoleUser user;
  user.name = request.body["name"].text_or("");
  const auto role = parse_role(request.body["role"].text_or(""));
  if (!is_user_name(user.name))
    co_return domain::fail(Cause::bad_input, "a user name has 1 to 60 letters, digits or . - _ @ +");
  if (is_reserved(user.name)) {
    co_return domain::fail(Cause::bad_input,
                           "the audit trail calls the program itself " + user.name + "; take another");
  }
  if (!role) co_return domain::fail(Cause::bad_input, "the role is viewer, operator or administrator");
  user.role = to_string(*role);
  user.created_at = api->environment.clock.now();
  auto record = caller_audit(api, request.caller, 0, "user.added", user_detail(user));
  auto work = [user, record](store::Transaction& transaction) -> Result<std::int64_t> {
    auto id = store::console(transaction).add_console_user(user);
    if (!id) return id;
    if (auto done = transaction.append_audit(record); !done) return domain::fail(done.error());
    return id;
  };
  auto id = co_await api->environment.store.write(std::move(work));
  if (!id) co_return domain::fail(id.error());
  auto token = co_await api->access.invite(*id, request.caller.name);
  if (!token) co_return domain::fail(token.error());
  co_return ok(invitation_json(api, *token));
}

Task<ApiAnswer> invite_again(ApiContext* api, ApiRequest request) {
  auto query = [name = request.routed.path_value("user")](store::Reader& reader) { return user_named(reader, name); };
  auto user = co_await api->environment.store.read(std::move(query));
  if (!user) co_return domain::fail(user.error());
  auto token = co_await api->access.invite(user->id, request.caller.name);
  if (!token) co_return domain::fail(token.error());
  co_return ok(invitation_json(api, *token));
}

Task<ApiAnswer> change_user(ApiContext* api, ApiRequest request) {
  const auto role = parse_role(request.body["role"].text_or(""));
  if (request.body.contains("role") && !role)
    co_return domain::fail(Cause::bad_input, "the role is viewer, operator or administrator");
  auto record = caller_audit(api, request.caller, 0, "user.changed", {});
  auto work = [name = request.routed.path_value("user"), role, disabled = request.body["disabled"].boolean(),
               record](store::Transaction& transaction) -> Result<ConsoleUser> {
    auto user = user_named(transaction, name);
    if (!user) return user;
    if (role) user->role = to_string(*role);
    if (disabled) user->disabled = *disabled;
    if (auto done = store::console(transaction).update_console_user(*user); !done) return domain::fail(done.error());
    if (user->disabled) {
      if (auto done = store::console(transaction).remove_console_sessions(user->id, ""); !done)
        return domain::fail(done.error());
    }
    const auto may = user->disabled ? std::nullopt : parse_role(user->role);
    if (auto done = withdraw_tokens(transaction, user->name, may, record); !done) return domain::fail(done.error());
    if (auto done = require_administrator(transaction); !done) return domain::fail(done.error());
    store::AuditRecord written = record;
    written.detail = json::write(user_detail(*user));
    if (auto done = transaction.append_audit(std::move(written)); !done) return domain::fail(done.error());
    return user;
  };
  auto user = co_await api->environment.store.write(std::move(work));
  if (!user) co_return domain::fail(user.error());
  co_return ok(user_json(*user));
}

Task<ApiAnswer> remove_user(ApiContext* api, ApiRequest request) {
  auto record = caller_audit(api, request.caller, 0, "user.removed", {});
  auto work = [name = request.routed.path_value("user"), record](store::Transaction& transaction) -> Result<void> {
    auto user = user_named(transaction, name);
    if (!user) return domain::fail(user.error());
    if (auto done = store::console(transaction).remove_console_user(user->id); !done) return done;
    // Another user may get the same id one day.
    if (auto done = remove_second_factor(transaction, user->id); !done) return done;
    if (auto done = withdraw_tokens(transaction, user->name, std::nullopt, record); !done) return done;
    if (auto done = require_administrator(transaction); !done) return done;
    store::AuditRecord written = record;
    written.detail = json::write(user_detail(*user));
    return transaction.append_audit(std::move(written));
  };
  auto done = co_await api->environment.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

/// For a user who lost the device.
Task<ApiAnswer> end_second_factor(ApiContext* api, ApiRequest request) {
  auto record = caller_audit(api, request.caller, 0, "user.second_factor_removed", {});
  auto work = [name = request.routed.path_value("user"), record](store::Transaction& transaction) -> Result<void> {
    auto user = user_named(transaction, name);
    if (!user) return domain::fail(user.error());
    if (auto done = remove_second_factor(transaction, user->id); !done) return done;
    store::AuditRecord written = record;
    written.detail = json::write(user_detail(*user));
    return transaction.append_audit(std::move(written));
  };
  auto done = co_await api->environment.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

Task<ApiAnswer> tokens(ApiContext* api, ApiRequest) {
  auto query = [](store::Reader& reader) { return store::console(reader).api_tokens(); };
  auto found = co_await api->environment.store.read(std::move(query));
  if (!found) co_return domain::fail(found.error());
  json::Value rows{json::Array{}};
  for (const store::ApiToken& token : *found) {
    json::Value row;
    row.set("id", token.id);
    row.set("name", token.name);
    row.set("scope", token.role);
    row.set("created_by", token.created_by);
    row.set("created_at", domain::to_iso8601(token.created_at));
    row.set("used_at", flows::time_or_null(token.used_at));
    rows.push_back(std::move(row));
  }
  json::Value value;
  value.set("tokens", std::move(rows));
  co_return ok(value);
}

Task<ApiAnswer> add_token(ApiContext* api, ApiRequest request) {
  const std::string name = request.body["name"].text_or("");
  const auto role = parse_role(request.body["scope"].text_or(""));
  if (!is_user_name(name))
    co_return domain::fail(Cause::bad_input, "name the token: 1 to 60 letters, digits or . - _ @ +");
  if (!role) co_return domain::fail(Cause::bad_input, "the scope is viewer, operator or administrator");
  auto token = co_await api->access.add_token(name, *role, request.caller.name);
  if (!token) co_return domain::fail(token.error());
  json::Value value;
  value.set("id", token->id);
  value.set("token", token->token);
  co_return ok(value);
}

Task<ApiAnswer> remove_token(ApiContext* api, ApiRequest request) {
  const auto id = json::parse_integer(request.routed.path_value("token")).value_or(0);
  json::Value detail;
  detail.set("token", id);
  auto record = caller_audit(api, request.caller, 0, "token.removed", detail);
  auto work = [id, record](store::Transaction& transaction) -> Result<void> {
    if (auto done = store::console(transaction).remove_api_token(id); !done) return done;
    return transaction.append_audit(record);
  };
  auto done = co_await api->environment.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

}  // namespace

void add_user_routes(ApiRoutes& routes) {
  const auto needs = Needs::administrator;
  routes.add(
      "GET", "/users", needs, list_users,
      {.summary = "All users", .answer = R"({"type":"object","required":["users"],"properties":{"users":{"type":"array",
                        "items":{"$ref":"#/components/schemas/User"}}}})"});
  routes.add("POST", "/users", needs, add_user,
             {.summary = "Adds a user; answers with the one-time link by which they set a password",
              .body = R"({"type":"object","required":["name","role"],"properties":{"name":{"type":"string"},
                      "role":{"$ref":"#/components/schemas/Role"}}})",
              .answer = "Invitation"});
  routes.add("PATCH", "/users/{user}", needs, change_user,
             {.summary = "Changes a user's role, or locks the user out; API tokens made by them end that may more",
              .body = R"({"type":"object","properties":{"role":{"$ref":"#/components/schemas/Role"},
                      "disabled":{"type":"boolean"}}})",
              .answer = "User"});
  routes.add("DELETE", "/users/{user}", needs, remove_user,
             {.summary = "Removes a user and the API tokens made by them; the audit trail keeps the name"});
  routes.add(
      "POST", "/users/{user}/invitation", needs, invite_again,
      {.summary = "A fresh one-time link for a user who has none or forgot the password", .answer = "Invitation"});
  routes.add("DELETE", "/users/{user}/second-factor", needs, end_second_factor,
             {.summary = "Signing in needs no code of the user's authenticator app any more"});
  routes.add("GET", "/tokens", needs, tokens,
             {.summary = "API tokens, without the tokens themselves",
              .answer = R"({"type":"object","required":["tokens"],"properties":{"tokens":{"type":"array","items":{
                        "type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string"},
                        "scope":{"$ref":"#/components/schemas/Role"},"created_by":{"type":"string"},
                        "created_at":{"type":"string","format":"date-time"},
                        "used_at":{"type":"string","format":"date-time","nullable":true}}}}}})"});
  routes.add("POST", "/tokens", needs, add_token,
             {.summary = "Adds an API token; it is shown this once",
              .body = R"({"type":"object","required":["name","scope"],"properties":{"name":{"type":"string"},
                      "scope":{"$ref":"#/components/schemas/Role"}}})",
              .answer = R"({"type":"object","required":["id","token"],"properties":{"id":{"type":"integer"},
                        "token":{"type":"string"}}})"});
  routes.add("DELETE", "/tokens/{token}", needs, remove_token, {.summary = "Withdraws an API token"});
}

}  // namespace connector::server
