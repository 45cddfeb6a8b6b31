#include "app/live_installation.h"

#include <exception>

#include "app/config_file.h"
#include "app/installation.h"
#include "store/open_store.h"

namespace connector::app {

using domain::Result;

Result<std::unique_ptr<LiveInstallation>> LiveInstallation::open(const Context& context) {
  auto loaded = load_config(context.config_file, context.environment);
  if (!loaded) return domain::fail(loaded.error());
  return open(std::move(loaded->config));
}

Result<std::unique_ptr<LiveInstallation>> LiveInstallation::open(Config config) {
  std::unique_ptr<LiveInstallation> live(new LiveInstallation(std::move(config)));
  const Config& settings = live->config_;
  auto vault = store::Vault::open(master_key_source(settings));
  if (!vault) return domain::fail(vault.error());
  auto opened = store::open_store(settings.store.place, live->loop_, live->clock_);
  if (!opened) return domain::fail(opened.error());
  live->store_ = std::move(*opened);
  auto fits = live->run(
      live->store_->read([vault = *vault](store::Reader& reader) { return store::check_vault(reader, vault); }));
  if (!fits) return domain::fail(fits.error());
  live->secrets_.emplace(*live->store_, std::move(*vault));

  net::TransportOptions transport;
  transport.allow_plain_loopback = settings.http.allow_plain_loopback;
  transport.connect_timeout = settings.http.connect_timeout;
  transport.user_agent = "ml-connector";
  live->transport_.emplace(live->loop_, live->clock_, transport);

  walmart::ClientOptions walmart;
  walmart.base_url = settings.walmart.base_url;
  walmart.request_timeout = settings.http.request_timeout;
  exact::ClientOptions exact;
  exact.base_url = settings.exact.base_url;
  exact.request_timeout = settings.http.request_timeout;
  engine::RetryPolicy retry;
  retry.initial = settings.retry.initial;
  retry.factor = settings.retry.factor;
  retry.maximum = settings.retry.max;
  retry.give_up_after = settings.retry.give_up_after;
  live->environment_.emplace(flows::Environment{*live->store_, *live->secrets_, live->loop_, live->clock_,
                                                live->random_, *live->transport_, walmart, exact,
                                                settings.server.public_url + "/oauth/exact/callback",
                                                live->random_.uuid(), retry, settings.http.request_timeout});
  live->environment_->overlap = settings.schedule.overlap;
  return live;
}

void LiveInstallation::Leaving::operator()(flows::ConnectionRuntime* runtime) const {
  const std::unique_ptr<flows::ConnectionRuntime> owned(runtime);
  // A command that is broken off may have calls under way: what it took lapses by itself.
  if (std::uncaught_exceptions() > 0) return;
  try {
    net::run_until_complete(*loop, owned->leave());
  } catch (const net::Interrupted&) {
    return;
  }
}

Result<LiveInstallation::OpenConnection> LiveInstallation::runtime(store::ConnectionRow row) {
  auto opened = run(flows::ConnectionRuntime::open(*environment_, std::move(row)));
  if (!opened) return domain::fail(opened.error());
  return OpenConnection(opened->release(), Leaving{&loop_});
}

Result<store::ConnectionRow> LiveInstallation::connection(const std::string& name) {
  return run(store_->read([name](store::Reader& reader) { return find_connection(reader, name); }));
}

}  // namespace connector::app
