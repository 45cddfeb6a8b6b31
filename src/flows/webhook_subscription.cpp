#include "flows/webhook_subscription.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "exact/refusals.h"
#include "flows/notice_routing.h"
#include "flows/shared_division.h"
#include "json/value.h"
#include "store/lease.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using exact::ODataQuery;
using ports::CallPriority;
using ports::Task;

namespace {

constexpr std::string_view kExactSubscriptions = "webhooks/WebhookSubscriptions";

std::string random_secret(ports::Random& random) {
  std::array<unsigned char, 32> bytes{};
  random.fill(bytes.data(), bytes.size());
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

domain::Error failed(const char* what, const ports::CallFailure& failure) {
  return {failure.error.cause, std::string(what) + ": " + failure.error.message};
}

walmart::WebhookAuthentication authentication_of(const WalmartWebhookKey& key, const std::string& address) {
  walmart::WebhookAuthentication authentication;
  authentication.method = key.method;
  authentication.header_name = key.header_name;
  if (key.method == "BASIC_AUTH") {
    authentication.user_name = key.user_name;
    authentication.password = key.password;
  } else {
    authentication.client_secret = key.client_secret;
  }
  if (key.method == "OAUTH") {
    authentication.client_id = key.client_id;
    authentication.auth_url = address + "/token";
  }
  return authentication;
}

WebhookRow row_of(const walmart::Subscription& subscription, const std::string& address) {
  return {"walmart",           subscription.subscription_id,     subscription.event_type, subscription.event_url,
          subscription.status, subscription.event_url == address};
}

Task<Result<std::optional<WalmartWebhookKey>>> kept_key(Environment* environment, store::ConnectionId connection) {
  using Kept = Result<std::optional<WalmartWebhookKey>>;
  auto kept = co_await environment->secrets.get(connection, std::string(kWalmartWebhook));
  if (!kept) co_return Kept(domain::fail(kept.error()));
  if (!*kept) co_return Kept(std::nullopt);
  auto value = json::parse(**kept);
  if (!value) co_return Kept(domain::fail(Cause::store_failure, "the stored key of Walmart's webhook cannot be read"));
  auto key = walmart_webhook_key_from_json(*value);
  if (!key) co_return Kept(domain::fail(key.error()));
  co_return Kept(std::move(*key));
}

Task<Result<std::vector<WebhookRow>>> list_exact(ConnectionRuntime* runtime, std::string address) {
  ODataQuery query(kExactSubscriptions);
  query.select({"ID", "Topic", "CallbackURL"});
  auto rows = co_await runtime->exact().get_all(query, CallPriority::person);
  if (!rows) co_return domain::fail(failed("reading Exact's webhooks", rows.error()));
  std::vector<WebhookRow> list;
  for (const json::Value& row : rows->value) {
    const std::string url = row["CallbackURL"].text_or("");
    list.push_back({"exact", row["ID"].text_or(""), row["Topic"].text_or(""), url, "ACTIVE", url == address});
  }
  co_return list;
}

/// Whether Exact refused this topic, and would not refuse others for the same. Its texts for that are not known, and a
/// subscription that was made after all is found by the next who subscribes.
bool is_refusal_of_topic(const ports::CallFailure& failure) {
  switch (failure.status) {
    case 401:
    case 408:
    case 429:
      return false;
    case 403:
      return exact::forbidden_by(failure) == exact::Forbidden::resource;
    default:
      return failure.status >= 400 && failure.status <= 500;
  }
}

Task<Result<void>> audit(Environment* environment, store::ConnectionId connection, std::string action,
                         std::string system, std::size_t count) {
  auto work = [connection, action = std::move(action), system = std::move(system), count,
               now = environment->clock.now()](store::Transaction& transaction) {
    store::AuditRecord record;
    record.at = now;
    record.connection = connection;
    record.actor = "system";
    record.action = action;
    json::Value detail{json::Object{}};
    detail.set("system", system);
    detail.set("subscriptions", count);
    record.detail = json::write(detail);
    return transaction.append_audit(std::move(record));
  };
  co_return co_await environment->store.write(std::move(work));
}

}  // namespace

std::string webhook_address(const std::string& public_url, const std::string& system, const std::string& connection) {
  return public_url + "/webhooks/" + system + "/" + ports::percent_encode(connection);
}

namespace {

/// Two processes that start together would each make a key, and Walmart's notices under the one that is not kept would
/// be refused for ever.
constexpr domain::Milliseconds kSubscribing = std::chrono::minutes(3);

std::string subscribing_lease(store::ConnectionId connection) {
  return "webhooks/walmart/" + std::to_string(connection);
}

domain::Error another_subscribes() {
  return {Cause::fenced, "another process is subscribing at Walmart right now; try again in a minute"};
}

/// Keeps a fresh key, unless another process came in between.
Task<Result<void>> store_key(Environment* environment, store::ConnectionId connection, WalmartWebhookKey key,
                             store::Lease held) {
  auto work = [connection, vault = environment->secrets.vault(), text = json::write(to_json(key)),
               held = std::move(held),
               now = environment->clock.now()](store::Transaction& transaction) -> Result<void> {
    const auto lease = store::renew_lease(transaction, held, now, now + kSubscribing);
    if (!lease) return domain::fail(lease.error());
    if (!*lease) return domain::fail(another_subscribes());
    return store::put_secret(transaction, vault, connection, kWalmartWebhook, text);
  };
  co_return co_await environment->store.write(std::move(work));
}

Task<Result<std::vector<WebhookRow>>> subscribe_under_lease(Environment& environment, ConnectionRuntime& runtime,
                                                            std::string public_url, std::string method,
                                                            store::Lease held) {
  const store::ConnectionId connection = runtime.row().id;
  const std::string address = webhook_address(public_url, "walmart", runtime.row().name);
  auto kept = co_await kept_key(&environment, connection);
  if (!kept) co_return domain::fail(kept.error());
  auto existing = co_await runtime.walmart().subscriptions();
  if (!existing) co_return domain::fail(failed("reading Walmart's webhooks", existing.error()));
  WalmartWebhookKey key;
  const bool fresh = !*kept || (!method.empty() && (*kept)->method != method);
  if (fresh) {
    key.method = method.empty() ? "HMAC" : method;
    key.user_name = "ml-connector-" + environment.random.uuid();
    key.password = random_secret(environment.random);
    key.client_id = key.user_name;
    key.client_secret = random_secret(environment.random);
    // What was subscribed here before would come under a key that is forgotten.
    for (const auto& subscription : existing->value) {
      if (subscription.event_url != address) continue;
      auto removed = co_await runtime.walmart().unsubscribe(subscription.subscription_id);
      if (!removed && removed.error().status != 404) {
        co_return domain::fail(failed("removing an older webhook at Walmart", removed.error()));
      }
    }
    auto stored = co_await store_key(&environment, connection, key, std::move(held));
    if (!stored) co_return domain::fail(stored.error());
  } else {
    key = std::move(**kept);
  }
  auto offered = co_await runtime.walmart().event_types();
  if (!offered) co_return domain::fail(failed("reading Walmart's event types", offered.error()));
  std::vector<walmart::Subscription> wanted;
  std::vector<WebhookRow> rows;
  for (const walmart::EventType& type : offered->value) {
    const auto& known = walmart_events();
    if (std::find(known.begin(), known.end(), type.event_type) == known.end()) continue;
    const auto subscribed = std::find_if(existing->value.begin(), existing->value.end(), [&](const auto& other) {
      return !fresh && other.event_type == type.event_type && other.event_url == address && other.status == "ACTIVE";
    });
    if (subscribed != existing->value.end()) {
      rows.push_back(row_of(*subscribed, address));
      continue;
    }
    walmart::Subscription subscription;
    subscription.event_type = type.event_type;
    subscription.event_version = type.event_version;
    subscription.resource_name = type.resource_name;
    subscription.event_url = address;
    subscription.authentication = authentication_of(key, address);
    wanted.push_back(std::move(subscription));
  }
  if (wanted.empty()) co_return rows;
  auto made = co_await runtime.walmart().subscribe(std::move(wanted));
  if (!made) co_return domain::fail(failed("subscribing at Walmart", made.error()));
  for (auto& subscription : made->value) {
    subscription.event_url = address;
    rows.push_back(row_of(subscription, address));
  }
  auto audited = co_await audit(&environment, connection, "webhook.subscribed", "walmart", made->value.size());
  if (!audited) co_return domain::fail(audited.error());
  co_return rows;
}

}  // namespace

Task<Result<std::vector<WebhookRow>>> subscribe_walmart(Environment& environment, ConnectionRuntime& runtime,
                                                        std::string public_url, std::string method) {
  const std::string name = subscribing_lease(runtime.row().id);
  auto take = [name, owner = environment.process, now = environment.clock.now()](store::Transaction& transaction) {
    return transaction.acquire_lease(name, owner, now, now + kSubscribing);
  };
  const auto taken = co_await environment.store.write(std::move(take));
  if (!taken) co_return domain::fail(taken.error());
  if (!*taken) co_return domain::fail(another_subscribes());
  auto rows = co_await subscribe_under_lease(environment, runtime, std::move(public_url), std::move(method), **taken);
  auto release = [name, owner = environment.process](store::Transaction& transaction) -> Result<void> {
    return transaction.release_lease(name, owner);
  };
  auto released = co_await environment.store.write(std::move(release));
  if (rows && !released) co_return domain::fail(released.error());
  co_return rows;
}

Task<Result<std::vector<WebhookRow>>> subscribe_exact(Environment& environment, ConnectionRuntime& runtime,
                                                      std::string public_url, std::string secret) {
  const store::ConnectionId connection = runtime.row().id;
  const std::string address = webhook_address(public_url, "exact", runtime.row().name);
  if (secret.empty()) {
    auto kept = co_await environment.secrets.get(connection, std::string(kExactWebhook));
    if (!kept) co_return domain::fail(kept.error());
    if (!*kept) {
      co_return domain::fail(Cause::bad_input,
                             "the webhook secret of the Exact app is needed; the App Center shows it (--secret-file)");
    }
  } else {
    auto stored = co_await environment.secrets.put(connection, std::string(kExactWebhook), secret);
    if (!stored) co_return domain::fail(stored.error());
  }
  auto rows = co_await list_exact(&runtime, address);
  if (!rows) co_return rows;
  // Exact has one subscription for an app, a division and a topic: what it tells a connection of the same division
  // comes here as well.
  auto look = [row = runtime.row()](store::Reader& reader) { return division_siblings(reader, row); };
  auto siblings = co_await environment.store.read(std::move(look));
  if (!siblings) co_return domain::fail(siblings.error());
  std::set<std::string> shared{address};
  for (const store::ConnectionRow& sibling : *siblings) {
    shared.insert(webhook_address(public_url, "exact", sibling.name));
  }
  std::vector<WebhookRow> result;
  std::size_t made = 0;
  std::string refused;
  for (const std::string& topic : exact_topics()) {
    const auto subscribed =
        std::find_if(rows->begin(), rows->end(), [&topic](const WebhookRow& row) { return row.event == topic; });
    if (subscribed != rows->end() && shared.contains(subscribed->address)) {
      result.push_back(*subscribed);
      continue;
    }
    if (subscribed != rows->end()) {
      auto removed = co_await runtime.exact().remove(std::string(kExactSubscriptions), subscribed->id,
                                                     CallPriority::person, std::nullopt);
      if (!removed) co_return domain::fail(failed("replacing a webhook at Exact", removed.error()));
    }
    json::Value body{json::Object{}};
    body.set("Topic", topic);
    body.set("CallbackURL", address);
    auto created = co_await runtime.exact().create(std::string(kExactSubscriptions), json::write(body),
                                                   CallPriority::person, std::nullopt);
    if (!created) {
      // Editions differ in their topics: one that is refused leaves the others.
      if (!is_refusal_of_topic(created.error())) {
        co_return domain::fail(failed("subscribing at Exact", created.error()));
      }
      refused = topic + ": " + created.error().error.message;
      result.push_back({"exact", "", topic, address, "REFUSED", true, created.error().error.message});
      continue;
    }
    ++made;
    result.push_back({"exact", created->value["ID"].text_or(""), topic, address, "ACTIVE", true});
  }
  const bool all_refused =
      std::all_of(result.begin(), result.end(), [](const WebhookRow& row) { return row.status == "REFUSED"; });
  if (all_refused) co_return domain::fail(Cause::business_refusal, "Exact refuses every topic; " + refused);
  if (made > 0) {
    auto audited = co_await audit(&environment, connection, "webhook.subscribed", "exact", made);
    if (!audited) co_return domain::fail(audited.error());
  }
  co_return result;
}

Task<Result<std::vector<WebhookRow>>> list_webhooks(Environment&, ConnectionRuntime& runtime, std::string public_url,
                                                    std::string system) {
  std::vector<WebhookRow> rows;
  if (system != "exact" && runtime.has_walmart_credentials()) {
    const std::string address = webhook_address(public_url, "walmart", runtime.row().name);
    auto found = co_await runtime.walmart().subscriptions();
    if (!found) co_return domain::fail(failed("reading Walmart's webhooks", found.error()));
    for (const auto& subscription : found->value) rows.push_back(row_of(subscription, address));
  }
  if (system != "walmart" && runtime.has_exact_credentials() && runtime.row().division != 0) {
    auto found = co_await list_exact(&runtime, webhook_address(public_url, "exact", runtime.row().name));
    if (!found) co_return found;
    rows.insert(rows.end(), found->begin(), found->end());
  }
  co_return rows;
}

Task<Result<std::size_t>> remove_webhooks(Environment& environment, ConnectionRuntime& runtime, std::string public_url,
                                          std::string system) {
  auto rows = co_await list_webhooks(environment, runtime, std::move(public_url), system);
  if (!rows) co_return domain::fail(rows.error());
  std::size_t count = 0;
  for (const WebhookRow& row : *rows) {
    if (!row.ours) continue;
    if (row.system == "walmart") {
      auto removed = co_await runtime.walmart().unsubscribe(row.id);
      if (!removed && removed.error().status != 404) {
        co_return domain::fail(failed("removing a webhook at Walmart", removed.error()));
      }
    } else {
      auto removed =
          co_await runtime.exact().remove(std::string(kExactSubscriptions), row.id, CallPriority::person, std::nullopt);
      if (!removed && removed.error().status != 404) {
        co_return domain::fail(failed("removing a webhook at Exact", removed.error()));
      }
    }
    ++count;
  }
  const std::string name(system == "walmart" ? kWalmartWebhook : kExactWebhook);
  auto forgotten = co_await environment.secrets.remove(runtime.row().id, name);
  if (!forgotten) co_return domain::fail(forgotten.error());
  auto audited = co_await audit(&environment, runtime.row().id, "webhook.removed", system, count);
  if (!audited) co_return domain::fail(audited.error());
  co_return count;
}

Task<Result<std::string>> test_walmart_webhook(Environment& environment, ConnectionRuntime& runtime,
                                               std::string public_url) {
  auto key = co_await kept_key(&environment, runtime.row().id);
  if (!key) co_return domain::fail(key.error());
  if (!*key) co_return domain::fail(Cause::bad_input, "there is no webhook yet; subscribe first");
  const std::string address = webhook_address(public_url, "walmart", runtime.row().name);
  walmart::Subscription subscription;
  subscription.event_type = "PO_CREATED";
  subscription.resource_name = "ORDER";
  subscription.event_url = address;
  subscription.authentication = authentication_of(**key, address);
  auto answer = co_await runtime.walmart().test_subscription(std::move(subscription));
  if (!answer) co_return domain::fail(failed("testing Walmart's webhook", answer.error()));
  co_return std::move(answer->value);
}

}  // namespace connector::flows
