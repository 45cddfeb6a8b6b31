#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/http.h"
#include "sandbox/walmart/orders.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// The filters of GET /v3/orders and /v3/orders/released, and where in the result to go on (walmart.md 2.1).
struct OrderQuery {
  std::string sku, customer_order_id, purchase_order_id, shipping_program;
  std::optional<Status> status;
  domain::UtcTime created_start{}, created_end{};
  std::optional<domain::UtcTime> ship_start, ship_end, modified_start, modified_end;
  std::optional<bool> is_replacement;
  NodeType node_type = NodeType::seller;
  domain::UtcTime now{};  ///< when it is asked
  OrderDetail detail;
  std::int64_t limit = 100;
  std::int64_t offset = 0;                  ///< poIndex of a cursor
  std::optional<std::int64_t> known_total;  ///< soIndex of a cursor
  /// The parameters a cursor repeats, decoded, in its order.
  std::vector<std::pair<std::string, std::string>> repeated;
};

struct OrderPage {
  std::vector<OrderNumber> rows;
  std::int64_t total = 0;
  bool has_more = false;
};

/// One page of the orders that match. Cost: the rows skipped and shown, plus on the first page a count of the matches.
OrderPage find_orders(Seller& seller, const OrderQuery& query);

ports::HttpResponse get_orders(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_released_orders(Seller& seller, const Request& request, domain::UtcTime now);
ports::HttpResponse get_order(Seller& seller, const Request& request, domain::UtcTime now);

/// `{"order":{...}}` as it stands now.
ports::HttpResponse order_reply(Seller& seller, OrderNumber number, OrderDetail detail);

}  // namespace connector::sandbox::walmart
