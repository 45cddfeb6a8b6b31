#pragma once

#include <vector>

#include "flows/flow.h"
#include "flows/record_order.h"

namespace connector::flows {

/// The documents that orders would become, for a person and as JSON.
FlowPreview show_order_previews(const std::vector<OrderPreview>& previews);

/// Adds to each plan why its documents would wait when they are sent: for codes that Exact does not have or let use.
/// What depends on another document names the same lines. Orders of which something would wait come first.
domain::Result<std::vector<OrderPreview>> with_unusable_codes(store::Reader& reader, store::ConnectionId connection,
                                                              std::vector<OrderPreview> previews);

}  // namespace connector::flows
