#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/walmart/errors.h"
#include "sandbox/walmart/order_life.h"
#include "sandbox/walmart/seller.h"

namespace connector::sandbox::walmart {

/// One write in the making: the order as it stands, the faults found, the events to come.
class OrderWrite {
 public:
  OrderWrite(Seller& seller, const Request& request, domain::UtcTime now);

  /// The refusal when the order is unknown, Walmart's own, or the body is no JSON object with `root`; else nothing.
  std::optional<ports::HttpResponse> open(std::string_view root);
  /// The members of `root`'s orderLines.orderLine; a single object counts as a list of one.
  const std::vector<json::Value>& lines() const { return lines_; }
  const json::Value& root() const { return root_; }
  Order& order() { return order_; }
  domain::UtcTime now() const { return now_; }
  const Seller& seller() const { return seller_; }

  /// The addressed line, or nullptr after a fault was noted.
  Line* find_line(const json::Value& entry);
  void fault(std::string field, std::string description);
  /// Tries the event on the copy of the order, so that later entries of the same body see its effect.
  void plan(OrderEvent event);
  /// Answers the faults, or lets the events happen and answers the order.
  ports::HttpResponse finish();

 private:
  Seller& seller_;
  const Request& request_;
  domain::UtcTime now_;
  OrderNumber number_ = 0;
  Order order_;
  json::Value root_;
  std::vector<json::Value> lines_;
  std::vector<Fault> faults_;
  std::vector<OrderEvent> events_;
};

/// The elements of an array, or the object itself as the only one (both forms occur).
std::vector<json::Value> as_list(const json::Value& value);
/// statusQuantity.amount as a whole number from 1 with a unit EACH or EA; notes a fault otherwise.
std::optional<std::int64_t> status_quantity(OrderWrite& write, const json::Value& status, const std::string& line);

}  // namespace connector::sandbox::walmart
