#pragma once

#include "sandbox/walmart/marketplace.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

/// The calls of /sandbox/walmart/..., which need no token:
/// GET books, counters, settlements (see get_settlements), switches; POST switches {name: value}; POST advance
/// {"seconds": n}; POST tokens {"revoke": true}; POST orders with one of
///   {"generate": {...}}                          a further generator, see OrderGenerator; starts now by default
///   {"load": payload}                            published payloads, see Marketplace::load_samples
///   {"purchaseOrderId", "action", "lineNumber"?, "quantity"?, "reason"?, "trackingNumber"?, "shipDateTime"?}
///     action: acknowledge, ship, deliver, cancel, autoCancel, refund, return, askToCancel; without a line number all
///     lines, without a quantity all that is possible.
///   {"returnOrderId", "action": "refund" | "reverseRefund", "quantity"?}   of a return made here
ports::HttpResponse answer_control(Marketplace& marketplace, const Request& request, domain::UtcTime now,
                                   domain::Milliseconds& ahead);

}  // namespace connector::sandbox::walmart
