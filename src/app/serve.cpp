#include "app/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "app/serve_metrics.h"
#include "server/exact_callback.h"
#include "server/health.h"

namespace connector::app {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How soon a connection that the command line added, changed or connected is noticed.
constexpr Milliseconds kWatchInterval{2'000};
/// How soon it is seen whether notices come.
constexpr Milliseconds kNoticeInterval{30'000};
/// Flows that run at once in this process; the others wait for their turn.
constexpr std::size_t kRunSlots = 64;
constexpr Milliseconds kGrace{10'000};

flows::ServiceSchedule schedule_of(const Config& config) {
  flows::ServiceSchedule schedule;
  schedule.flows = {{"orders", config.schedule.orders},
                    {"returns", config.schedule.returns},
                    {"inventory", config.schedule.inventory},
                    {"prices", config.schedule.prices},
                    {"settlements", config.schedule.settlements}};
  schedule.sweep = config.webhooks.sweep;
  schedule.silent_after = config.webhooks.silent_after;
  return schedule;
}

}  // namespace

Server::Server(LiveInstallation& live, ports::Log& log)
    : live_(live),
      log_(log),
      webhooks_(live.environment(), log, {live.config().webhooks.retry_window}),
      stop_signal_(live.loop()),
      slots_(live.loop(), kRunSlots),
      tasks_(live.loop()) {
  server::add_health_routes(router_, live_.store(), [this] { return watched_; });
  server::add_exact_callback_route(router_, live_.environment());
  metrics_.add_route(router_);
  metrics_.collect = [this] { return collect_metrics(); };
  webhooks_.add_routes(router_);
  webhooks_.on_notice = [this](store::ConnectionId connection) {
    if (const auto running = services_.find(connection); running != services_.end()) {
      running->second.service->notice_arrived();
    }
  };
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
  struct Known {
    std::vector<Wanted> wanted;
    std::vector<store::FlowRow> flows;
    std::vector<store::NoticeStatus> notices;
  };
  const bool with_notices = live_.clock().now() - notices_looked_at_ >= kNoticeInterval;
  auto query = [with_notices](store::Reader& reader) -> Result<Known> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    auto flows = reader.flows(0);
    if (!flows) return domain::fail(flows.error());
    auto notices = Result<std::vector<store::NoticeStatus>>{};
    if (with_notices) notices = reader.notice_status(0);
    if (!notices) return domain::fail(notices.error());
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
    return Known{std::move(wanted), std::move(*flows), std::move(*notices)};
  };
  auto known = co_await live_.store().read(std::move(query));
  if (!known) co_return domain::fail(known.error());
  if (with_notices) notices_looked_at_ = live_.clock().now();
  std::vector<Wanted>* wanted = &known->wanted;
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
                    std::make_unique<flows::ConnectionService>(live_.environment(), log_, slots_,
                                                               schedule_of(live_.config()), std::move(*runtime))};
    running.service->apply(known->flows, known->notices);
    running.service->on_posting = [this, name](const store::PostingRow& row) {
      if (row.state != store::PostingState::posted) return;
      const domain::UtcTime now = live_.clock().now();
      metrics_.note_posted(name, std::string(domain::to_string(row.kind)), now - row.created_at, since_fact(row, now));
    };
    running.service->start();
    services_.emplace(id, std::move(running));
    log_.info("connection.started", {{"connection", name}});
    if (live_.config().webhooks.subscribe) {
      services_.at(id).service->subscribe_webhooks(live_.config().server.public_url);
    }
  }
  for (auto& [id, running] : services_) running.service->apply(known->flows, known->notices);
  watched_ = true;
  co_return Result<void>{};
}

Task<Result<std::vector<server::MetricSample>>> Server::collect_metrics() {
  auto query = [](store::Reader& reader) -> Result<std::vector<server::MetricSample>> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    std::vector<server::MetricSample> samples;
    for (const auto& row : *rows) {
      auto stored = stored_metrics(reader, row);
      if (!stored) return domain::fail(stored.error());
      std::move(stored->begin(), stored->end(), std::back_inserter(samples));
    }
    return samples;
  };
  auto samples = co_await live_.store().read(std::move(query));
  if (!samples) co_return samples;
  for (auto& [id, running] : services_) {
    auto own = connection_metrics(*running.service, live_.clock().now());
    std::move(own.begin(), own.end(), std::back_inserter(*samples));
  }
  const auto& counts = webhooks_.counts();
  const auto webhook = [&samples](const char* outcome, std::uint64_t count) {
    samples->push_back({"ml_connector_webhook_notices",
                        "Webhook notices this process took in since its start",
                        {{"outcome", outcome}},
                        static_cast<double>(count)});
  };
  webhook("accepted", counts.accepted);
  webhook("repeated", counts.repeated);
  webhook("refused", counts.refused);
  co_return samples;
}

Task<void> Server::watch_connections() {
  while (!stopping_) {
    auto reconciled = co_await reconcile_services();
    if (!reconciled) log_.error("store.failed", {{"message", reconciled.error().message}});
    if (!stopping_) co_await stop_signal_.wait(kWatchInterval);
  }
}

}  // namespace connector::app
