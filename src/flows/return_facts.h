#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/returned_line.h"
#include "walmart/returns_reader.h"

namespace connector::flows {

/// The lines of a return by the purchase order they come from; "" for lines that name none.
std::map<std::string, std::vector<domain::ReturnedLine>> returned_lines_of(const walmart::ReturnOrder& order);

}  // namespace connector::flows
