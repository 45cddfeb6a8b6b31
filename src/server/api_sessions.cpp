#include "server/api.h"
#include "server/second_factor.h"

namespace connector::server {

using domain::Cause;
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
Task<ApiAnswer> show_session(ApiContext* api, ApiRequest request) {
  auto caller = co_await api->access.caller_of(&request.routed.request);
  if (caller) {
    json::Value value = caller_json(*caller);
    auto query = [user = caller->user](store::Reader& reader) { return has_second_factor(reader, user); };
    auto second = co_await api->environment.store.read(std::move(query));
    if (!second) co_return domain::fail(second.error());
    value.set("second_factor", *second);
    co_return ok(value);
  }
  if (caller.error().cause != Cause::authentication_failed) co_return domain::fail(caller.error());
  json::Value nobody;
  nobody.set("name", json::Value());
  co_return ok(nobody);
}

ServerReply refused_sign_in(const domain::Error& error) {
  const int status = error.cause == Cause::authentication_failed ? 401 : status_of(error.cause);
  return error_reply(status, domain::to_string(error.cause), error.message);
}

/// The password is right: the page asks for the code and sends all three.
ServerReply code_needed() {
  json::Value error;
  error.set("cause", domain::to_string(Cause::authentication_failed));
  error.set("message", "give the code that your authenticator app shows now");
  error.set("code_needed", true);
  json::Value body;
  body.set("error", std::move(error));
  return json_reply(401, json::write(body));
}

Task<ApiAnswer> sign_in(ApiContext* api, ApiRequest request) {
  auto signed_in =
      co_await api->access.sign_in(request.body["name"].text_or(""), request.body["password"].text_or(""),
                                   request.routed.request.remote_address, request.body["code"].text_or(""));
  if (!signed_in) co_return refused_sign_in(signed_in.error());
  if (signed_in->needs_code) co_return code_needed();
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
  if (signed_in->needs_code) {
    json::Value nobody;
    nobody.set("name", json::Value());
    co_return ok(nobody);
  }
  co_return with_cookie(ok(caller_json(signed_in->caller)), signed_in->cookie);
}

domain::Error only_for_persons() { return {Cause::bad_input, "an API token has no authenticator app"}; }

Task<ApiAnswer> begin_second_factor(ApiContext* api, ApiRequest request) {
  if (request.caller.user == 0) co_return domain::fail(only_for_persons());
  auto secret = co_await api->access.begin_second_factor(request.caller);
  if (!secret) co_return domain::fail(secret.error());
  json::Value value;
  value.set("secret", *secret);
  // As authenticator apps read it from a QR code.
  value.set("address",
            "otpauth://totp/ml-connector:" + request.caller.name + "?secret=" + *secret + "&issuer=ml-connector");
  co_return ok(value);
}

Task<ApiAnswer> confirm_second_factor(ApiContext* api, ApiRequest request) {
  if (request.caller.user == 0) co_return domain::fail(only_for_persons());
  auto done = co_await api->access.confirm_second_factor(request.caller, request.body["code"].text_or(""));
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

Task<ApiAnswer> end_own_second_factor(ApiContext* api, ApiRequest request) {
  if (request.caller.user == 0) co_return domain::fail(only_for_persons());
  auto done = co_await api->access.end_second_factor(request.caller, request.body["code"].text_or(""));
  if (!done) co_return domain::fail(done.error());
  co_return ok(json::Object{});
}

constexpr std::string_view kCodeSchema =
    R"({"type":"object","required":["code"],"properties":{"code":{"type":"string","minLength":6,"maxLength":6}}})";

}  // namespace

void add_session_routes(ApiRoutes& routes) {
  routes.add(
      "GET", "/session", Needs::nobody, show_session,
      {.summary = "Who is signed in, with the session's CSRF token; name is null for nobody", .answer = "Caller"});
  routes.add("POST", "/session", Needs::nobody, sign_in,
             {.summary = "Signs in; answers with a session cookie",
              .body = R"({"type":"object","required":["name","password"],"properties":{"name":{"type":"string"},
                      "password":{"type":"string","format":"password"},"code":{"type":"string",
                      "description":"of the authenticator app; 401 with code_needed asks for it"}}})",
              .answer = "Caller"});
  routes.add("DELETE", "/session", Needs::viewer, sign_out, {.summary = "Signs out"});
  routes.add("POST", "/session/password", Needs::viewer, change_password,
             {.summary = "Changes the own password and ends the user's other sessions",
              .body = R"({"type":"object","required":["present","next"],"properties":{"present":{"type":"string",
                      "format":"password"},"next":{"type":"string","format":"password","minLength":10}}})"});
  routes.add("POST", "/session/second-factor", Needs::viewer, begin_second_factor,
             {.summary = "A new secret for the own authenticator app; in force once confirmed",
              .answer = R"({"type":"object","properties":{"secret":{"type":"string"},"address":{"type":"string"}}})"});
  routes.add("POST", "/session/second-factor/confirm", Needs::viewer, confirm_second_factor,
             {.summary = "From now on signing in needs a code of the authenticator app", .body = kCodeSchema});
  routes.add("POST", "/session/second-factor/end", Needs::viewer, end_own_second_factor,
             {.summary = "Signing in needs no code any more", .body = kCodeSchema});
  routes.add("POST", "/invitation", Needs::nobody, invited,
             {.summary = "Whom a one-time link invites",
              .body = R"({"type":"object","required":["token"],"properties":{"token":{"type":"string"}}})",
              .answer = R"({"type":"object","required":["name","role"],"properties":{"name":{"type":"string"},
                        "role":{"$ref":"#/components/schemas/Role"}}})"});
  routes.add("POST", "/invitation/accept", Needs::nobody, accept,
             {.summary = "Sets the invited user's password and signs in",
              .body = R"({"type":"object","required":["token","password"],"properties":{"token":{"type":"string"},
                      "password":{"type":"string","format":"password","minLength":10}}})",
              .answer = "Caller"});
}

}  // namespace connector::server
