#pragma once

#include "flows/record_order.h"
#include "json/value.h"

namespace connector::flows {

/// What an order would become: its documents, and the problems for which some would be held.
json::Value preview_json(const OrderPreview& preview);

}  // namespace connector::flows
