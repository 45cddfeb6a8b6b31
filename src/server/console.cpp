#include "server/console.h"

#include <array>

namespace connector::server {

using domain::Milliseconds;
using domain::Result;
using ports::ServerReply;
using ports::Task;

namespace {

constexpr Milliseconds kIndexInterval{1'000};
constexpr Milliseconds kIndexPause{20};
constexpr std::size_t kIndexedAtOnce = 500;
constexpr int kRoundsWithoutNews = 15;

bool is_for_programs(std::string_view path) {
  static constexpr std::array<std::string_view, 6> beginnings{"/api/",    "/oauth/", "/webhooks/",
                                                              "/healthz", "/readyz", "/metrics"};
  for (const auto beginning : beginnings) {
    if (path.starts_with(beginning)) return true;
  }
  return false;
}

Task<ApiAnswer> openapi_document(ApiContext* api, ApiRequest) { co_return json_reply(200, api->openapi); }

}  // namespace

Console::Console(Parts parts, Router& router)
    : parts_(parts),
      router_(router),
      access_({parts.environment.store, parts.environment.executor, parts.environment.clock, parts.environment.random,
               parts.environment.secrets},
              parts.public_url.starts_with("https:")),
      changes_(parts.environment.store, parts.environment.executor),
      context_{parts.environment, access_, parts.host, changes_, parts.public_url, parts.exact_pages},
      files_(parts.assets),
      stopped_(parts.environment.executor) {
  ApiRoutes routes(router, context_);
  add_session_routes(routes);
  add_user_routes(routes);
  add_overview_routes(routes);
  add_connection_routes(routes);
  add_preview_routes(routes);
  add_mapping_routes(routes);
  add_order_routes(routes);
  add_day_routes(routes);
  add_posting_routes(routes);
  add_inventory_routes(routes);
  add_price_routes(routes);
  add_settlement_routes(routes);
  add_reconciliation_routes(routes);
  add_audit_routes(routes);
  routes.add("GET", "/openapi.json", Needs::nobody, openapi_document,
             {.summary = "This document", .answer = R"({"type":"object","additionalProperties":true})"});
  context_.openapi = json::write(routes.openapi());
}

Task<ServerReply> Console::handle(ports::ServerRequest request) {
  ServerReply reply;
  if (is_for_programs(request.path())) {
    reply = co_await router_.handle(std::move(request));
  } else {
    reply = files_.answer(request);
  }
  add_security_headers(reply.response);
  co_return reply;
}

Task<Result<std::string>> Console::first_link() {
  auto token = co_await access_.first_invitation();
  if (!token || token->empty()) co_return token;
  co_return parts_.public_url + "/invitation#" + *token;
}

void Console::start(ports::TaskGroup& tasks) {
  tasks.spawn(changes_.watch());
  tasks.spawn(keep_indexed());
}

void Console::stop() {
  changes_.stop();
  stopped_.notify_all();
}

Task<void> Console::keep_indexed() {
  std::int64_t indexed = -1;
  int rounds = 0;
  while (!changes_.stopping()) {
    bool more = false;
    // Orders of before the start are taken in without a record in the trail.
    if (changes_.newest() != indexed || ++rounds % kRoundsWithoutNews == 0) {
      const std::int64_t upto = changes_.newest();
      auto work = [](store::Transaction& transaction) {
        return store::console(transaction).index_for_console(kIndexedAtOnce);
      };
      auto done = co_await parts_.environment.store.write(std::move(work));
      if (!done) parts_.log.warning("console.index_failed", {{"message", done.error().message}});
      more = done && *done;
      if (done && !more) indexed = upto;
    }
    if (!changes_.stopping()) co_await stopped_.wait(more ? kIndexPause : kIndexInterval);
  }
}

}  // namespace connector::server
