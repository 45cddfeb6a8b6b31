#pragma once

#include <optional>
#include <vector>

#include "domain/planning.h"
#include "flows/planning_context.h"

namespace connector::flows {

/// Everything an order becomes, against the postings that it has (`stored`): its own documents, then the credits of its
/// refunds, which correct those, and its acknowledgement at Walmart. Pure. `now`: see plan_credits; previews have none.
domain::Plan plan_everything(const domain::PurchaseOrder& order, const PlanningContext& context,
                             const std::vector<domain::PlannedPosting>& stored, std::optional<domain::UtcTime> now);

}  // namespace connector::flows
