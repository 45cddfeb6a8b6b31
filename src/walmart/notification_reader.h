#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "walmart/payload_fields.h"

namespace connector::walmart {

/// How Walmart proves itself to our webhook. Secrets are write-only here: read subscriptions carry none of them.
struct WebhookAuthentication {
  std::string method;  ///< BASIC_AUTH, HMAC, OAUTH; empty = unauthenticated
  std::string header_name;
  std::string user_name;
  std::string password;
  std::string auth_url;   ///< OAUTH: where Walmart asks for an access token
  std::string client_id;  ///< OAUTH
  std::string client_secret;
};

struct Subscription {
  std::string subscription_id;
  std::string event_type;  ///< PO_CREATED, ORDER_UPDATES, RETURN_CREATED, ...
  std::string event_version = "V1";
  std::string resource_name;  ///< ORDER, RETURNS, ITEM, ...
  std::string event_url;
  std::string status = "ACTIVE";
  WebhookAuthentication authentication;
};

struct EventType {
  std::string event_type;
  std::string event_version;
  std::string resource_name;
  std::string description;
};

/// A delivered event, reduced to what names the facts to fetch: prices and addresses are never in it (walmart.md 6).
struct Notification {
  std::string event_id;    ///< duplicates share it; empty when the event comes without an envelope
  std::string event_type;  ///< of ORDER_UPDATES the subEventType, where there is one
  std::optional<domain::UtcTime> event_time;
  std::vector<std::string> purchase_order_ids;
  std::vector<std::string> return_order_ids;
  std::vector<std::string> skus;
  std::vector<std::string> report_request_ids;
};

/// Of a list of subscriptions, of the answer to POST (both {"events":[..]}) and of the single one that PATCH answers.
domain::Result<std::vector<Subscription>> read_subscriptions(std::string_view body);
domain::Result<std::vector<EventType>> read_event_types(std::string_view body);
/// The message of DELETE and of the test call.
domain::Result<std::string> read_subscription_message(std::string_view body);
domain::Result<Notification> read_notification(std::string_view body);

/// Body of POST /v3/webhooks/subscriptions.
std::string subscriptions_body(const std::vector<Subscription>& subscriptions);
/// Body of POST /v3/webhooks/test: one event.
std::string subscription_test_body(const Subscription& subscription);

}  // namespace connector::walmart
