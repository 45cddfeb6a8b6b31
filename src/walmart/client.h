#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/order.h"
#include "json/value.h"
#include "ports/call.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/random.h"
#include "walmart/caller.h"
#include "walmart/feeds.h"
#include "walmart/inventory.h"
#include "walmart/items_reader.h"
#include "walmart/notification_reader.h"
#include "walmart/prices.h"
#include "walmart/returns_reader.h"
#include "walmart/session.h"

namespace connector::walmart {

/// Filters of GET /v3/orders (walmart.md 2.1); empty members are not sent.
struct OrdersQuery {
  std::optional<domain::UtcTime> created_from;
  std::optional<domain::UtcTime> created_to;
  std::optional<domain::UtcTime> modified_from;
  std::optional<domain::UtcTime> modified_to;
  std::string status;
  std::string ship_node_type;  ///< Walmart's default is SellerFulfilled
  std::string sku;
  std::string customer_order_id;
  int limit = 200;
};

/// An order that could be read, or why not; one unreadable order never hides the others of its page.
struct ReadOrder {
  std::string purchase_order_id;  ///< empty if even that is unreadable
  domain::Result<domain::PurchaseOrder> order;
  std::vector<std::string> unknown_words;  ///< unknown enum values met, e.g. "orderLineStatus.status=OnHold"
};

struct OrdersPage {
  std::vector<ReadOrder> orders;
  std::string next_cursor;  ///< verbatim query string; empty on the last page
  std::int64_t total_count = 0;
  bool is_wordless = false;  ///< empty, but Walmart did not say that nothing was found: read the same again later
};

struct ShipmentLine {
  std::string line_number;
  domain::Decimal quantity;
  domain::UtcTime ship_time{};
  std::string carrier;
  std::string other_carrier;
  std::string method_code = "Standard";
  std::string tracking_number;
  std::string tracking_url;
};

struct CancellationLine {
  std::string line_number;
  domain::Decimal quantity;
  std::string reason;
};

struct RefundLine {
  std::string line_number;
  bool full = false;
  std::string comments;
  std::string reason;
  domain::Charge charge;  ///< positive amounts; sent negative (walmart.md 2.4)
};

/// Filters of GET /v3/returns (walmart.md 3); a time given alone is sent with its partner, because Walmart refuses one
/// without the other.
struct ReturnsQuery {
  std::optional<domain::UtcTime> created_from;
  std::optional<domain::UtcTime> created_to;
  std::optional<domain::UtcTime> modified_from;
  std::optional<domain::UtcTime> modified_to;
  std::string status;  ///< INITIATED, DELIVERED, COMPLETED
  std::string return_order_id;
  std::string customer_order_id;
  bool walmart_fulfilled = false;  ///< those of WFS, which the seller may only look at, instead of the seller's own
  int limit = 200;
};

/// A file to be worked on in the background.
struct NewFeed {
  std::string type;       ///< inventory, MP_INVENTORY, price, ...
  std::string ship_node;  ///< only for type inventory; empty = the default node
  std::string file;       ///< the content, JSON
  std::string name{};     ///< of the file: the posting reference; empty = the type with ".json"
};

/// Typed client of the Walmart Marketplace API (US). Every call carries a fresh correlation id. Executor thread only.
class Client {
 public:
  Client(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
         ports::Clock& clock, ClientOptions options);
  /// The same client, whose reads do not leave after `not_after`: they fail with `fenced` then.
  Client reading_until(domain::UtcTime not_after) const {
    Client client = *this;
    client.caller_.read_until(not_after);
    return client;
  }

