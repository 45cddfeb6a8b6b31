#pragma once

#include <string>
#include <vector>

#include "flows/connection_runtime.h"
#include "flows/environment.h"
#include "flows/webhook_key.h"

namespace connector::flows {

/// A subscription at a remote, as a person sees it.
struct WebhookRow {
  std::string system;  ///< "walmart" or "exact"
  std::string id;
  std::string event;         ///< event type or topic
  std::string address;       ///< that the remote calls
  std::string status;        ///< the remote's word
  bool ours = false;         ///< its address is this connection's
  std::string refusal = {};  ///< why Exact has no subscription to this topic; its status is "REFUSED" then
};

/// "https://connector.example/webhooks/walmart/shop"
std::string webhook_address(const std::string& public_url, const std::string& system, const std::string& connection);

/// Subscribes to all events of the known ones that Walmart offers and that are not subscribed yet at this address,
/// under a fresh key of this method if none is kept or another method is wanted; the key is durable before Walmart
/// learns it. Earlier subscriptions of this address under another key are removed first. One process at a time: fenced
/// while another is at it.
ports::Task<domain::Result<std::vector<WebhookRow>>> subscribe_walmart(Environment& environment,
                                                                       ConnectionRuntime& runtime,
                                                                       std::string public_url, std::string method);
/// Subscribes to the known topics that are not subscribed yet. `secret` is the app's webhook secret from the App
/// Center; empty: the one kept. Exact allows one subscription per topic; one with another address is replaced. A topic
/// that Exact refuses leaves the others. Error: all are refused, or something that would refuse all the same.
ports::Task<domain::Result<std::vector<WebhookRow>>> subscribe_exact(Environment& environment,
                                                                     ConnectionRuntime& runtime, std::string public_url,
                                                                     std::string secret);
/// All subscriptions at the remotes that this connection's credentials show.
ports::Task<domain::Result<std::vector<WebhookRow>>> list_webhooks(Environment& environment, ConnectionRuntime& runtime,
                                                                   std::string public_url, std::string system);
/// Removes this connection's subscriptions at a remote, then the key: late notices are refused from then on.
ports::Task<domain::Result<std::size_t>> remove_webhooks(Environment& environment, ConnectionRuntime& runtime,
                                                         std::string public_url, std::string system);
/// Has Walmart send one test notice to this connection's address; Walmart's words.
ports::Task<domain::Result<std::string>> test_walmart_webhook(Environment& environment, ConnectionRuntime& runtime,
                                                              std::string public_url);

}  // namespace connector::flows
