#pragma once

#include <string>
#include <vector>

#include "sandbox/exact/resource.h"
#include "sandbox/faults/seeded_stream.h"
#include "sandbox/service.h"

namespace connector::sandbox::exact {

/// POST webhooks/WebhookSubscriptions: one per topic (exact.md 5).
Outcome create_webhook_subscription(Call& call);
/// PUT is listed, but refused (exact.md 5).
Outcome update_webhook_subscription(Call& call);

/// The app behind the subscriptions.
struct WebhookSender {
  std::string client_id;
  std::string secret;
  std::string base_url;  ///< in ExactOnlineEndpoint
};

/// Turns the changes since the last call into signed notifications for the subscribers, with the losses, doubles and
/// delays that the switches ask for.
std::vector<Delivery> notifications(Administration& books, const WebhookSender& sender, SeededStream& chance,
                                    domain::UtcTime now);

/// The empty POST that follows a subscription.
Delivery validation(std::string callback_url);

/// {"Content":…,"HashCode":"…"}: upper-case hex HMAC-SHA256 of the content's bytes under the app's webhook secret.
std::string sign_notification(const std::string& content, const std::string& secret);

}  // namespace connector::sandbox::exact
