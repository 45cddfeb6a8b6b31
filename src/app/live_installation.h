#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/context.h"
#include "domain/result.h"
#include "flows/connection_runtime.h"
#include "flows/environment.h"
#include "net/curl_transport.h"
#include "net/event_loop.h"
#include "net/system_clock.h"
#include "net/system_random.h"
#include "store/secret_store.h"
#include "store/store.h"

namespace connector::app {

/// The real ports with the store and vault of a config: what commands that call the remotes run on.
class LiveInstallation {
 public:
  /// Leaves the shared budgets before the connection's parts are destroyed.
  struct Leaving {
    net::EventLoop* loop = nullptr;
    void operator()(flows::ConnectionRuntime* runtime) const;
  };
  using OpenConnection = std::unique_ptr<flows::ConnectionRuntime, Leaving>;

  /// Loads the config that the context names. Errors: bad_input (config, key), store_failure.
  static domain::Result<std::unique_ptr<LiveInstallation>> open(const Context& context);
  static domain::Result<std::unique_ptr<LiveInstallation>> open(Config config);

  const Config& config() const { return config_; }
  net::EventLoop& loop() { return loop_; }
  net::SystemClock& clock() { return clock_; }
  net::SystemRandom& random() { return random_; }
  store::Store& store() { return *store_; }
  flows::Environment& environment() { return *environment_; }

  /// Runs a task on the loop and yields its result.
  template <class T>
  T run(ports::Task<T> task) {
    return net::run_until_complete(loop_, std::move(task));
  }
  /// As find_connection.
  domain::Result<store::ConnectionRow> connection(const std::string& name);
  /// All that works for one connection, for one command; destroyed before the installation.
  domain::Result<OpenConnection> runtime(store::ConnectionRow row);

 private:
  explicit LiveInstallation(Config config) : config_(std::move(config)) {}

  Config config_;
  net::EventLoop loop_;
  net::SystemClock clock_;
  net::SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::optional<store::SecretStore> secrets_;
  std::optional<net::CurlTransport> transport_;
  std::optional<flows::Environment> environment_;
};

}  // namespace connector::app
