#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "flows/environment.h"
#include "flows/webhook_key.h"
#include "ports/log.h"
#include "server/router.h"

namespace connector::server {

struct WebhookOptions {
  /// For so long after its first arrival the same notice may be the sender's own retry: it is acknowledged and makes no
  /// work. Walmart's last retry comes 65 minutes later (walmart.md 6). After that it is a replay.
  domain::Milliseconds retry_window = std::chrono::minutes(90);
  std::size_t largest_body = 256UL << 10U;
};

/// Takes in what the remotes tell: POST /webhooks/walmart/{connection}, /webhooks/exact/{connection}, and for Walmart's
/// OAUTH /webhooks/walmart/{connection}/token. A notice is answered 200 when it is durably stored, reduced to the ids
/// of what to look at; a forged or replayed one 401 with an audit record; a body too large 413. Executor thread only.
class WebhookReceiver {
 public:
  WebhookReceiver(flows::Environment& environment, ports::Log& log, WebhookOptions options);
  void add_routes(Router& router);

  /// Called with the connection after each notice that makes work.
  std::function<void(store::ConnectionId)> on_notice;
  struct Counts {
    std::uint64_t accepted = 0;
    std::uint64_t repeated = 0;
    std::uint64_t refused = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  /// A connection with its keys; read again after a few seconds, so that a burst costs one reading.
  struct Known {
    store::ConnectionRow row;
    std::optional<flows::WalmartWebhookKey> walmart;
    std::string exact_secret;
    std::vector<store::ConnectionId> siblings;  ///< of its division, which hear of it through this one
    domain::UtcTime read_at{};
  };
  struct Refusals {
    domain::UtcTime since{};
    std::uint64_t recorded = 0;
    std::uint64_t unrecorded = 0;
  };
  ports::Task<ports::ServerReply> take_walmart(RoutedRequest request);
  ports::Task<ports::ServerReply> take_exact(RoutedRequest request);
  ports::Task<ports::ServerReply> give_token(RoutedRequest request);
  /// nullptr if there is no such connection.
  ports::Task<domain::Result<const Known*>> known(std::string name, domain::Milliseconds at_most_old);
  /// The answer unless known() found a connection.
  static std::optional<ports::ServerReply> not_known(const domain::Result<const Known*>& found);
  /// For the first of the connections, which it was sent to, and for the others that it tells the same.
  ports::Task<ports::ServerReply> keep(std::vector<store::ConnectionId> connections, std::vector<store::NoticeRow> rows,
                                       std::string source, std::string remote_address);
  ports::Task<ports::ServerReply> refuse(store::ConnectionId connection, std::string source, std::string reason,
                                         std::string remote_address);

  flows::Environment& environment_;
  ports::Log& log_;
  WebhookOptions options_;
  std::map<std::string, Known, std::less<>> known_;
  std::map<store::ConnectionId, Refusals> refusals_;
  Counts counts_;
};

}  // namespace connector::server