  ports::Task<ports::CallResult<OrdersPage>> orders(OrdersQuery query, ports::CallPriority priority);
  ports::Task<ports::CallResult<OrdersPage>> released_orders(OrdersQuery query, ports::CallPriority priority);
  /// The next page; `cursor` is OrdersPage::next_cursor as received.
  ports::Task<ports::CallResult<OrdersPage>> next_orders(std::string cursor, ports::CallPriority priority);
  ports::Task<ports::CallResult<OrdersPage>> next_released_orders(std::string cursor, ports::CallPriority priority);
  ports::Task<ports::CallResult<ReadOrder>> order(std::string purchase_order_id, ports::CallPriority priority);
  /// Of the whole order. Does not leave after `not_after`.
  ports::Task<ports::CallResult<ReadOrder>> acknowledge(std::string purchase_order_id,
                                                        std::optional<domain::UtcTime> not_after = std::nullopt);
  ports::Task<ports::CallResult<ReadOrder>> ship(std::string purchase_order_id, std::vector<ShipmentLine> lines);
  ports::Task<ports::CallResult<ReadOrder>> cancel(std::string purchase_order_id, std::vector<CancellationLine> lines);
  ports::Task<ports::CallResult<ReadOrder>> refund(std::string purchase_order_id, std::vector<RefundLine> lines);
  /// GET /v3/token/detail: whether the token is valid, and its scopes.
  ports::Task<ports::CallResult<json::Value>> token_detail();
  /// Partner id and name as far as GET /v3/settings/partnerprofile tells them.
  ports::Task<ports::CallResult<json::Value>> partner_profile();

  ports::Task<ports::CallResult<ReturnsPage>> returns(ReturnsQuery query);
  /// The next page; `cursor` is ReturnsPage::next_cursor as received.
  ports::Task<ports::CallResult<ReturnsPage>> next_returns(std::string cursor);

  /// All SKUs at all nodes, 50 a page; `cursor` is InventoriesPage::next_cursor, empty for the first page.
  /// A later page that is not found is an error (not_found): the list did not end there.
  ports::Task<ports::CallResult<InventoriesPage>> inventories(std::string cursor);
  ports::Task<ports::CallResult<ItemStock>> item_inventory(std::string sku);

  /// `body` is a price_body(), as frozen before; it does not leave after `not_after`.
  ports::Task<ports::CallResult<PriceAnswer>> put_price(std::string body, domain::UtcTime not_after);

  /// The id of the accepted feed. Not idempotent: after an unclear outcome look it up by feeds() first. Does not leave
  /// after `not_after`.
  ports::Task<ports::CallResult<std::string>> submit_feed(NewFeed feed,
                                                          std::optional<domain::UtcTime> not_after = std::nullopt);
  ports::Task<ports::CallResult<FeedsPage>> feeds(std::int64_t offset);
  /// With the items from `offset` on, 50 a page.
  ports::Task<ports::CallResult<FeedStatus>> feed_status(std::string feed_id, std::int64_t offset);

  /// `cursor` is "*" for the first page, then ItemsPage::next_cursor. `offset`: rows read so far, sent only when the
  /// cursor stays the same from page to page (both are seen in the field, walmart.md 9, point 16). A later page that is
  /// not found is an error (not_found) where the cursor moves.
  ports::Task<ports::CallResult<ItemsPage>> items(std::string cursor, std::int64_t offset = 0);
  ports::Task<ports::CallResult<ItemsPage>> item(std::string sku, ports::CallPriority priority);

  ports::Task<ports::CallResult<std::vector<EventType>>> event_types();
  ports::Task<ports::CallResult<std::vector<Subscription>>> subscriptions();
  ports::Task<ports::CallResult<std::vector<Subscription>>> subscribe(std::vector<Subscription> subscriptions);
  ports::Task<ports::CallResult<std::string>> unsubscribe(std::string subscription_id);
  /// Has Walmart send a test notice to the subscription's address; answers Walmart's words.
  ports::Task<ports::CallResult<std::string>> test_subscription(Subscription subscription);

  ports::Task<ports::CallResult<std::vector<domain::Date>>> recon_dates();
  /// The ZIP archive of one payout date.
  ports::Task<ports::CallResult<std::string>> recon_file(domain::Date date);

 private:
  Caller caller_;
};

/// Pure readers of payloads, also used by tests and fuzzing.
domain::Result<OrdersPage> read_orders_page(std::string_view body);
domain::Result<ReadOrder> read_single_order(std::string_view body);
ReadOrder read_order(const json::Value& order);

}  // namespace connector::walmart
