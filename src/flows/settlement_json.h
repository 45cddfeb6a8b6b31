#pragma once

#include "domain/settlement.h"
#include "json/value.h"

namespace connector::flows {

/// A settlement as it is stored: summed, without its orders. Inverse of each other. Error: store_failure.
json::Value to_json(const domain::Settlement& settlement);
domain::Result<domain::Settlement> settlement_from_json(const json::Value& value);

/// What settlements told of one order, by payout date.
using SettledOrder = std::map<domain::Date, domain::SettledItems>;
json::Value to_json(const SettledOrder& order);
domain::Result<SettledOrder> settled_order_from_json(const json::Value& value);

}  // namespace connector::flows
