#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/walmart/encoding.h"
#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

struct EventType {
  std::string_view resource, type, description;
};

constexpr std::array<EventType, 12> event_types = {
    {{"ITEM", "OFFER_UNPUBLISHED", "Notification for unpublished offers"},
     {"ITEM", "OFFER_PUBLISHED", "Notification for published offers"},
     {"PRICE", "BUY_BOX_CHANGED", "Notification for change in buy box"},
     {"ORDER", "PO_CREATED", "Notification for new purchase order created"},
     {"ORDER", "PO_LINE_AUTOCANCELLED", "Notification for purchase order line auto-cancelled"},
     {"ORDER", "ORDER_UPDATES", "Notification for updates of an order"},
     {"ORDER", "INTENT_TO_CANCEL", "Notification for a customer's wish to cancel"},
     {"INVENTORY", "INVENTORY_OOS", "Notification for items out of stock"},
     {"RETURNS", "RETURN_CREATED", "Notification for new return created"},
     {"RETURNS", "RETURN_DELIVERED", "Notification for return delivered"},
     {"RETURNS", "RETURN_INVOICED", "Notification for return refunded"},
     {"REPORTS", "REPORT_STATUS", "Notification for report status"}}};

ports::HttpResponse bad_content(const Seller& seller, std::string field, std::string description) {
  return refuse(seller.switches, Origin::notifications, 400,
                Fault{"INVALID_REQUEST_CONTENT", std::move(field), std::move(description)});
}

bool is_web_address(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

/// What is wrong with authDetails; empty when nothing is.
std::string authentication_fault(const json::Value& details) {
  if (details.is_null()) return "";
  const std::string_view method = details["authMethod"].string();
  const auto lacks = [&details](std::string_view name) { return details[name].string().empty(); };
  if (lacks("authHeaderName")) return "authHeaderName is required";
  if (method == "BASIC_AUTH") return lacks("userName") || lacks("password") ? "userName and password are required" : "";
  if (method == "HMAC") return lacks("clientSecret") ? "clientSecret is required" : "";
  if (method == "OAUTH") {
    return lacks("clientId") || lacks("clientSecret") || !is_web_address(details["authUrl"].string())
               ? "authUrl, clientId and clientSecret are required"
               : "";
  }
  return "authMethod must be BASIC_AUTH, HMAC or OAUTH";
}

/// What is wrong with an event of a subscription request; empty when nothing is.
std::string event_fault(const json::Value& event) {
  const bool is_known = std::any_of(event_types.begin(), event_types.end(), [&](const EventType& known) {
    return known.type == event["eventType"].string() && known.resource == event["resourceName"].string();
  });
  if (!is_known) return "eventType and resourceName are not supported";
  if (event["eventVersion"].string() != "V1") return "eventVersion is not supported";
  if (!is_web_address(event["eventUrl"].string())) return "eventUrl is not valid";
  return authentication_fault(event["authDetails"]);
}

json::Value short_form(const Seller& seller, const Subscription& subscription) {
  json::Value value;
  value.set("eventType", subscription.event_type);
  value.set("subscriptionId", subscription.id);
  value.set("partnerId", seller.config.partner_id);
  value.set("eventVersion", subscription.event_version);
  value.set("resourceName", subscription.resource_name);
  value.set("status", subscription.status);
  return value;
}

json::Value full_form(const Seller& seller, const Subscription& subscription) {
  json::Value value = short_form(seller, subscription);
  value.erase("status");
  value.set("eventUrl", subscription.url);
  if (!subscription.headers.is_null()) value.set("headers", subscription.headers);
  if (!subscription.authentication.is_null()) value.set("authDetails", subscription.authentication);
  value.set("status", subscription.status);
  return value;
}

Subscription* addressed(Seller& seller, const Request& request) { return seller.webhooks.find(request.segments[3]); }

ports::HttpResponse unknown_subscription(const Seller& seller) {
  return not_found(seller.switches, Origin::notifications, "Subscription not found");
}

}  // namespace

ports::HttpResponse get_event_types(Seller&, const Request&, UtcTime) {
  json::Array events;
  for (const EventType& type : event_types) {
    events.push_back(json::Object{{"resourceName", type.resource},
                                  {"eventType", type.type},
                                  {"eventVersion", "V1"},
                                  {"description", type.description}});
  }
  return json_reply(json::Object{{"events", std::move(events)}});
}

ports::HttpResponse get_subscriptions(Seller& seller, const Request& request, UtcTime) {
  json::Array events;
  for (const Subscription& subscription : seller.webhooks.subscriptions()) {
    const auto differs = [&request](std::string_view name, std::string_view value) {
      return request.has(name) && request.parameter(name) != value;
    };
    if (differs("subscriptionId", subscription.id) || differs("eventType", subscription.event_type) ||
        differs("resourceName", subscription.resource_name) || differs("status", subscription.status)) {
      continue;
    }
    events.push_back(full_form(seller, subscription));
  }
  return json_reply(json::Object{{"events", std::move(events)}});
}

