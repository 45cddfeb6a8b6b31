#pragma once

#include "domain/time.h"
#include "sandbox/exact/exact_service.h"
#include "sandbox/walmart/marketplace.h"
#include "simulation/verdicts.h"

namespace connector::simulation {

/// "to the piece": once all is settled, Exact's stock of every item in every warehouse is what Walmart has in hand at
/// the ship node that is mapped to it. Items that moved after `settled_before` are left out.
void compare_stock(sandbox::walmart::Marketplace& walmart, const sandbox::exact::Administration& exact,
                   domain::UtcTime settled_before, domain::UtcTime now, Verdicts& verdicts);

/// The one warehouse of a shop that maps no ship nodes.
inline constexpr const char* kOnlyWarehouse = "1";
/// The warehouse of a physical ship node, by its place in the catalogue.
const char* warehouse_of_node(std::size_t node);

}  // namespace connector::simulation
