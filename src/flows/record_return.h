#pragma once

#include <map>
#include <optional>
#include <string>

#include "flows/record_order.h"
#include "walmart/returns_reader.h"

namespace connector::flows {

/// An order fetched because a return names it; nullopt if Walmart does not know it.
using FetchedOrders = std::map<std::string, std::optional<domain::PurchaseOrder>>;

struct RecordedReturn {
  RecordedOrder orders;
  bool not_ours = false;  ///< of orders that this connection does not book, such as those of WFS
};

/// The order with what the Returns API tells of it. Number and SKU of a returned line must agree, in whatever case its
/// letters are; else it is the only line of that SKU. One without SKU is found by its number alone. What fits no line,
/// or several, is left without a line's number: no document is made of it.
domain::PurchaseOrder with_returns(domain::PurchaseOrder order, std::vector<domain::ReturnedLine> lines);

/// Orders that must be fetched before the return can be recorded: unknown ones, and those of which less has left by
/// what is known than was refunded. Lines of WFS returns (`walmart_fulfilled`) fetch none unless WFS orders are booked.
domain::Result<std::vector<std::string>> orders_wanted_by(store::Reader& reader, const PlanningContext& context,
                                                          const walmart::ReturnOrder& order, bool walmart_fulfilled);

/// Durably takes in what Walmart says of one return: its lines become facts of their orders, whose credit memos are
/// planned, all in the caller's transaction. A return of an order that is not booked here is reported once: an audit
/// record and a skipped posting "return/ID". One whose order is unknown is held there, and so is one of which refunded
/// lines fit no line of their order, until a later reading of it fits. Repeating it changes nothing.
domain::Result<RecordedReturn> record_return(store::Transaction& transaction, const PlanningContext& context,
                                             const walmart::ReturnOrder& order, const FetchedOrders& fetched,
                                             bool walmart_fulfilled, domain::UtcTime now);

/// Takes in a return that cannot be read: a held posting shows it to a person.
domain::Result<void> record_unreadable_return(store::Transaction& transaction, const PlanningContext& context,
                                              const std::string& return_order_id, const domain::Error& error,
                                              domain::UtcTime now);

/// The credit memos a return would become, order by order; nothing is written.
domain::Result<std::vector<OrderPreview>> preview_return(store::Reader& reader, const PlanningContext& context,
                                                         const walmart::ReturnOrder& order,
                                                         const FetchedOrders& fetched);

}  // namespace connector::flows
