#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/order.h"
#include "json/value.h"
#include "ports/call.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/random.h"
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

/// Typed client of the Walmart Marketplace API (US). Every call carries a fresh correlation id. Executor thread only.
class Client {
 public:
  Client(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
         ports::Clock& clock, ClientOptions options);

  ports::Task<ports::CallResult<OrdersPage>> orders(OrdersQuery query, ports::CallPriority priority);
  ports::Task<ports::CallResult<OrdersPage>> released_orders(OrdersQuery query, ports::CallPriority priority);
  /// The next page; `cursor` is OrdersPage::next_cursor as received.
  ports::Task<ports::CallResult<OrdersPage>> next_orders(std::string cursor, ports::CallPriority priority);
  ports::Task<ports::CallResult<ReadOrder>> order(std::string purchase_order_id, ports::CallPriority priority);
  ports::Task<ports::CallResult<ReadOrder>> acknowledge(std::string purchase_order_id);
  ports::Task<ports::CallResult<ReadOrder>> ship(std::string purchase_order_id, std::vector<ShipmentLine> lines);
  ports::Task<ports::CallResult<ReadOrder>> cancel(std::string purchase_order_id, std::vector<CancellationLine> lines);
  ports::Task<ports::CallResult<ReadOrder>> refund(std::string purchase_order_id, std::vector<RefundLine> lines);
  /// GET /v3/token/detail: whether the token is valid, and its scopes.
  ports::Task<ports::CallResult<json::Value>> token_detail();
  /// Partner id and name as far as GET /v3/settings/partnerprofile tells them.
  ports::Task<ports::CallResult<json::Value>> partner_profile();

 private:
  struct Call;
  ports::Task<ports::CallResult<json::Value>> call(Call call);

  Session& session_;
  ports::HttpTransport& transport_;
  ports::CallGate& gate_;
  ports::Random& random_;
  ports::Clock& clock_;
  ClientOptions options_;
};

/// Pure readers of payloads, also used by tests and fuzzing.
domain::Result<OrdersPage> read_orders_page(std::string_view body);
domain::Result<ReadOrder> read_single_order(std::string_view body);
ReadOrder read_order(const json::Value& order);

}  // namespace connector::walmart
