#include "walmart/client.h"

#include <algorithm>

#include "walmart/endpoints.h"
#include "walmart/order_writer.h"
#include "walmart/query_text.h"

namespace connector::walmart {

using ports::CallKind;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

namespace {

constexpr int largest_page = 200;

CallRequest change_of_order(std::string_view endpoint, const std::string& purchase_order_id, std::string_view deed,
                            std::string body, CallPriority priority) {
  CallRequest call;
  call.endpoint = endpoint;
  call.method = "POST";
  call.target = "/v3/orders/" + ports::percent_encode(purchase_order_id) + "/" + std::string(deed);
  call.body = std::move(body);
  call.priority = priority;
  call.kind = CallKind::write;
  return call;
}

/// What both order lists understand. Without replacementInfo an order does not tell that it replaces another
/// (walmart.md 2.1 and 2.3).
QueryText shared_filters(const OrdersQuery& query) {
  QueryText text;
  text.add("replacementInfo", "true");
  text.add("createdStartDate", query.created_from).add("createdEndDate", query.created_to);
  text.add("shipNodeType", query.ship_node_type).add("sku", query.sku);
  text.add("customerOrderId", query.customer_order_id);
  text.add("limit", std::to_string(std::clamp(query.limit, 1, largest_page)));
  return text;
}

domain::Result<json::Value> read_any(std::string_view body) { return read_document(body); }

}  // namespace

Client::Client(Session& session, ports::HttpTransport& transport, ports::CallGate& gate, ports::Random& random,
               ports::Clock& clock, ClientOptions options)
    : caller_(session, transport, gate, random, clock, std::move(options)) {}

Task<CallResult<OrdersPage>> Client::orders(OrdersQuery query, CallPriority priority) {
  QueryText text = shared_filters(query);
  text.add("lastModifiedStartDate", query.modified_from).add("lastModifiedEndDate", query.modified_to);
  text.add("status", query.status);
  return caller_.read(repeated_list_call(endpoints::orders, "/v3/orders" + text.text(), priority), read_orders_page);
}

Task<CallResult<OrdersPage>> Client::released_orders(OrdersQuery query, CallPriority priority) {
  const std::string target = "/v3/orders/released" + shared_filters(query).text();
  return caller_.read(list_call(endpoints::released_orders, target, priority), read_orders_page);
}

Task<CallResult<OrdersPage>> Client::next_orders(std::string cursor, CallPriority priority) {
  return caller_.read(repeated_list_call(endpoints::orders, "/v3/orders" + cursor_query(cursor), priority),
                      read_orders_page);
}

Task<CallResult<OrdersPage>> Client::next_released_orders(std::string cursor, CallPriority priority) {
  const std::string target = "/v3/orders/released" + cursor_query(cursor);
  return caller_.read(list_call(endpoints::released_orders, target, priority), read_orders_page);
}

Task<CallResult<ReadOrder>> Client::order(std::string purchase_order_id, CallPriority priority) {
  CallRequest call;
  call.endpoint = endpoints::order;
  call.target = "/v3/orders/" + ports::percent_encode(purchase_order_id) + "?replacementInfo=true";
  call.priority = priority;
  return caller_.read(std::move(call), read_single_order);
}

Task<CallResult<ReadOrder>> Client::acknowledge(std::string purchase_order_id,
                                                std::optional<domain::UtcTime> not_after) {
  CallRequest call =
      change_of_order(endpoints::acknowledge, purchase_order_id, "acknowledge", "", CallPriority::orders);
  call.not_after = not_after;
  return caller_.read(std::move(call), read_single_order);
}

Task<CallResult<ReadOrder>> Client::ship(std::string purchase_order_id, std::vector<ShipmentLine> lines) {
  return caller_.read(
      change_of_order(endpoints::ship, purchase_order_id, "shipping", shipment_body(lines), CallPriority::orders),
      read_single_order);
}

Task<CallResult<ReadOrder>> Client::cancel(std::string purchase_order_id, std::vector<CancellationLine> lines) {
  return caller_.read(
      change_of_order(endpoints::cancel, purchase_order_id, "cancel", cancellation_body(lines), CallPriority::orders),
      read_single_order);
}

Task<CallResult<ReadOrder>> Client::refund(std::string purchase_order_id, std::vector<RefundLine> lines) {
  std::string body = refund_body(purchase_order_id, lines);
  return caller_.read(
      change_of_order(endpoints::refund, purchase_order_id, "refund", std::move(body), CallPriority::returns),
      read_single_order);
}

Task<CallResult<json::Value>> Client::token_detail() {
  CallRequest call;
  call.endpoint = endpoints::token_detail;
  call.target = "/v3/token/detail";
  call.priority = CallPriority::person;
  return caller_.read(std::move(call), read_any);
}

Task<CallResult<json::Value>> Client::partner_profile() {
  CallRequest call;
  call.endpoint = endpoints::partner_profile;
  call.target = "/v3/settings/partnerprofile";
  call.priority = CallPriority::person;
  return caller_.read(std::move(call), read_any);
}

}  // namespace connector::walmart
