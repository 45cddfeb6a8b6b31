#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/order.h"
#include "ports/concurrency.h"
#include "walmart/client.h"

namespace connector::flows {

/// What Walmart tells of a period, each order and return once and as it was last read.
struct WalmartPeriod {
  std::map<std::string, domain::PurchaseOrder> orders;                ///< by purchase order
  std::map<std::string, std::vector<domain::ReturnedLine>> returned;  ///< by purchase order; "" if the line names none
  std::map<std::string, std::string> unreadable;                      ///< purchase order or "return/ID" -> why
  std::vector<std::string> notes;  ///< for a person: which lists were taken for empty
};

/// Reads all orders and returns that were modified from `from` on, of the kinds that the connection books
/// (settings.ship_node_types). The client must outlive the task. Error: a list that could not be read whole, transient
/// if it may be the next time; a part is never taken for the whole.
ports::Task<domain::Result<WalmartPeriod>> read_walmart_period(walmart::Client& walmart, ports::Executor& executor,
                                                               std::vector<std::string> ship_node_types,
                                                               domain::UtcTime from, domain::UtcTime now);

}  // namespace connector::flows
