#include "server/exact_callback.h"

#include "flows/exact_sign_in.h"

namespace connector::server {

using ports::ServerReply;
using ports::Task;

namespace {

Task<ServerReply> finish(flows::Environment* environment, RoutedRequest request) {
  if (!request.query_value("error").empty()) {
    co_return text_reply(400,
                         "Exact did not allow the connection: access was denied. Begin again when you are ready.\n");
  }
  const std::string state = request.query_value("state");
  const std::string code = request.query_value("code");
  if (state.empty() || code.empty())
    co_return text_reply(400, "This address needs the state and code that Exact sends.\n");
  auto finished = co_await flows::finish_exact_sign_in(*environment, state, code);
  if (!finished) {
    const int status = finished.error().cause == domain::Cause::authentication_failed ? 403 : 502;
    co_return text_reply(status, finished.error().message + "\n");
  }
  if (!finished->return_to.empty()) {
    ServerReply reply = text_reply(303, "");
    reply.response.headers.emplace_back("Location", finished->return_to);
    co_return reply;
  }
  co_return text_reply(200, "Exact is connected to " + finished->connection + ". You may close this page.\n");
}

}  // namespace

void add_exact_callback_route(Router& router, flows::Environment& environment) {
  router.add("GET", "/oauth/exact/callback",
             [&environment](RoutedRequest request) { return finish(&environment, std::move(request)); });
}

}  // namespace connector::server