ports::HttpResponse post_subscriptions(Seller& seller, const Request& request, UtcTime) {
  const auto body = json::parse(request.source.body);
  if (!body || (*body)["events"].array().empty()) {
    return malformed_body(seller.switches, Origin::notifications, "The body must be JSON with events");
  }
  const json::Array& wanted = (*body)["events"].array();
  for (const json::Value& event : wanted) {
    if (const std::string fault = event_fault(event); !fault.empty()) return bad_content(seller, "events", fault);
    const std::string status = event["status"].text_or("ACTIVE");
    if (status != "ACTIVE" && status != "INACTIVE") return bad_content(seller, "status", "status is not supported");
  }
  json::Array events;
  for (const json::Value& event : wanted) {
    Subscription subscription;
    subscription.id = seller.chance.uuid();
    subscription.event_type = event["eventType"].string();
    subscription.event_version = event["eventVersion"].string();
    subscription.resource_name = event["resourceName"].string();
    subscription.url = event["eventUrl"].string();
    subscription.status = event["status"].text_or("ACTIVE");
    subscription.authentication = event["authDetails"];
    subscription.headers = event["headers"];
    events.push_back(short_form(seller, subscription));
    seller.webhooks.subscriptions().push_back(std::move(subscription));
  }
  return json_reply(json::Object{{"events", std::move(events)}});
}

ports::HttpResponse patch_subscription(Seller& seller, const Request& request, UtcTime) {
  Subscription* subscription = addressed(seller, request);
  if (subscription == nullptr) return unknown_subscription(seller);
  const auto body = json::parse(request.source.body);
  if (!body || !body->is_object()) {
    return malformed_body(seller.switches, Origin::notifications, "The body must be a JSON object");
  }
  Subscription changed = *subscription;
  changed.event_version = (*body)["eventVersion"].text_or(changed.event_version);
  changed.url = (*body)["eventUrl"].text_or(changed.url);
  changed.status = (*body)["status"].text_or(changed.status);
  if (body->contains("authDetails")) {
    changed.authentication = (*body)["authDetails"];
    changed.access_token_expires = {};
  }
  if (body->contains("headers")) changed.headers = (*body)["headers"];
  if (!is_web_address(changed.url)) return bad_content(seller, "eventUrl", "eventUrl is not valid");
  if (changed.status != "ACTIVE" && changed.status != "INACTIVE") {
    return bad_content(seller, "status", "status is not supported");
  }
  if (const std::string fault = authentication_fault(changed.authentication); !fault.empty()) {
    return bad_content(seller, "authDetails", fault);
  }
  *subscription = std::move(changed);
  return json_reply(full_form(seller, *subscription));
}

ports::HttpResponse delete_subscription(Seller& seller, const Request& request, UtcTime) {
  const Subscription* subscription = addressed(seller, request);
  if (subscription == nullptr) return unknown_subscription(seller);
  const std::string id = subscription->id;
  std::erase_if(seller.webhooks.subscriptions(), [&id](const Subscription& entry) { return entry.id == id; });
  return json_reply(json::Object{{"subscriptionId", id}, {"message", "Successfully deleted subscription"}});
}

ports::HttpResponse post_webhook_test(Seller& seller, const Request& request, UtcTime now) {
  const auto body = json::parse(request.source.body);
  if (!body) return malformed_body(seller.switches, Origin::notifications, "The body must be JSON");
  // Published with one bare event object; a list of events is taken as well.
  const json::Value& event = (*body)["events"].array().empty() ? *body : (*body)["events"].at(0);
  if (const std::string fault = event_fault(event); !fault.empty()) return bad_content(seller, "events", fault);
  json::Value sample;
  sample.set("source", json::Object{{"eventType", event["eventType"].string()},
                                    {"eventTime", domain::to_iso8601(now)},
                                    {"eventId", seller.chance.uuid()}});
  sample.set("payload", json::Object{{"partnerId", seller.config.partner_id}, {"test", true}});
  Delivery delivery;
  delivery.url = event["eventUrl"].string();
  delivery.body = json::write(sample);
  delivery.headers = {{"Content-Type", "application/json"}};
  const json::Value& details = event["authDetails"];
  const std::string name = details["authHeaderName"].text_or("Authorization");
  if (details["authMethod"].string() == "BASIC_AUTH") {
    const std::string pair = details["userName"].text_or("") + ":" + details["password"].text_or("");
    delivery.headers.emplace_back(name, (seller.switches.webhook_basic_prefix ? "Basic " : "") + base64_encode(pair));
  }
  if (details["authMethod"].string() == "HMAC") {
    const std::string digest = hmac_sha256(details["clientSecret"].string(), delivery.body);
    delivery.headers.emplace_back(
        name, seller.switches.webhook_hmac_encoding == "base64" ? base64_encode(digest) : hexadecimal(digest));
  }
  seller.webhooks.outgoing().push_back(std::move(delivery));
  return json_reply(json::Object{{"message", "Eventurl successfully validated"}});
}

}  // namespace connector::sandbox::walmart
