#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ports/http.h"
#include "sandbox/service.h"
#include "sandbox/walmart/agenda.h"
#include "sandbox/walmart/order.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;
struct Item;

/// A subscription and what was promised at its creation (walmart.md 6).
struct Subscription {
  std::string id, event_type, event_version, resource_name, url, status = "ACTIVE";
  json::Value authentication;  ///< authDetails as given; null: none
  json::Value headers;         ///< as given; null: none
  std::string access_token;    ///< of the receiver, for OAUTH
  domain::UtcTime access_token_expires{};
};

/// One notification on its way.
struct Notice {
  std::uint32_t number = 0;
  std::string subscription_id;
  std::string body;
  std::int64_t attempts = 0;
  bool is_waiting_for_token = false;
  domain::UtcTime started{};
};

class Webhooks {
 public:
  struct Counts {
    std::uint64_t sent = 0, answered = 0, retried = 0, given_up = 0, duplicated = 0;
  };

  std::vector<Subscription>& subscriptions() { return subscriptions_; }
  const std::vector<Subscription>& subscriptions() const { return subscriptions_; }
  Subscription* find(std::string_view id);
  bool is_wanted(std::string_view event_type) const;
  Notice& add_notice(Notice notice);
  Notice* notice(std::uint32_t number);
  void drop_notice(std::uint32_t number) { notices_.erase(number); }
  /// Forgets notices whose outcome nobody told for a day.
  void forget_old(domain::UtcTime now);
  std::vector<Delivery>& outgoing() { return outgoing_; }
  Counts& counts() { return counts_; }
  const Counts& counts() const { return counts_; }

 private:
  std::vector<Subscription> subscriptions_;
  std::map<std::uint32_t, Notice> notices_;
  std::uint32_t next_number_ = 1;
  std::vector<Delivery> outgoing_;
  Counts counts_;
};

/// Notifications, each sent only when an active subscription wants it.
void announce_created(Seller& seller, std::uint32_t order, domain::UtcTime time);
void announce_event(Seller& seller, std::uint32_t order, EventKind kind, std::int16_t line, domain::UtcTime time);
void announce_out_of_stock(Seller& seller, const Item& item, domain::UtcTime time);
/// event_type: RETURN_CREATED, RETURN_DELIVERED, RETURN_INVOICED.
void announce_return(Seller& seller, std::size_t return_index, std::string_view event_type, domain::UtcTime time);

/// Sends an event to all who subscribed to its type.
void publish(Seller& seller, std::string_view event_type, json::Value payload, domain::UtcTime time);
/// Runs an agenda entry of kind webhook_retry.
void run_webhook_entry(Seller& seller, const Agenda::Entry& entry);
/// What came of a delivery: success is 2xx; anything else is tried again.
void settle_delivery(Seller& seller, std::uint64_t id, const std::optional<ports::HttpResponse>& answer,
                     domain::UtcTime now);

ports::HttpResponse get_event_types(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_subscriptions(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse post_subscriptions(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse patch_subscription(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse delete_subscription(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse post_webhook_test(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
