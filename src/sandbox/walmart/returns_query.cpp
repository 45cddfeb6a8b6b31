#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/json_text.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {
namespace {

using domain::UtcTime;

std::optional<std::int64_t> natural_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

struct Window {
  std::optional<UtcTime> start, end;
  bool holds(UtcTime time) const { return (!start || time >= *start) && (!end || time <= *end); }
};

/// Reads a pair of dates; answers the refusal when one is wrong or stands alone.
std::optional<ports::HttpResponse> read_window(const Seller& seller, const Request& request, const std::string& prefix,
                                               Window& window) {
  for (const bool is_start : {true, false}) {
    const std::string name = prefix + (is_start ? "StartDate" : "EndDate");
    const auto text = request.parameter(name);
    if (text.empty()) continue;
    const auto time = domain::parse_iso8601(text);
    if (!time) return bad_parameter(seller.switches, Origin::returns, name, "Use an ISO 8601 date.");
    (is_start ? window.start : window.end) = *time;
  }
  if (seller.switches.returns_need_date_pair && window.start.has_value() != window.end.has_value()) {
    return bad_parameter(seller.switches, Origin::returns, prefix + (window.start ? "EndDate" : "StartDate"),
                         "Start and end date must be given together.");
  }
  if (window.start && window.end && *window.start > *window.end) {
    return bad_parameter(seller.switches, Origin::returns, prefix + "StartDate", "It is after the end date.");
  }
  return std::nullopt;
}

/// "?sellerId=..&limit=..&offset=.." and the filters, ready to be appended to the address.
std::string next_cursor(const Seller& seller, const Request& request, std::int64_t limit, std::int64_t offset) {
  std::string text = fmt::format("?sellerId={}&limit={}&offset={}", seller.config.seller_id, limit, offset);
  for (const auto& [name, value] : request.parameters) {
    if (name == "sellerId" || name == "limit" || name == "offset" || name == "nextCursor") continue;
    text += "&" + ports::percent_encode(name) + "=" + ports::percent_encode(value);
  }
  return text;
}

}  // namespace

ports::HttpResponse get_returns(Seller& seller, const Request& request, UtcTime) {
  const Switches& switches = seller.switches;
  std::int64_t limit = 10;
  if (request.has("limit")) {
    const auto given = natural_number(request.parameter("limit"));
    if (!given || *given < 1 || *given > 200) {
      return bad_parameter(switches, Origin::returns, "limit", "It must be a number from 1 to 200.");
    }
    limit = *given;
  }
  std::int64_t offset = 0;
  if (request.has("offset")) {
    const auto given = natural_number(request.parameter("offset"));
    if (!given) return bad_parameter(switches, Origin::returns, "offset", "It must be a number.");
    offset = *given;
  }
  const auto status = request.parameter("status");
  if (!status.empty() && status != "INITIATED" && status != "DELIVERED" && status != "COMPLETED") {
    return bad_parameter(switches, Origin::returns, "status", "Use INITIATED, DELIVERED or COMPLETED.");
  }
  const auto type = request.parameter("returnType");
  if (!type.empty() && type != "REPLACEMENT" && type != "REFUND" && type != "PREORDER") {
    return bad_parameter(switches, Origin::returns, "returnType", "Use REPLACEMENT or REFUND.");
  }
  Window created;
  Window modified;
  if (auto refusal = read_window(seller, request, "returnCreation", created)) return *refusal;
  if (auto refusal = read_window(seller, request, "returnLastModified", modified)) return *refusal;
  const bool wants_walmart = request.parameter("isWFSEnabled") == "Y";
  std::vector<const ReturnOrder*> found;
  for (const ReturnOrder& order : seller.returns.all()) {
    if ((order.node_type == NodeType::walmart) != wants_walmart) continue;
    if (!created.holds(order.created) || !modified.holds(order.modified)) continue;
    if (!status.empty() && status != status_word(order)) continue;
    if (!type.empty() && (type == "PREORDER" || (type == "REPLACEMENT") != order.is_replacement)) continue;
    if (request.has("returnOrderId") && request.parameter("returnOrderId") != order.id) continue;
    if (request.has("customerOrderId") && request.parameter("customerOrderId") != order.customer_order_id) continue;
    found.push_back(&order);
  }
  std::sort(found.begin(), found.end(), [](const ReturnOrder* first, const ReturnOrder* second) {
    return first->created != second->created ? first->created > second->created : first->id > second->id;
  });
  const auto total = static_cast<std::int64_t>(found.size());
  if (offset >= total && switches.empty_is_404) return not_found(switches, Origin::returns, "Return orders not found");
  const std::int64_t end = std::min(total, offset + limit);
  std::string body;
  JsonText json(body);
  json.open('{').open("meta", '{').number("totalCount", total).number("limit", limit);
  if (end < total) json.text("nextCursor", next_cursor(seller, request, limit, end));
  json.close('}').open("returnOrders", '[');
  const bool replacement_info = request.parameter("replacementInfo") == "true";
  for (std::int64_t row = offset; row < end; ++row) {
    json.value(return_payload(seller, *found[static_cast<std::size_t>(row)], replacement_info));
  }
  json.close(']').close('}');
  return json_reply(std::move(body));
}

