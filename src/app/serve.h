#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/live_installation.h"
#include "flows/connection_service.h"
#include "flows/work_watch.h"
#include "net/http_server.h"
#include "ports/log.h"
#include "server/connection_host.h"
#include "server/console.h"
#include "server/metrics.h"
#include "server/router.h"
#include "server/webhooks.h"

namespace connector::app {

/// The connector at work: a ConnectionService for every connection of the store, begun, ended and renewed as the store
/// changes (also by other processes), and the HTTP surface. Loop thread only.
class Server : private server::ConnectionHost {
 public:
  Server(LiveInstallation& live, ports::Log& log);
  ~Server() override;

  /// Binds the address and starts everything. Error: bad_input when it cannot listen.
  domain::Result<void> start();
  /// "http://host:port" as bound.
  std::string address() const;
  /// Runs until SIGINT, SIGTERM or stop(); requests in flight are let end.
  void run_until_stopped();
  void stop();
  /// Where a person opens the console: a one-time link while nobody can sign in, its address after that.
  ports::Task<domain::Result<std::string>> console_link();

 private:
  std::string public_address() const;
  server::LiveConnection live(store::ConnectionId connection) override;
  void poll_orders_now(store::ConnectionId connection) override;
  void connections_changed() override;

  /// What makes a running service out of date.
  struct Version {
    std::int64_t division = 0;
    std::string settings;
    std::string credentials;
    bool operator==(const Version&) const = default;
  };
  struct Running {
    Version version;
    std::unique_ptr<flows::ConnectionService> service;
  };
  ports::Task<void> watch_connections();
  ports::Task<void> keep_sign_ins();
  /// What the store knows of connections, by id, as far as it was read.
  struct Wanted {
    store::ConnectionRow row;
    Version version;
  };
  struct Known {
    std::int64_t version = 0;
    std::optional<std::map<store::ConnectionId, Wanted>> wanted;  ///< nullopt: as they were
    std::vector<store::FlowRow> flows;
    std::vector<store::NoticeStatus> notices;
  };
  /// Tells the service of a connection, if this process has one.
  std::function<void(store::ConnectionId)> teller(void (flows::ConnectionService::*what)());
  static domain::Result<std::map<store::ConnectionId, Wanted>> wanted_connections(store::Reader& reader);
  ports::Task<domain::Result<void>> reconcile_services();
  ports::Task<void> end_outdated(const std::map<store::ConnectionId, Wanted>& wanted);
  ports::Task<void> begin_new(Known* known);
  ports::Task<void> shut_down();
  ports::Task<domain::Result<std::vector<server::MetricSample>>> collect_metrics();
  ports::Task<void> note_posted(std::string connection, store::PostingRow row);

  LiveInstallation& live_;
  ports::Log& log_;
  server::Router router_;
  server::WebhookReceiver webhooks_;
  server::Metrics metrics_;
  std::unique_ptr<server::Console> console_;
  std::unique_ptr<net::HttpServer> http_;
  ports::Signal stop_signal_;
  flows::RunSlots slots_;
  std::map<store::ConnectionId, Running> services_;
  flows::WorkWatch watch_;
  std::optional<std::int64_t> known_version_;  ///< store::Reader::connections_version() that services_ answers to
  domain::UtcTime all_looked_at_{};
  domain::UtcTime notices_looked_at_{};
  int measuring_ = 0;
  bool stopping_ = false;
  bool watched_ = false;
  bool changed_ = false;
  ports::TaskGroup tasks_;
  ports::TaskGroup watching_;  ///< begins and ends services, alone until it has ended
};

}  // namespace connector::app
