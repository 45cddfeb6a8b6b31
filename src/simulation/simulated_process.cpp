#include "simulation/simulated_process.h"

#include "store/sqlite/sqlite_store.h"

namespace connector::simulation {

using domain::Result;

namespace {

constexpr std::string_view kPublicUrl = "https://connector.example";
constexpr domain::Milliseconds kLookAtNotices = std::chrono::hours(3);
/// Commits are small and no disk waits for them: smaller pages than the product's make a run shorter by a twentieth.
constexpr int kStorePageBytes = 4096;

}  // namespace

SimulatedProcess::SimulatedProcess(Installation& installation, Options options)
    : installation_(installation),
      options_(std::move(options)),
      executor_(installation.loop),
      clock_(installation.loop, options_.skew, installation.clock_jump),
      random_(options_.seed),
      mount_(installation.disk, "simulated/" + options_.name, options_.with_disk_faults),
      transport_(installation.network, {options_.name, executor_, clock_, is_dead_,
                                        [this] {
                                          if (on_write_sent) on_write_sent();
                                        },
                                        [this] {
                                          if (on_sleep) on_sleep();
                                        }}) {
  mount_.on_death = [this] {
    *is_dead_ = true;
    if (on_death) on_death();
  };
}

SimulatedProcess::~SimulatedProcess() {
  die();
  close();
  executor_.forget();
}

void SimulatedProcess::close() {
  tasks_.reset();
  watch_.reset();
  router_.reset();
  receiver_.reset();
  service_.reset();
  slots_.reset();
  environment_.reset();
  secrets_.reset();
  store_.reset();
}

void SimulatedProcess::die() {
  *is_dead_ = true;
  mount_.die();
}

Result<void> SimulatedProcess::open() {
  store::SqliteStoreOptions options;
  options.run_inline = true;
  options.vfs = mount_.vfs();
  options.busy_timeout = domain::Milliseconds{-1};  // real time is not to be waited for
  options.cache_kib = 1'024;
  options.page_bytes = kStorePageBytes;
  options.checkpoint_pages = 800;
  auto opened = store::open_sqlite_store(installation_.store_path, executor_, clock_, options);
  if (!opened) return domain::fail(opened.error());
  store_ = std::move(*opened);
  secrets_.emplace(*store_, installation_.vault);
  walmart::ClientOptions walmart;
  walmart.base_url = installation_.walmart_url;
  exact::ClientOptions exact;
  exact.base_url = installation_.exact_url;
  environment_.emplace(flows::Environment{*store_, *secrets_, executor_, clock_, random_, transport_, walmart, exact,
                                          "https://connector.example/oauth/exact/callback", options_.name,
                                          installation_.retry});
  environment_->idle_poll = installation_.watch.due;
  environment_->is_watched = true;
  slots_.emplace(executor_, 64);
  return {};
}

Result<void> SimulatedProcess::serve(ports::Log& log) {
  auto row = at_once(store_->read([](store::Reader& reader) { return reader.connection("shop"); }));
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(domain::Cause::not_found, "no connection yet");
  auto runtime = at_once(flows::ConnectionRuntime::open(*environment_, **row));
  if (!runtime) return domain::fail(runtime.error());
  service_ = std::make_unique<flows::ConnectionService>(*environment_, log, *slots_, installation_.schedule,
                                                        std::move(*runtime));
  service_->start();
  watch_.emplace(*environment_, log, installation_.watch);
  watch_->on_due = [this](store::ConnectionId) { service_->posting_is_due(); };
  watch_->on_held = [this](store::ConnectionId) { service_->held_may_be_released(); };
  watch_->on_notices = [this](store::ConnectionId) { service_->notice_arrived(); };
  tasks_.emplace(executor_);
  tasks_->spawn(watch_->run());
  if (!installation_.with_webhooks) return {};
  receiver_.emplace(*environment_, log, server::WebhookOptions{});
  receiver_->on_notice = [this](store::ConnectionId) { service_->notice_arrived(); };
  router_.emplace();
  receiver_->add_routes(*router_);
  tasks_->spawn(look_at_notices());
  service_->subscribe_webhooks(std::string(kPublicUrl));
  return {};
}

/// What the program's host tells its services every few seconds: how far notices can be relied on. It sums up all
/// notices, so that a simulated week would do little else.
ports::Task<void> SimulatedProcess::look_at_notices() {
  struct Known {
    std::vector<store::FlowRow> flows;
    std::vector<store::NoticeStatus> notices;
  };
  while (true) {
    auto query = [](store::Reader& reader) -> Result<Known> {
      Known known;
      auto rows = reader.flows(0);
      if (!rows) return domain::fail(rows.error());
      auto notices = reader.notice_status(0);
      if (!notices) return domain::fail(notices.error());
      return Known{std::move(*rows), std::move(*notices)};
    };
    auto known = co_await store_->read(std::move(query));
    if (known) {
      service_->apply(known->flows);
      service_->apply(known->notices);
    }
    co_await ports::sleep_for(executor_, kLookAtNotices);
  }
}

void SimulatedProcess::take_in(ports::ServerRequest request,
                               std::function<void(const ports::HttpResponse&)> on_answer) {
  if (router_) tasks_->spawn(answer(std::move(request), std::move(on_answer)));
}

ports::Task<void> SimulatedProcess::answer(ports::ServerRequest request,
                                           std::function<void(const ports::HttpResponse&)> on_answer) {
  auto reply = co_await router_->handle(std::move(request));
  if (!*is_dead_) on_answer(reply.response);
}

}  // namespace connector::simulation