ports::HttpResponse post_return_refund(Seller& seller, const Request& request, UtcTime now) {
  const Switches& switches = seller.switches;
  const std::string& id = request.segments[2];
  const auto index = seller.returns.find(id);
  if (!index) return not_found(switches, Origin::returns, fmt::format("Return order {} not found", id));
  const auto body = json::parse(request.source.body);
  if (!body || (*body)["refundLines"].array().empty()) {
    return malformed_body(switches, Origin::returns, "The body must be JSON with refundLines");
  }
  const ReturnOrder& order = seller.returns.at(*index);
  std::vector<Fault> faults;
  const auto fault = [&faults](std::string field, std::string description) {
    faults.push_back(Fault{"INVALID_REQUEST_CONTENT", std::move(field), std::move(description)});
  };
  if (order.order == ReturnOrder::no_order || order.node_type == NodeType::walmart) {
    fault("returnOrderId", "This return cannot be refunded by the seller");
  }
  if ((*body)["customerOrderId"].text_or("") != order.customer_order_id) {
    fault("customerOrderId", "Customer order id does not belong to the return order");
  }
  if (order.state == ReturnOrder::State::cancelled) fault("returnOrderId", "The return is cancelled");
  if (order.is_replacement) fault("returnOrderId", "A replacement return is not refunded");
  std::vector<std::pair<std::size_t, std::int64_t>> refunds;
  std::vector<std::int64_t> left;
  for (const ReturnOrder::Line& line : order.lines) left.push_back(line.quantity - line.refunded);
  for (const json::Value& entry : (*body)["refundLines"].array()) {
    const auto number = entry["returnOrderLineNumber"].integer().value_or(0);
    const auto units = entry["quantity"]["measurementValue"].integer().value_or(0);
    if (number < 1 || number > static_cast<std::int64_t>(order.lines.size())) {
      fault("returnOrderLineNumber", fmt::format("Return order line number {} is not valid", number));
      continue;
    }
    const auto line = static_cast<std::size_t>(number - 1);
    if (units < 1 || units > left[line]) {
      fault("quantity",
            fmt::format("Quantity {} exceeds the {} that can be refunded in line {}", units, left[line], number));
      continue;
    }
    left[line] -= units;
    refunds.emplace_back(line, units);
  }
  if (!faults.empty()) return refuse(switches, Origin::returns, 400, faults);
  for (const auto& [line, units] : refunds) {
    refund_return(seller, *index, line, units, "SELLER_MANUAL_REFUND", now);
  }
  json::Value reply;
  reply.set("returnOrderId", id);
  reply.set("customerOrderId", (*body)["customerOrderId"]);
  reply.set("refundLines", (*body)["refundLines"]);
  return json_reply(reply);
}

domain::Result<void> load_return(Seller& seller, const json::Value& payload) {
  const auto bad = [](std::string_view name) {
    return domain::fail(domain::Cause::bad_input, fmt::format("return order: {} is missing or wrong", name));
  };
  ReturnOrder order;
  order.id = payload["returnOrderId"].text_or("");
  if (order.id.empty()) return bad("returnOrderId");
  if (seller.returns.find(order.id)) return domain::fail(domain::Cause::bad_input, "return order is in the books");
  order.customer_order_id = payload["customerOrderId"].text_or("");
  const auto created = domain::parse_iso8601(payload["returnOrderDate"].string());
  if (!created) return bad("returnOrderDate");
  order.created = *created;
  order.modified = *created;
  order.is_replacement = payload["returnType"].string() == "REPLACEMENT";
  bool is_completed = !payload["returnOrderLines"].array().empty();
  bool is_delivered = is_completed;
  for (const json::Value& line : payload["returnOrderLines"].array()) {
    const auto time = domain::parse_iso8601(line["statusTime"].string());
    if (time) order.modified = std::max(order.modified, *time);
    is_completed = is_completed && line["status"].string() == "COMPLETED";
    is_delivered = is_delivered && line["status"].string() == "DELIVERED";
  }
  order.state = is_completed   ? ReturnOrder::State::refunded
                : is_delivered ? ReturnOrder::State::delivered
                               : ReturnOrder::State::initiated;
  order.loaded = payload;
  seller.returns.add(std::move(order));
  return {};
}

}  // namespace connector::sandbox::walmart
