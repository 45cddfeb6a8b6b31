#pragma once

#include "flows/reconciliation.h"
#include "json/value.h"

namespace connector::flows {

/// A comparison as command line and API tell it: every line, those that agree with a null cause and explanation;
/// amounts and quantities are numbers.
json::Value to_json(const Reconciliation& result);

}  // namespace connector::flows
