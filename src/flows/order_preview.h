#pragma once

#include <vector>

#include "flows/flow.h"
#include "flows/record_order.h"

namespace connector::flows {

/// The documents that orders would become, for a person and as JSON.
FlowPreview show_order_previews(const std::vector<OrderPreview>& previews);

}  // namespace connector::flows
