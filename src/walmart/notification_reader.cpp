#include "walmart/notification_reader.h"

#include <algorithm>

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Array;
using json::Object;
using json::Value;

namespace {

Subscription read_subscription(const Value& value) {
  Subscription subscription;
  subscription.subscription_id = value["subscriptionId"].text_or("");
  subscription.event_type = value["eventType"].text_or("");
  subscription.event_version = value["eventVersion"].text_or("");
  subscription.resource_name = value["resourceName"].text_or("");
  subscription.event_url = value["eventUrl"].text_or("");
  subscription.status = value["status"].text_or("");
  subscription.authentication.method = value["authDetails"]["authMethod"].text_or("");
  subscription.authentication.header_name = value["authDetails"]["authHeaderName"].text_or("");
  return subscription;
}

void set_if_given(Value& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.set(name, text);
}

Value write_subscription(const Subscription& subscription) {
  Value event = Object{{"eventType", subscription.event_type},
                       {"eventVersion", subscription.event_version},
                       {"resourceName", subscription.resource_name},
                       {"eventUrl", subscription.event_url}};
  const WebhookAuthentication& authentication = subscription.authentication;
  if (!authentication.method.empty()) {
    Value details = Object{{"authMethod", authentication.method}};
    set_if_given(details, "userName", authentication.user_name);
    set_if_given(details, "password", authentication.password);
    set_if_given(details, "authUrl", authentication.auth_url);
    set_if_given(details, "clientId", authentication.client_id);
    set_if_given(details, "clientSecret", authentication.client_secret);
    set_if_given(details, "authHeaderName", authentication.header_name);
    event.set("authDetails", std::move(details));
    const Value headers = Object{{"content-type", "application/json"}};
    event.set("headers", headers);
  }
  event.set("status", subscription.status);
  return event;
}

void add_id(std::vector<std::string>& ids, const Value& value) {
  std::string id = trimmed(value.text_or(""));
  if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
}

}  // namespace

Result<std::vector<Subscription>> read_subscriptions(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const bool is_single = document->contains("subscriptionId");
  if (!is_single && !(*document)["events"].is_array()) {
    return fail(Cause::malformed_response, "Walmart's answer holds no subscriptions");
  }
  std::vector<Subscription> subscriptions;
  for (const Value* event : elements(is_single ? *document : (*document)["events"])) {
    subscriptions.push_back(read_subscription(*event));
  }
  return subscriptions;
}

Result<std::vector<EventType>> read_event_types(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["events"].is_array()) return fail(Cause::malformed_response, "Walmart's answer holds no events");
  std::vector<EventType> types;
  for (const Value* event : elements((*document)["events"])) {
    types.push_back({(*event)["eventType"].text_or(""), (*event)["eventVersion"].text_or(""),
                     (*event)["resourceName"].text_or(""), (*event)["description"].text_or("")});
  }
  return types;
}

Result<std::string> read_subscription_message(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["message"].is_string()) return fail(Cause::malformed_response, "Walmart's answer holds no message");
  return (*document)["message"].text_or("");
}

Result<Notification> read_notification(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& source = (*document)["source"];
  // Returns have been documented without the envelope (walmart.md 6).
  const Value& payload = (*document)["payload"].is_object() ? (*document)["payload"] : *document;
  Notification notification;
  notification.event_id = trimmed(source["eventId"].text_or(""));
  notification.event_type = trimmed(source["eventType"].text_or(""));
  for (const Value* place : {&payload["meta"]["subEventType"], &payload["subEventType"], &source["subEventType"]}) {
    if (place->is_string()) notification.event_type = trimmed(place->string());
  }
  notification.event_time = read_instant(source["eventTime"]);
  add_id(notification.purchase_order_ids, payload["purchaseOrderId"]);
  add_id(notification.purchase_order_ids, payload["order"]["purchaseOrderId"]);
  add_id(notification.return_order_ids, payload["returnOrderId"]);
  // Of an item or its stock the SKU stands in the payload, of a buy box inside itemInfo.
  add_id(notification.skus, payload["sku"]);
  add_id(notification.skus, payload["itemInfo"]["sku"]);
  add_id(notification.report_request_ids, payload["requestId"]);
  for (const Value* order : elements(payload["returnOrders"])) {
    add_id(notification.return_order_ids, (*order)["returnOrderId"]);
    add_id(notification.purchase_order_ids, (*order)["purchaseOrderId"]);
  }
  if (notification.event_type.empty() && !notification.return_order_ids.empty()) {
    notification.event_type = "RETURN_CREATED";
  }
  if (notification.event_type.empty()) {
    return fail(Cause::unexpected_source_data, "the notification names no event type");
  }
  return notification;
}

std::string subscriptions_body(const std::vector<Subscription>& subscriptions) {
  Value events = Array();
  for (const Subscription& subscription : subscriptions) events.push_back(write_subscription(subscription));
  return json::write(Object{{"events", std::move(events)}});
}

std::string subscription_test_body(const Subscription& subscription) {
  return json::write(write_subscription(subscription));
}

}  // namespace connector::walmart
