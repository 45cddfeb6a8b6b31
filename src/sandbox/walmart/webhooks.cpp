#include "sandbox/walmart/webhooks.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::Milliseconds;
using domain::UtcTime;

/// The id of a delivery: the notice, and whether it asks the receiver for an access token.
constexpr std::uint64_t delivery_id(std::uint32_t notice, bool is_token_request) {
  return std::uint64_t{notice} * 2 + (is_token_request ? 1 : 0);
}

std::string text_of(const Subscription& subscription, std::string_view name) {
  return subscription.authentication[name].text_or("");
}

void add_custom_headers(const Subscription& subscription, ports::HttpHeaders& headers) {
  for (const auto& [name, value] : subscription.headers.object()) {
    const bool is_there = ports::find_header(headers, name).has_value();
    if (!is_there) headers.emplace_back(name, value.text_or(""));
  }
}

std::string header_name(const Subscription& subscription) {
  const std::string name = text_of(subscription, "authHeaderName");
  return name.empty() ? "Authorization" : name;
}

void ask_for_token(Seller& seller, const Subscription& subscription, const Notice& notice) {
  Delivery delivery;
  delivery.url = text_of(subscription, "authUrl");
  delivery.headers = {{header_name(subscription),
                       base64_encode(text_of(subscription, "clientId") + ":" + text_of(subscription, "clientSecret"))},
                      {"Accept", "application/json; charset=UTF-8"},
                      {"Content-Type", "application/x-www-form-urlencoded; charset=ISO-8859-1"}};
  add_custom_headers(subscription, delivery.headers);
  delivery.body = "grant_type=client_credentials";
  delivery.id = delivery_id(notice.number, true);
  seller.webhooks.outgoing().push_back(std::move(delivery));
}

void add_authentication(const Switches& switches, const Subscription& subscription, Delivery& delivery) {
  const std::string method = text_of(subscription, "authMethod");
  if (method == "BASIC_AUTH") {
    std::string value = base64_encode(text_of(subscription, "userName") + ":" + text_of(subscription, "password"));
    if (switches.webhook_basic_prefix) value = "Basic " + value;
    delivery.headers.emplace_back(header_name(subscription), std::move(value));
  }
  if (method == "HMAC") {
    const std::string digest = hmac_sha256(text_of(subscription, "clientSecret"), delivery.body);
    delivery.headers.emplace_back(header_name(subscription), switches.webhook_hmac_encoding == "base64"
                                                                 ? base64_encode(digest)
                                                                 : hexadecimal(digest));
  }
  if (method == "OAUTH") {
    delivery.headers.emplace_back(header_name(subscription), "Bearer " + subscription.access_token);
  }
}

/// Sends one attempt of a notice, or first asks for the receiver's token.
void send(Seller& seller, Notice& notice, UtcTime now, Milliseconds delay) {
  const Subscription* subscription = seller.webhooks.find(notice.subscription_id);
  if (subscription == nullptr || subscription->status != "ACTIVE") return seller.webhooks.drop_notice(notice.number);
  const bool needs_token = text_of(*subscription, "authMethod") == "OAUTH" && subscription->access_token_expires <= now;
  notice.is_waiting_for_token = needs_token;
  if (needs_token) return ask_for_token(seller, *subscription, notice);
  Delivery delivery;
  delivery.url = subscription->url;
  delivery.headers = {{"Content-Type", "application/json"}};
  delivery.body = notice.body;
  delivery.delay = delay;
  delivery.id = delivery_id(notice.number, false);
  add_authentication(seller.switches, *subscription, delivery);
  add_custom_headers(*subscription, delivery.headers);
  ++seller.webhooks.counts().sent;
  seller.webhooks.outgoing().push_back(std::move(delivery));
}

void retry_or_give_up(Seller& seller, Notice& notice, UtcTime now) {
  ++notice.attempts;
  if (notice.attempts >= seller.switches.webhook_attempts) {
    ++seller.webhooks.counts().given_up;
    return seller.webhooks.drop_notice(notice.number);
  }
  std::int64_t wait = seller.switches.webhook_first_retry_seconds;
  for (std::int64_t attempt = 1; attempt < notice.attempts; ++attempt) wait *= 3;
  ++seller.webhooks.counts().retried;
  seller.agenda.add({now + std::chrono::seconds(wait), notice.number, 0, Agenda::Kind::webhook_retry});
}

}  // namespace

