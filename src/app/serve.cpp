#include "app/serve.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "app/config_address.h"
#include "app/console_files.h"
#include "app/serve_metrics.h"
#include "flows/kept_sign_ins.h"
#include "flows/order_json.h"
#include "flows/sign_in_owner.h"
#include "json/value.h"
#include "server/exact_callback.h"
#include "server/health.h"
#include "walmart/endpoints.h"

namespace connector::app {

using domain::Milliseconds;
using domain::Result;
using ports::Task;

namespace {

/// How soon a connection that the command line added, changed or connected is noticed.
constexpr Milliseconds kWatchInterval{2'000};
constexpr Milliseconds kSignInInterval = std::chrono::hours(1);
/// Connections are read anew even if nobody is known to have changed them: a store that failed meanwhile, or a program
/// of another version, may have hidden it.
constexpr Milliseconds kWholeInterval = std::chrono::minutes(1);
/// How soon it is seen whether notices come.
constexpr Milliseconds kNoticeInterval{30'000};
/// Flows that run at once in this process; the others wait for their turn.
constexpr std::size_t kRunSlots = 64;
constexpr Milliseconds kGrace{10'000};
/// Orders read at once to see how long after its source fact a document came.
constexpr int kMostMeasured = 16;

flows::ServiceSchedule schedule_of(const Config& config) {
  flows::ServiceSchedule schedule;
  schedule.flows = config.schedule.flows;
  schedule.sweep = config.webhooks.sweep;
  schedule.silent_after = config.webhooks.silent_after;
  return schedule;
}

/// Those of one connection, of rows that are in the order of their connections.
template <class Row>
std::span<const Row> of_connection(const std::vector<Row>& rows, store::ConnectionId id) {
  const auto is_before = [](const Row& row, store::ConnectionId wanted) { return row.connection < wanted; };
  return {std::lower_bound(rows.begin(), rows.end(), id, is_before),
          std::lower_bound(rows.begin(), rows.end(), id + 1, is_before)};
}

}  // namespace

Server::Server(LiveInstallation& live, ports::Log& log)
    : live_(live),
      log_(log),
      webhooks_(live.environment(), log, {live.config().webhooks.retry_window}),
      stop_signal_(live.loop()),
      slots_(live.loop(), kRunSlots),
      watch_(live.environment(), log, {}),
      tasks_(live.loop()),
      watching_(live.loop()) {
  live_.environment().is_watched = true;
  watch_.on_due = teller(&flows::ConnectionService::posting_is_due);
  watch_.on_held = teller(&flows::ConnectionService::held_may_be_released);
  watch_.on_notices = teller(&flows::ConnectionService::notice_arrived);
  server::add_health_routes(router_, live_.store(), live_.clock(), [this] { return watched_; });
  server::add_exact_callback_route(router_, live_.environment());
  metrics_.add_route(router_);
  metrics_.collect = [this] { return collect_metrics(); };
  webhooks_.add_routes(router_);
  webhooks_.on_notice = teller(&flows::ConnectionService::notice_arrived);
}

Server::~Server() = default;

std::function<void(store::ConnectionId)> Server::teller(void (flows::ConnectionService::*what)()) {
  return [this, what](store::ConnectionId connection) {
    const auto running = services_.find(connection);
    if (running != services_.end()) (running->second.service.get()->*what)();
  };
}

Result<void> Server::start() {
  net::ServerOptions options;
  options.address = live_.config().server.listen_host;
  options.port = live_.config().server.listen_port;
  options.on_handler_failure = [this](std::string_view what) {
    log_.error("http.handler_failed", {{"message", std::string(what)}});
  };
  try {
    http_ = std::make_unique<net::HttpServer>(live_.loop(), options, [this](ports::ServerRequest request) {
      request.remote_address = ports::client_address(request, live_.config().server.trusted_proxies);
      return console_->handle(std::move(request));
    });
  } catch (const std::runtime_error& failure) {
    return domain::fail(domain::Cause::bad_input,
                        "cannot listen on " + live_.config().server.listen + ": " + failure.what());
  }
  const auto& exact = live_.config().exact;
  server::Console::Parts parts{live_.environment(),
                               *this,
                               log_,
                               console_files(),
                               public_address(),
                               {exact.base_url, exact.order_page, exact.delivery_page, exact.invoice_page}};
  console_ = std::make_unique<server::Console>(parts, router_);
  console_->start(tasks_);
  log_.info("started", {{"listen", address()}});
  watching_.spawn(watch_connections());
  tasks_.spawn(keep_sign_ins());
  tasks_.spawn(watch_.run());
  return {};
}

std::string Server::address() const { return http_address({live_.config().server.listen_host, http_->port()}); }

void Server::run_until_stopped() {
  live_.loop().handle_stop_signals([this] { stop(); });
  live_.loop().run();
}

Task<Result<std::string>> Server::console_link() {
  auto link = co_await console_->first_link();
  if (!link) co_return link;
  if (link->empty()) co_return public_address() + "/";
  co_return link;
}

std::string Server::public_address() const {
  return live_.config().server.listen_port == 0 ? address() : live_.config().server.public_url;
}

void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  console_->stop();
  watch_.stop();
  stop_signal_.notify_all();
  tasks_.spawn(shut_down());
}

Task<void> Server::shut_down() {
  log_.info("stopping");
  for (auto& [id, running] : services_) running.service->request_stop();
  co_await http_->stop(kGrace);
  // It may be at ending one of them.
  co_await watching_.join();
  for (auto& [id, running] : services_) co_await running.service->stop();
  log_.info("stopped");
  live_.loop().stop();
}

Result<std::map<store::ConnectionId, Server::Wanted>> Server::wanted_connections(store::Reader& reader) {
  auto rows = reader.connections();
  if (!rows) return domain::fail(rows.error());
  std::map<store::ConnectionId, Wanted> wanted;
  for (auto& row : *rows) {
    if (row.paused) continue;
    Wanted entry;
    entry.version.division = row.division;
    entry.version.settings = row.settings;
    // One whose sign-in is another's that is gone has none.
    const auto owner = flows::sign_in_owner(reader, row);
    for (const auto& [id, name] :
         {std::pair(row.id, flows::kWalmartCredentials), std::pair(owner ? owner->id : 0, flows::kExactCredentials)}) {
      auto sealed = reader.sealed_secret(id, name);
      if (!sealed) return domain::fail(sealed.error());
      entry.version.credentials += sealed->value_or("") + "\n";
    }
    entry.row = std::move(row);
    wanted.emplace(entry.row.id, std::move(entry));
  }
  return wanted;
}

Task<Result<void>> Server::reconcile_services() {
  const domain::UtcTime now = live_.clock().now();
  const bool with_notices = now - notices_looked_at_ >= kNoticeInterval;
  auto query = [with_notices, all = now - all_looked_at_ >= kWholeInterval,
                before = known_version_](store::Reader& reader) -> Result<Known> {
    Known known;
    auto version = reader.connections_version();
    if (!version) return domain::fail(version.error());
    known.version = *version;
    if (all || before != known.version) {
      auto wanted = wanted_connections(reader);
      if (!wanted) return domain::fail(wanted.error());
      known.wanted = std::move(*wanted);
      auto flows = reader.flows(0);
      if (!flows) return domain::fail(flows.error());
      known.flows = std::move(*flows);
    }
    if (!with_notices && !known.wanted) return known;
    auto notices = reader.notice_status(0);
    if (!notices) return domain::fail(notices.error());
    known.notices = std::move(*notices);
    return known;
  };
  auto known = co_await live_.store().read(std::move(query));
  if (!known) co_return domain::fail(known.error());
  if (known->wanted) {
    known_version_ = known->version;
    all_looked_at_ = now;
    co_await end_outdated(*known->wanted);
    for (auto& [id, running] : services_) running.service->apply(of_connection(known->flows, id));
  }
  if (with_notices || known->wanted) {
    notices_looked_at_ = now;
    for (auto& [id, running] : services_) running.service->apply(of_connection(known->notices, id));
  }
  if (known->wanted) co_await begin_new(&*known);
  watched_ = true;
  co_return Result<void>{};
}

Task<void> Server::end_outdated(const std::map<store::ConnectionId, Wanted>& wanted) {
  std::vector<store::ConnectionId> outdated;
  for (const auto& [id, running] : services_) {
    const auto match = wanted.find(id);
    if (match == wanted.end() || !(match->second.version == running.version)) outdated.push_back(id);
  }
  for (const auto id : outdated) {
    co_await services_.at(id).service->stop();
    services_.erase(id);
  }
}

Task<void> Server::begin_new(Known* known) {
  for (auto& [id, entry] : *known->wanted) {
    if (services_.contains(id)) continue;
    const std::string name = entry.row.name;
    auto runtime = co_await flows::ConnectionRuntime::open(live_.environment(), std::move(entry.row));
    if (stopping_) co_return;
    if (!runtime) {
      log_.error("connection.unusable", {{"connection", name}, {"message", runtime.error().message}});
      if (runtime.error().cause == domain::Cause::store_failure) known_version_.reset();  // tried again soon
      continue;
    }
    if (!(*runtime)->has_walmart_credentials() || !(*runtime)->has_exact_credentials() ||
        (*runtime)->row().division == 0) {
      continue;  // not fully connected yet: nothing could succeed
    }
    Running running{std::move(entry.version),
                    std::make_unique<flows::ConnectionService>(live_.environment(), log_, slots_,
                                                               schedule_of(live_.config()), std::move(*runtime))};
    running.service->apply(of_connection(known->flows, id));
    running.service->apply(of_connection(known->notices, id));
    running.service->on_posting = [this, name](const store::PostingRow& row) {
      if (row.state == store::PostingState::posted) tasks_.spawn(note_posted(name, row));
    };
    running.service->start();
    services_.emplace(id, std::move(running));
    log_.info("connection.started", {{"connection", name}});
    if (live_.config().webhooks.subscribe) {
      services_.at(id).service->subscribe_webhooks(live_.config().server.public_url);
    }
  }
}

Task<void> Server::note_posted(std::string connection, store::PostingRow row) {
  const domain::UtcTime now = live_.clock().now();
  std::optional<Milliseconds> since_fact;
  // While a backlog is worked off a part of it is enough.
  if (measuring_ < kMostMeasured && !row.source_id.empty()) {
    ++measuring_;
    auto query = [id = row.connection, source = row.source_id](store::Reader& reader) {
      return reader.order(id, source);
    };
    const auto order = co_await live_.store().read(std::move(query));
    --measuring_;
    if (order && *order) {
      const auto value = json::parse((*order)->facts);
      const auto facts = value ? flows::order_from_json(*value) : domain::fail(value.error());
      const auto fact = facts ? fact_time(*facts, row.kind, row.created_at) : std::nullopt;
      if (fact) since_fact = now - *fact;
    }
  }
  metrics_.note_posted(connection, std::string(domain::to_string(row.kind)), now - row.created_at, since_fact);
}

Task<Result<std::vector<server::MetricSample>>> Server::collect_metrics() {
  auto query = [now = live_.clock().now()](store::Reader& reader) { return stored_metrics(reader, now); };
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
    if (!stopping_ && !changed_) co_await stop_signal_.wait(kWatchInterval);
    changed_ = false;
  }
}

Task<void> Server::keep_sign_ins() {
  while (!stopping_) {
    auto kept = co_await flows::keep_paused_sign_ins(live_.environment());
    if (!kept) log_.error("store.failed", {{"message", kept.error().message}});
    for (const auto& each : kept ? *kept : std::vector<flows::KeptSignIn>{}) {
      if (each.outcome) {
        log_.info("sign_in.kept", {{"connection", each.connection}});
      } else {
        log_.warning("sign_in.not_kept", {{"connection", each.connection}, {"message", each.outcome.error().message}});
      }
    }
    if (!stopping_) co_await stop_signal_.wait(kSignInInterval);
  }
}

server::LiveConnection Server::live(store::ConnectionId connection) {
  server::LiveConnection live;
  const auto found = services_.find(connection);
  if (found == services_.end()) return live;
  flows::ConnectionService& service = *found->second.service;
  live.running = true;
  live.walmart_refuses = service.runtime().walmart_session().needs_person();
  live.exact_refuses = service.runtime().exact_session().needs_person();
  for (const auto& scheduled : service.flows()) {
    const store::FlowRow& row = scheduled->row();
    server::LiveConnection::Flow flow;
    flow.name = scheduled->flow().name();
    flow.last_started = row.started_at;
    flow.last_succeeded = row.succeeded_at;
    if (!row.paused) flow.next_run = flows::FlowRunner::due(row, scheduled->schedule());
    flow.last_error = row.last_error;
    live.flows.push_back(std::move(flow));
  }
  const flows::ReferenceStatus& references = service.references_status();
  server::LiveConnection::Flow cached;
  cached.name = "references";
  const domain::UtcTime never{};
  if (references.last_started != never) {
    cached.last_started = references.last_started;
    cached.next_run = references.last_started + schedule_of(live_.config()).references;
  }
  if (references.last_succeeded != never) cached.last_succeeded = references.last_succeeded;
  cached.last_error = references.last_error;
  live.flows.push_back(std::move(cached));
  const auto window = [](const engine::ExactBudget::Window& known) -> std::optional<server::LiveConnection::Window> {
    if (!known.limit) return std::nullopt;
    return server::LiveConnection::Window{std::max<std::int64_t>(0, known.remaining), *known.limit, known.reset};
  };
  live.exact_minute = window(service.runtime().exact_budget().minute());
  live.exact_day = window(service.runtime().exact_budget().day());
  live.walmart_orders_left = service.runtime().walmart_budget().calls_left(walmart::endpoints::orders);
  return live;
}

void Server::poll_orders_now(store::ConnectionId connection) {
  const auto found = services_.find(connection);
  if (found == services_.end()) return;
  if (flows::ScheduledFlow* orders = found->second.service->flow("orders")) orders->want_run();
}

void Server::connections_changed() {
  changed_ = true;
  stop_signal_.notify_all();
}

}  // namespace connector::app
