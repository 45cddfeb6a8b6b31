#pragma once

#include <string>

#include "json/value.h"

namespace connector::flows {

/// Stored reports for a person to read (flow_report.h): those of InventoryFlow and of PriceFlow.
std::string inventory_text(const json::Value& report);
std::string prices_text(const json::Value& report);

}  // namespace connector::flows