Subscription* Webhooks::find(std::string_view id) {
  const auto found = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                  [id](const Subscription& subscription) { return subscription.id == id; });
  return found == subscriptions_.end() ? nullptr : &*found;
}

bool Webhooks::is_wanted(std::string_view event_type) const {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(), [event_type](const Subscription& subscription) {
    return subscription.event_type == event_type && subscription.status == "ACTIVE";
  });
}

Notice& Webhooks::add_notice(Notice notice) {
  notice.number = next_number_++;
  return notices_.emplace(notice.number, std::move(notice)).first->second;
}

Notice* Webhooks::notice(std::uint32_t number) {
  const auto found = notices_.find(number);
  return found == notices_.end() ? nullptr : &found->second;
}

void Webhooks::forget_old(UtcTime now) {
  while (!notices_.empty() && now - notices_.begin()->second.started > std::chrono::hours(24)) {
    notices_.erase(notices_.begin());
  }
}

void publish(Seller& seller, std::string_view event_type, json::Value payload, UtcTime time) {
  seller.webhooks.forget_old(time);
  json::Value event;
  event.set("source",
            json::Object{
                {"eventType", event_type}, {"eventTime", domain::to_iso8601(time)}, {"eventId", seller.chance.uuid()}});
  event.set("payload", payload);
  const bool is_bare = event_type.starts_with("RETURN_") && !seller.switches.return_event_envelope;
  const std::string body = json::write(is_bare ? payload : event);
  std::vector<std::string> receivers;
  for (const Subscription& subscription : seller.webhooks.subscriptions()) {
    if (subscription.event_type == event_type && subscription.status == "ACTIVE") receivers.push_back(subscription.id);
  }
  for (const std::string& receiver : receivers) {
    const bool is_twice = seller.chance.per_mille(seller.switches.webhook_duplicate_per_mille);
    for (int copy = 0; copy < (is_twice ? 2 : 1); ++copy) {
      Milliseconds delay{0};
      if (seller.chance.per_mille(seller.switches.webhook_out_of_order_per_mille)) {
        delay = std::chrono::seconds(seller.chance.between(1, 600));
      }
      if (copy == 1) ++seller.webhooks.counts().duplicated;
      Notice notice;
      notice.subscription_id = receiver;
      notice.body = body;
      notice.started = time;
      send(seller, seller.webhooks.add_notice(std::move(notice)), time, delay);
    }
  }
}

void run_webhook_entry(Seller& seller, const Agenda::Entry& entry) {
  if (Notice* notice = seller.webhooks.notice(entry.subject)) send(seller, *notice, entry.time, Milliseconds(0));
}

void settle_delivery(Seller& seller, std::uint64_t id, const std::optional<ports::HttpResponse>& answer, UtcTime now) {
  Notice* notice = seller.webhooks.notice(static_cast<std::uint32_t>(id / 2));
  if (notice == nullptr) return;
  const bool is_token_request = id % 2 == 1;
  const bool is_success = answer && answer->status >= 200 && answer->status < 300;
  if (!is_token_request) {
    if (!is_success) return retry_or_give_up(seller, *notice, now);
    ++seller.webhooks.counts().answered;
    return seller.webhooks.drop_notice(notice->number);
  }
  Subscription* subscription = seller.webhooks.find(notice->subscription_id);
  if (subscription == nullptr) return seller.webhooks.drop_notice(notice->number);
  const auto body = is_success ? json::parse(answer->body) : json::parse("null");
  const auto seconds = body ? (*body)["expires_in"].integer() : std::nullopt;
  if (!seconds || *seconds < 1 || !(*body)["access_token"].is_string()) return retry_or_give_up(seller, *notice, now);
  subscription->access_token = (*body)["access_token"].string();
  subscription->access_token_expires = now + std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400));
  send(seller, *notice, now, Milliseconds(0));
}

}  // namespace connector::sandbox::walmart
