#include "sandbox/exact/webhooks.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sandbox/exact/json_answer.h"

namespace connector::sandbox::exact {
namespace {

std::string upper_case_hex(const unsigned char* bytes, std::size_t count) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += hex[bytes[i] >> 4U];
    text += hex[bytes[i] & 15U];
  }
  return text;
}

std::string content_of(const Administration& books, const WebhookSender& sender, const Notification& notification,
                       domain::UtcTime now) {
  const std::string key = to_string(books.guid(notification.record));
  std::string moment = domain::to_iso8601(now);
  moment.pop_back();
  std::string content = "{\"Topic\":";
  append_json_text(content, notification.topic);
  content += ",\"ClientId\":";
  append_json_text(content, sender.client_id);
  content += ",\"Division\":" + std::to_string(books.code()) + ",\"Action\":";
  append_json_text(content, notification.action);
  content += ",\"Key\":\"" + key + "\",\"ExactOnlineEndpoint\":";
  append_json_text(content, sender.base_url + "/api/v1/" + std::to_string(books.code()) + "/" +
                                resource_of(notification.record.table).path + "(guid'" + key + "')");
  content += ",\"EventCreatedOn\":\"" + moment + "\"}";
  return content;
}

}  // namespace

std::string sign_notification(const std::string& content, const std::string& secret) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest, &size);
  return "{\"Content\":" + content + ",\"HashCode\":\"" + upper_case_hex(digest, size) + "\"}";
}

Outcome create_webhook_subscription(Call& call) {
  const Draft& draft = call.draft;
  const std::string_view url = draft.get("CallbackURL").as_text();
  const std::string_view topic = draft.get("Topic").as_text();
  if (url.empty()) call.problems.add(Complaint::mandatory, Term::callback_url);
  if (topic.empty()) call.problems.add(Complaint::mandatory, Term::topic);
  // https only; plain loopback is what a sandbox on one machine needs.
  const bool loopback = url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
  if (!url.empty() && !url.starts_with("https://") && !loopback) {
    call.problems.add(Complaint::invalid, Term::callback_url);
  }
  if (draft.get("IsInstant").as_boolean() && topic != "GoodsDeliveries") {
    call.problems.add(Complaint::not_allowed, Term::topic);
  }
  if (call.books.switches().unknown_topics.count(std::string(topic)) != 0) {
    call.problems.add("The topic '" + std::string(topic) + "' is not supported.");
  }
  const Table& subscriptions = call.books.table(TableId::webhook_subscriptions);
  for (RowNumber row = 0; row < subscriptions.size(); ++row) {
    if (subscriptions.is_live(row) && subscriptions.get(row, "Topic").as_text() == topic) {
      call.problems.add(data_already_exists(call.problems.language()));
    }
  }
  if (call.problems.any()) return {};
  call.draft.set("Description", draft.get("Topic"));
  call.draft.set("ClientID", Value::guid(call.books.app()));
  return Outcome{Outcome::Kind::created, call.books.insert(TableId::webhook_subscriptions, call.draft, call.now), {}};
}

Outcome update_webhook_subscription(Call& call) {
  call.problems.add(Complaint::not_allowed, Term::callback_url);
  return {};
}

Delivery validation(std::string callback_url) {
  return Delivery{std::move(callback_url), {}, {}, domain::Milliseconds{1'000}};
}

std::vector<Delivery> notifications(Administration& books, const WebhookSender& sender, SeededStream& chance,
                                    domain::UtcTime now) {
  std::vector<Delivery> deliveries;
  const Switches& switches = books.switches();
  const Table& subscriptions = books.table(TableId::webhook_subscriptions);
  for (const Notification& notification : books.take_notifications()) {
    for (RowNumber row = 0; row < subscriptions.size(); ++row) {
      if (!subscriptions.is_live(row) || subscriptions.get(row, "Topic").as_text() != notification.topic) continue;
      if (chance.happens(static_cast<std::uint32_t>(switches.webhook_lost_per_million))) continue;
      const int times = chance.happens(static_cast<std::uint32_t>(switches.webhook_twice_per_million)) ? 2 : 1;
      for (int i = 0; i < times; ++i) {
        const std::int64_t jitter =
            switches.webhook_jitter_ms == 0
                ? 0
                : static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(switches.webhook_jitter_ms)));
        deliveries.push_back(Delivery{std::string(subscriptions.get(row, "CallbackURL").as_text()),
                                      {{"Content-Type", "application/json"}},
                                      sign_notification(content_of(books, sender, notification, now), sender.secret),
                                      domain::Milliseconds{switches.webhook_delay_ms + jitter}});
      }
    }
  }
  return deliveries;
}

}  // namespace connector::sandbox::exact
