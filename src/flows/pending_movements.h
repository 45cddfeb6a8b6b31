#pragma once

#include <vector>

#include "domain/document.h"
#include "domain/stock_comparison.h"
#include "store/store.h"

namespace connector::flows {

/// How a document will move Exact's stock once it is posted: goods deliveries and direct invoices lower it, direct
/// credit notes raise it, nothing else moves it. `order_warehouse`: of the sales order a delivery belongs to.
std::vector<domain::PendingMovement> movements_of(const domain::Document& document, const std::string& order_warehouse);

/// The movements of all postings of a connection that are wanted and not posted yet; one that a person skipped or that
/// was withdrawn will never move anything.
domain::Result<std::vector<domain::PendingMovement>> pending_movements(store::Reader& reader,
                                                                       store::ConnectionId connection);

}  // namespace connector::flows
