#include "sandbox/walmart/order_write.h"

#include <fmt/format.h>

#include "sandbox/walmart/orders_query.h"

namespace connector::sandbox::walmart {

OrderWrite::OrderWrite(Seller& seller, const Request& request, domain::UtcTime now)
    : seller_(seller), request_(request), now_(now) {}

std::optional<ports::HttpResponse> OrderWrite::open(std::string_view root) {
  const std::string& id = request_.segments[2];
  const auto number = seller_.orders.find(id);
  if (!number) {
    return not_found(seller_.switches, Origin::orders, fmt::format("Order not found for purchaseOrderId {}", id));
  }
  number_ = *number;
  order_ = seller_.orders.order(number_, seller_.catalogue);
  if (order_.node_type == NodeType::walmart) {
    return refuse(seller_.switches, Origin::orders, 400,
                  Fault{"INVALID_REQUEST_CONTENT", "purchaseOrderId",
                        "Orders fulfilled by Walmart cannot be acknowledged, shipped or cancelled by the seller"});
  }
  if (root.empty()) return std::nullopt;
  auto body = json::parse(request_.source.body);
  if (!body || !(*body)[root].is_object()) {
    return malformed_body(seller_.switches, Origin::orders, fmt::format("The body must be JSON with {}", root));
  }
  root_ = (*body)[root];
  lines_ = as_list(root_["orderLines"]["orderLine"]);
  if (lines_.empty()) fault("orderLine", "At least one order line is required");
  return std::nullopt;
}

Line* OrderWrite::find_line(const json::Value& entry) {
  const std::string number = entry["lineNumber"].text_or("");
  const std::size_t index = order_.line_index(number);
  if (index < order_.lines.size()) return &order_.lines[index];
  fault("lineNumber", fmt::format("Line number {} is not in purchase order {}", number, order_.purchase_order_id));
  return nullptr;
}

void OrderWrite::fault(std::string field, std::string description) {
  faults_.push_back(Fault{"INVALID_REQUEST_CONTENT", std::move(field), std::move(description)});
}

void OrderWrite::plan(OrderEvent event) {
  apply(order_, event);
  events_.push_back(std::move(event));
}

ports::HttpResponse OrderWrite::finish() {
  if (!faults_.empty()) return refuse(seller_.switches, Origin::orders, 400, faults_);
  for (const OrderEvent& event : events_) happen(seller_, number_, event, Actor::call);
  return order_reply(seller_, number_, OrderDetail{});
}

std::vector<json::Value> as_list(const json::Value& value) {
  if (value.is_object()) return {value};
  return value.array();
}

std::optional<std::int64_t> status_quantity(OrderWrite& write, const json::Value& status, const std::string& line) {
  const json::Value& quantity = status["statusQuantity"];
  const std::string_view unit = quantity["unitOfMeasurement"].string();
  if (unit != "EACH" && unit != "EA") {
    write.fault("unitOfMeasurement", fmt::format("Unit of measurement is not supported in line number {}", line));
    return std::nullopt;
  }
  const auto amount = quantity["amount"].integer();
  if (!amount || *amount < 1) {
    write.fault("amount", fmt::format("Quantity must be a whole number from 1 in line number {}", line));
    return std::nullopt;
  }
  return amount;
}

}  // namespace connector::sandbox::walmart
