#include "app/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "server/exact_callback.h"
#include "server/health.h"

namespace connector::app {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How soon a connection that the command line added, changed or connected is noticed.
constexpr Milliseconds kWatchInterval{2'000};
constexpr Milliseconds kGrace{10'000};

flows::ServiceSchedule schedule_of(const Config& config) {
  flows::ServiceSchedule schedule;
  if (config.schedule.orders.interval) schedule.orders = *config.schedule.orders.interval;
  schedule.inventory = config.schedule.inventory.interval;
  schedule.prices = config.schedule.prices.interval;
  return schedule;
}

}  // namespace

Server::Server(LiveInstallation& live, ports::Log& log)
    : live_(live), log_(log), stop_signal_(live.loop()), tasks_(live.loop()) {
  server::add_health_routes(router_, live_.store(), [this] { return watched_; });
  server::add_exact_callback_route(router_, live_.environment());
}

Server::~Server() = default;

Result<void> Server::start() {
  net::ServerOptions options;
  options.address = live_.config().server.listen_host;
  options.port = live_.config().server.listen_port;
  options.on_handler_failure = [this](std::string_view what) {
    log_.error("http.handler_failed", {{"message", std::string(what)}});
  };
  try {
    http_ = std::make_unique<net::HttpServer>(
        live_.loop(), options, [this](ports::ServerRequest request) { return router_.handle(std::move(request)); });
  } catch (const std::runtime_error& failure) {
    return domain::fail(domain::Cause::bad_input,
                        "cannot listen on " + live_.config().server.listen + ": " + failure.what());
  }
  log_.info("started", {{"listen", address()}});
  tasks_.spawn(watch_connections());
  return {};
}

std::string Server::address() const {
  return fmt::format("http://{}:{}", live_.config().server.listen_host, http_->port());
}

void Server::run_until_stopped() {
  live_.loop().handle_stop_signals([this] { stop(); });
  live_.loop().run();
}

void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  stop_signal_.notify_all();
  tasks_.spawn(shut_down());
}

Task<void> Server::shut_down() {
  log_.info("stopping");
  for (auto& [id, running] : services_) running.service->request_stop();
  co_await http_->stop(kGrace);
  for (auto& [id, running] : services_) co_await running.service->stop();
  log_.info("stopped");
  live_.loop().stop();
}

Task<Result<void>> Server::reconcile_services() {
  struct Wanted {
    store::ConnectionRow row;
    Version version;
  };
  auto query = [](store::Reader& reader) -> Result<std::vector<Wanted>> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    std::vector<Wanted> wanted;
    for (auto& row : *rows) {
      if (row.paused) continue;
      Wanted entry;
      entry.version.division = row.division;
      entry.version.settings = row.settings;
      for (const auto name : {flows::kWalmartCredentials, flows::kExactCredentials}) {
        auto sealed = reader.sealed_secret(row.id, name);
        if (!sealed) return domain::fail(sealed.error());
        entry.version.credentials += sealed->value_or("") + "\n";
      }
      entry.row = std::move(row);
      wanted.push_back(std::move(entry));
    }
    return wanted;
  };
  auto wanted = co_await live_.store().read(std::move(query));
  if (!wanted) co_return domain::fail(wanted.error());
  std::vector<store::ConnectionId> outdated;
  for (const auto& [id, running] : services_) {
    const auto match =
        std::find_if(wanted->begin(), wanted->end(), [id = id](const Wanted& entry) { return entry.row.id == id; });
    if (match == wanted->end() || !(match->version == running.version)) outdated.push_back(id);
  }
  for (const auto id : outdated) {
    co_await services_.at(id).service->stop();
    services_.erase(id);
  }
  for (auto& entry : *wanted) {
    if (services_.contains(entry.row.id)) continue;
    const std::string name = entry.row.name;
    const auto id = entry.row.id;
    auto runtime = co_await flows::ConnectionRuntime::open(live_.environment(), std::move(entry.row));
    if (!runtime) {
      log_.error("connection.unusable", {{"connection", name}, {"message", runtime.error().message}});
      continue;
    }
    if (!(*runtime)->has_walmart_credentials() || !(*runtime)->has_exact_credentials() ||
        (*runtime)->row().division == 0) {
      continue;  // not fully connected yet: nothing could succeed
    }
    Running running{std::move(entry.version),
                    std::make_unique<flows::ConnectionService>(live_.environment(), log_, schedule_of(live_.config()),
                                                               std::move(*runtime))};
    running.service->start();
    services_.emplace(id, std::move(running));
    log_.info("connection.started", {{"connection", name}});
  }
  watched_ = true;
  co_return Result<void>{};
}

Task<void> Server::watch_connections() {
  while (!stopping_) {
    auto reconciled = co_await reconcile_services();
    if (!reconciled) log_.error("store.failed", {{"message", reconciled.error().message}});
    if (!stopping_) co_await stop_signal_.wait(kWatchInterval);
  }
}

}  // namespace connector::app
