#include "server/exact_callback.h"

#include "flows/exact_sign_in.h"

namespace connector::server {

using ports::ServerReply;
using ports::Task;

namespace {

/// Back to the page that sent the person to Exact; it says what went wrong by its cause.
ServerReply back_to_page(const flows::FinishedSignIn& finished) {
  std::string address = finished.return_to;
  if (finished.failure) {
    address += address.find('?') == std::string::npos ? "?exact=" : "&exact=";
    address += domain::to_string(finished.failure->cause);
  }
  ServerReply reply = text_reply(303, "");
  reply.response.headers.emplace_back("Location", address);
  return reply;
}

Task<ServerReply> finish(flows::Environment* environment, RoutedRequest request) {
  const std::string state = request.query_value("state");
  const bool refused = !request.query_value("error").empty();
  const std::string code = refused ? std::string() : request.query_value("code");
  if (state.empty() || (code.empty() && !refused))
    co_return text_reply(400, "This address needs the state and code that Exact sends.\n");
  auto finished = co_await flows::finish_exact_sign_in(*environment, state, code);
  if (!finished) {
    const int status = finished.error().cause == domain::Cause::authentication_failed ? 403 : 502;
    co_return text_reply(status, finished.error().message + "\n");
  }
  if (!finished->return_to.empty()) co_return back_to_page(*finished);
  if (finished->failure) {
    const int status = refused ? 400 : finished->failure->cause == domain::Cause::authentication_failed ? 403 : 502;
    co_return text_reply(status, finished->failure->message + ". Begin again when you are ready.\n");
  }
  co_return text_reply(200, "Exact is connected to " + finished->connection + ". You may close this page.\n");
}

}  // namespace

void add_exact_callback_route(Router& router, flows::Environment& environment) {
  router.add("GET", "/oauth/exact/callback",
             [&environment](RoutedRequest request) { return finish(&environment, std::move(request)); });
}

}  // namespace connector::server
