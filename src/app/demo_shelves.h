#pragma once

#include <map>
#include <string>

#include "domain/time.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"

namespace connector::app {

/// Gives the demo's two sides stock and prices that nearly agree, so that its console has something to show: one large
/// difference that a person must confirm, prices that go to Walmart, one that the guards keep back and one that Walmart
/// refuses. Returns the warehouse of each of Walmart's ship nodes.
std::map<std::string, std::string> fill_shelves(sandbox::walmart::Marketplace& walmart,
                                                sandbox::exact::ExactService& exact, domain::UtcTime now);

}  // namespace connector::app
