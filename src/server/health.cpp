#include "server/health.h"

namespace connector::server {

using ports::ServerReply;
using ports::Task;

namespace {

ServerReply store_failed(const domain::Error& error) {
  return error_reply(503, domain::to_string(error.cause), error.message);
}

Task<ServerReply> alive(RoutedRequest) { co_return text_reply(200, "ok\n"); }

Task<ServerReply> ready(store::Store* store, domain::UtcTime now, std::function<bool()> schedules_run) {
  auto query = [](store::Reader& reader) { return reader.schema_version(); };
  auto version = co_await store->read(std::move(query));
  if (!version) co_return store_failed(version.error());
  if (store->write_failure()) {
    // Whoever is asked for nothing while it is not ready would never hear that the store takes changes again.
    auto change = [at = domain::to_iso8601(now)](store::Transaction& transaction) {
      return transaction.put_watermark(0, "store/asked", at);
    };
    if (auto taken = co_await store->write(std::move(change)); !taken) co_return store_failed(taken.error());
    store->forget_write_failure();
  }
  if (!schedules_run()) co_return error_reply(503, "waiting_for_dependency", "the schedules have not started");
  co_return text_reply(200, "ready\n");
}

}  // namespace

void add_health_routes(Router& router, store::Store& store, ports::Clock& clock, std::function<bool()> schedules_run) {
  router.add("GET", "/healthz", [](RoutedRequest request) { return alive(std::move(request)); });
  router.add("GET", "/readyz",
             [&store, &clock, schedules_run](RoutedRequest) { return ready(&store, clock.now(), schedules_run); });
}

}  // namespace connector::server
