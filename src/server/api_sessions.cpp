#include "server/api.h"

namespace connector::server {

using domain::Cause;
using domain::Result;
using ports::ServerReply;
using ports::Task;

namespace {

json::Value caller_json(const Caller& caller) {
  json::Value value;
  value.set("name", caller.name);
  value.set("role", to_string(caller.role));
  value.set("csrf", caller.csrf);
  return value;
}

ServerReply with_cookie(ServerReply reply, const std::string& cookie) {
  reply.response.headers.emplace_back("Set-Cookie", cookie);
  return reply;
}

/// 200 also for nobody, because asking is how a page learns whether to show the sign-in.
Task<ApiAnswer> show(ApiContext* api, ApiRequest request) {
  auto caller = co_await api->access.caller_of(&request.routed.request);
  if (caller) co_return ok(caller_json(*caller));
  if (caller.error().cause != Cause::authentication_failed) co_return domain::fail(caller.error());
  json::Value nobody;
  nobody.set("name", json::Value());
  co_return ok(nobody);
}

ServerReply refused_sign_in(const domain::Error& error) {
  const int status = error.cause == Cause::authentication_failed ? 401 : status_of(error.cause);
  return error_reply(status, domain::to_string(error.cause), error.message);
}

Task<ApiAnswer> sign_in(ApiContext* api, ApiRequest request) {
  auto signed_in = co_await api->access.sign_in(request.body["name"].text_or(""), request.body["password"].text_or(""),
                                                request.routed.request.remote_address);
  if (!signed_in) co_return refused_sign_in(signed_in.error());
  co_return with_cookie(ok(caller_json(signed_in->caller)), signed_in->cookie);
}

Task<ApiAnswer> sign_out(ApiContext* api, ApiRequest request) {
  auto done = co_await api->access.sign_out(request.caller);
  if (!done) co_return domain::fail(done.error());
  co_return with_cookie(ok(json::Object{}), api->access.no_cookie());
}

Task<ApiAnswer> change_password(ApiContext* api, ApiRequest request) {
  auto done =
      co_await api->access.change_password(request.caller, request.body["present"].text_or(""),
                                           request.body["next"].text_or(""), request.routed.request.remote_address);
  if (!done && done.error().cause == Cause::authentication_failed)
    co_return domain::fail(Cause::bad_input, "the present password is wrong");
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

/// The link's token comes in the body, so that it never stands in an address.
Task<ApiAnswer> invited(ApiContext* api, ApiRequest request) {
  auto user = co_await api->access.invited(request.body["token"].text_or(""));
  if (!user) co_return domain::fail(user.error());
  json::Value value;
  value.set("name", user->name);
  value.set("role", user->role);
  co_return ok(value);
}

Task<ApiAnswer> accept(ApiContext* api, ApiRequest request) {
  auto signed_in =
      co_await api->access.accept_invitation(request.body["token"].text_or(""), request.body["password"].text_or(""));
  if (!signed_in) co_return domain::fail(signed_in.error());
  co_return with_cookie(ok(caller_json(signed_in->caller)), signed_in->cookie);
}

constexpr std::string_view kCallerSchema =
    R"({"type":"object","properties":{"name":{"type":"string"},"role":{"type":"string"},"csrf":{"type":"string"}}})";

}  // namespace

void add_session_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/session", Needs::nobody, show,
      {.summary = "Who is signed in, with the session's CSRF token; name is null for nobody", .answer = kCallerSchema});
  routes.add("POST", "/session", Needs::nobody, sign_in,
             {.summary = "Signs in; answers with a session cookie",
              .body = R"({"type":"object","required":["name","password"],"properties":{"name":{"type":"string"},
                      "password":{"type":"string","format":"password"}}})",
              .answer = kCallerSchema});
  routes.add("DELETE", "/session", Needs::viewer, sign_out, {.summary = "Signs out"});
  routes.add("POST", "/session/password", Needs::viewer, change_password,
             {.summary = "Changes the own password and ends the user's other sessions",
              .body = R"({"type":"object","required":["present","next"],"properties":{"present":{"type":"string",
                      "format":"password"},"next":{"type":"string","format":"password","minLength":10}}})"});
  routes.add("POST", "/invitation", Needs::nobody, invited,
             {.summary = "Whom a one-time link invites",
              .body = R"({"type":"object","required":["token"],"properties":{"token":{"type":"string"}}})"});
  routes.add("POST", "/invitation/accept", Needs::nobody, accept,
             {.summary = "Sets the invited user's password and signs in",
              .body = R"({"type":"object","required":["token","password"],"properties":{"token":{"type":"string"},
                      "password":{"type":"string","format":"password","minLength":10}}})",
              .answer = kCallerSchema});
}

}  // namespace connector::server
